import { ServiceClient } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

interface Task {
  command: string;
  role: string;
  orgId: string;
  since: string;
  dueOn: string | null;
}

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** The tasks of a case as the people of its city see them, without what tells one from another. */
async function tasksOf(walked: WalkedCase): Promise<Task[]> {
  const { body } = await client.call<{ items: Task[] }>('listTasks', 'wx.handler', { caseId: walked.id });
  return body.items.map(({ command, role, orgId, since, dueOn }) => ({ command, role, orgId, since, dueOn }));
}

const CLERKS = { command: 'recordRecheck', role: 'clerk', orgId: 'wx-liangxi-e1', since: '2024-04-13', dueOn: '2024-05-13' };
const HANDLERS = { ...CLERKS, role: 'handler', orgId: 'wx-liangxi', since: '2024-05-28' };

test('a recheck is the clerk\'s task from 30 days before its date, overdue the day after it, and the owner\'s as well 15 days later', async () => {
  const walked = await WalkedCase.importFile(client); // established on 13 November, relative: due on 13 May
  const stands = async (day: string) => ({ stage: (await walked.advanceTo(day)).recheck?.stage, tasks: await tasksOf(walked) });

  expect(await stands('2024-04-12')).toEqual({ stage: 'ahead', tasks: [] });
  expect(await stands('2024-04-13')).toEqual({ stage: 'open', tasks: [CLERKS] });
  expect(await stands('2024-05-13')).toEqual({ stage: 'open', tasks: [CLERKS] });
  expect(await stands('2024-05-14')).toEqual({ stage: 'overdue', tasks: [CLERKS] });
  expect(await stands('2024-05-27')).toEqual({ stage: 'overdue', tasks: [CLERKS] });
  expect(await stands('2024-05-28')).toEqual({ stage: 'escalated', tasks: [CLERKS, HANDLERS] });

  await walked.does('recordRecheck', { outcome: 'keep' }, 'wx-liangxi.handler');
  expect(await stands('2024-06-03')).toEqual({ stage: 'ahead', tasks: [] });
  expect(walked.view.recheck?.nextDueOn).toBe('2024-11-13');
});

test('a file that sleeps through all stages is where they end when it wakes', async () => {
  const walked = await WalkedCase.importFile(client);
  await walked.advanceTo('2025-03-03');
  expect(walked.view.recheck).toEqual({ everyMonths: 6, nextDueOn: '2024-05-13', stage: 'escalated' });
  expect((await tasksOf(walked)).map(({ role, dueOn }) => ({ role, dueOn }))).toEqual([
    { role: 'clerk', dueOn: '2024-05-13' },
    { role: 'handler', dueOn: '2024-05-13' },
  ]);
});

test('a file is found by the date of its recheck', async () => {
  const walked = await WalkedCase.importFile(client);
  const found = async (recheckDueBefore: string) => {
    const { body } = await client.call<{ items: { id: string }[] }>('listCases', walked.clerk, { recheckDueBefore, limit: 200 });
    return body.items.some(({ id }) => id === walked.id);
  };
  expect([await found('2024-05-13'), await found('2024-05-14')]).toEqual([false, true]);
});
