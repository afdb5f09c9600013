import { CARD_ALWAYS_RETURNED } from '../../../bank-sandbox/test-cards';
import { LIANGXI, QIAOCHENG, type ApplicationChoice } from '../given/application';
import { givenClosed } from '../given/file-life';
import { ATTEMPTS, triesWhatIsNotAwaited, type Stop } from '../given/out-of-turn';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const ON_THE_WAY: Stop[] = [
  ['intake', () => Promise.resolve()],
  ['visit', (walked) => walked.walkTo('visit')],
  ['preliminaryReview', (walked) => walked.walkTo('preliminaryReview')],
  ['notice1, to be posted', (walked) => walked.walkTo('notice1')],
  ['notice1, open', (walked) => walked.does('postNotice')],
  ['notice1, with an objection', (walked) => walked.send('raiseObjection', null, { kind: 'first', about: '情况不实' })],
  ['notice1, past its period with the objection open', (walked) => walked.advanceTo('2024-03-13')],
];

const TO_THE_MONEY: Stop[] = [
  ['upperReview', (walked) => dismissObjection(walked)],
  ['collectiveApproval', (walked) => walked.walkTo('collectiveApproval')],
  ['disbursement, to be prepared', (walked) => walked.walkTo('disbursement')],
  ['disbursement, to be released', (walked) => walked.preparesDisbursement()],
  ['disbursement, returned by the bank', (walked) => returned(walked)],
];

async function dismissObjection(walked: WalkedCase): Promise<void> {
  const { id: objectionId } = (await walked.look()).notices[0]!.objections[0]!;
  await walked.send('resolveObjection', walked.clerk, { kind: 'first', objectionId, outcome: 'dismissed', finding: '查无实据' });
  await walked.becomes(({ state }) => state === 'upperReview');
}

async function returned(walked: WalkedCase): Promise<void> {
  await walked.releasesDisbursement(walked.view.disbursements[0]!);
  await walked.becomes(({ payments }) => payments.every(({ state }) => state === 'returned'));
}

describe.each<[where: string, choice: ApplicationChoice, stops: Stop[]]>([
  [
    'Wuxi, relative, two notices and comparison before the review',
    { at: LIANGXI, figures: 'relative', cardNumber: CARD_ALWAYS_RETURNED },
    [
      ...ON_THE_WAY,
      ...TO_THE_MONEY.slice(0, 1),
      ['upperReview, compared', (walked) => walked.does('recordComparison')],
      ['notice2, to be posted', (walked) => walked.walkTo('notice2')],
      ['notice2, open', (walked) => walked.does('postNotice')],
      ['planning', (walked) => walked.advanceTo('2024-03-22')],
      ...TO_THE_MONEY.slice(1),
    ],
  ],
  [
    'Bozhou, deep, one notice and comparison after the review',
    { at: QIAOCHENG, figures: 'deep', cardNumber: CARD_ALWAYS_RETURNED },
    [
      ...ON_THE_WAY,
      ...TO_THE_MONEY.slice(0, 1),
      ['planning', (walked) => walked.walkTo('planning')],
      ['planning, compared', (walked) => walked.does('recordComparison')],
      ...TO_THE_MONEY.slice(1),
    ],
  ],
])('%s', (_where, choice, stops) => {
  let walked: WalkedCase;
  beforeAll(async () => {
    walked = await WalkedCase.submit(client, choice);
  });

  // One case goes the whole way, so the stops build on each other and run in this order.
  test.each(stops)('in %s every other command is refused by what is awaited, and nothing is written', async (name, lead) => {
    await lead(walked);
    expect((await walked.look()).state).toBe(name.split(',')[0]);
    expect(await triesWhatIsNotAwaited(walked)).toBeGreaterThan(5);
  });
});

test.each<[end: string, lead: () => Promise<WalkedCase>]>([
  ['withdrawn', async () => ledTo((walked) => walked.does('withdrawApplication'))],
  ['rejected', async () => ledTo((walked) => rejectedAtReview(walked))],
  ['closed', () => givenClosed(client)],
])('a case that is %s waits for nobody, refuses every command, and nothing is written', async (end, lead) => {
  const walked = await lead();
  expect(await walked.look()).toMatchObject({ state: end, awaiting: [], possible: [] });
  expect(await triesWhatIsNotAwaited(walked)).toBe(ATTEMPTS.length);
});

async function ledTo(lead: (walked: WalkedCase) => Promise<unknown>): Promise<WalkedCase> {
  const walked = await givenCase(client, 'intake');
  await lead(walked);
  return walked;
}

async function rejectedAtReview(walked: WalkedCase): Promise<void> {
  await walked.walkTo('preliminaryReview');
  await walked.does('decidePreliminaryReview', { decision: 'reject', opinion: '不符合条件' });
}

test('a case on its way out of intake never answers for a moment that nothing is awaited', async () => {
  // Between a command and what is awaited next the case is in motion: a command that comes then is judged against what follows.
  const walked = await WalkedCase.submit(client);
  await walked.does('signAuthorization');
  const accepting = walked.send('acceptApplication', walked.clerk);
  const visiting = walked.send('recordVisit', walked.clerk, walked.usual('recordVisit'));
  expect((await accepting).status).toBe(200);
  const reply = await visiting;
  if (reply.status !== 200) {
    const { awaiting } = expectProblem(reply, 409, 'NOT_AWAITED');
    expect(awaiting?.map(({ command }) => command)).toEqual(['acceptApplication']);
  }
});
