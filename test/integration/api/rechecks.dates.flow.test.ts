import { QIAOCHENG } from '../given/application';
import { ServiceClient } from '../given/service-client';
import { WalkedCase, type ImportChoice } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** Imports a file, and does rechecks on the days given, each on the spot. @returns the dates that were due, the first one and that after each recheck */
async function dueDates(choice: ImportChoice, doneOn: string[]): Promise<(string | null | undefined)[]> {
  const walked = await WalkedCase.importFile(client, choice);
  const due = [walked.view.recheck?.nextDueOn];
  for (const day of doneOn) {
    if (day > walked.today()) await walked.advanceTo(day);
    due.push((await walked.does('recordRecheck', { doneOn: day, visitedOn: day })).recheck?.nextDueOn);
  }
  return due;
}

const NOVEMBER: ImportChoice = { establishedOn: '2023-11-13', startsOn: '2024-01-08' };

test.each<[what: string, doneOn: string, nextDueOn: string]>([
  ['on its day', '2024-05-13', '2024-11-13'],
  ['early, in the second half of the period,', '2024-02-13', '2024-11-13'],
  ['a day too early to count, in the first half of the period,', '2024-02-12', '2024-05-13'],
  ['on the day of the import', '2024-01-08', '2024-05-13'],
  ['late', '2024-08-30', '2024-11-13'],
  ['so late that the next one had come', '2024-11-13', '2025-05-13'],
  ['a period and a half late', '2025-02-20', '2025-05-13'],
])('A-08: a recheck done %s leaves the series where it was', async (_what, doneOn, nextDueOn) => {
  expect(await dueDates(NOVEMBER, [doneOn])).toEqual(['2024-05-13', nextDueOn]);
});

test('an extra recheck moves nothing, however many there are', async () => {
  expect(await dueDates(NOVEMBER, ['2024-01-08', '2024-01-09', '2024-01-09', '2024-05-13'])).toEqual([
    '2024-05-13',
    '2024-05-13',
    '2024-05-13',
    '2024-05-13',
    '2024-11-13',
  ]);
});

test('a recheck that was done in time and is written down late counts for the date it was done for', async () => {
  const walked = await WalkedCase.importFile(client, NOVEMBER);
  await walked.advanceTo('2024-06-20');
  const { recheck } = await walked.does('recordRecheck', { doneOn: '2024-05-10', visitedOn: '2024-05-09' });
  expect(recheck).toEqual({ everyMonths: 6, nextDueOn: '2024-11-13', stage: 'ahead' });
});

test.each<[what: string, choice: ImportChoice, doneOn: string[], due: string[]]>([
  ['31 August, half-yearly', { establishedOn: '2023-08-31', startsOn: '2024-01-08' }, ['2024-02-29', '2024-08-31', '2025-02-28'], ['2024-02-29', '2024-08-31', '2025-02-28', '2025-08-31']],
  ['31 January, half-yearly', { establishedOn: '2024-01-31', startsOn: '2024-03-04' }, ['2024-07-31', '2025-01-31'], ['2024-07-31', '2025-01-31', '2025-07-31']],
  [
    '29 February, yearly',
    { establishedOn: '2024-02-29', startsOn: '2024-03-04', hardshipClass: 'deep' },
    ['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'],
    ['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29', '2029-02-28'],
  ],
])('A-07: a file of %s is due at the end of a shorter month, and not from then on', async (_what, choice, doneOn, due) => {
  expect(await dueDates(choice, doneOn)).toEqual(due);
});

test('Bozhou\'s campaigns take the place of an interval: served by a visit in spring, by any update in autumn', async () => {
  const walked = await WalkedCase.importFile(client, { at: QIAOCHENG, establishedOn: '2023-05-08', startsOn: '2024-01-08' });
  const campaign = (name: string, year: string) => walked.view.campaigns.find((one) => one.name === name && one.from.startsWith(year))?.state;
  expect(walked.view.recheck).toMatchObject({ everyMonths: null, nextDueOn: '2024-04-30', stage: 'ahead' });
  await walked.advanceTo('2024-03-01');
  expect(walked.view.awaiting).toMatchObject([
    { command: 'updateFile', role: 'clerk', dueOn: '2024-04-30' },
    { command: 'recordComparison', role: 'handler', dueOn: '2024-04-30' }, // a year after the file was established
  ]);
  await walked.does('updateFile', { visit: false });
  expect(campaign('springCampaign', '2024')).toBe('open'); // asks for a visit
  await walked.advanceTo('2024-05-01');
  expect([campaign('springCampaign', '2024'), walked.view.recheck?.stage]).toEqual(['overdue', 'overdue']);
  await walked.does('updateFile', { visit: true });
  expect([campaign('springCampaign', '2024'), walked.view.recheck?.nextDueOn]).toEqual(['done', '2024-10-31']);
  await walked.advanceTo('2024-09-01');
  await walked.does('updateFile', { visit: false });
  expect([campaign('autumnCampaign', '2024'), walked.view.recheck?.nextDueOn]).toEqual(['done', '2025-04-30']);
});
