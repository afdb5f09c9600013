import type { CaseView } from '../../../api/schemas/case';
import { COMMAND_NAMES, type CommandName } from '../../../workflows/case/commands';
import { LIANGXI, QIAOCHENG, type ApplicationChoice } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, WalkedCase, type UsualCommand } from '../given/walked-case';
import { CARD_ALWAYS_RETURNED } from '../../../bank-sandbox/test-cards';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** Who sends a command when nobody waits for it: a person of the case's unions who has its role. */
function senderOf(command: CommandName, { grassrootsOrgId }: CaseView, kind: string): string {
  const county = grassrootsOrgId.replace(/-e1$/, '');
  switch (command) {
    case 'decideCollectively':
      return `${county}.head`;
    case 'prepareDisbursement':
      return `${county}.finance`;
    case 'releaseDisbursement':
      return `${county}.treasurer`;
    case 'recordComparison':
    case 'decideUpperReview':
    case 'proposeAidPlan':
      return `${county}.handler`;
    case 'postNotice':
    case 'resolveObjection':
      return kind === 'first' ? `${grassrootsOrgId}.clerk` : `${county}.handler`;
    default:
      return `${grassrootsOrgId}.clerk`;
  }
}

/** A body that is right by itself, so that the case and nothing else refuses it. */
function bodyOf(command: CommandName, walked: WalkedCase, kind: string): Json {
  switch (command) {
    case 'raiseObjection':
      return { kind, about: '情况不实' };
    case 'resolveObjection':
      return { kind, objectionId: '3f1c4b1e-0000-4000-8000-000000000000', outcome: 'dismissed', finding: '查无实据' };
    case 'releaseDisbursement':
      return { disbursementId: walked.view.disbursements[0]?.id ?? '' };
    case 'postNotice':
      return { kind, medium: 'noticeBoard', place: kind === 'second' ? 'sameLevelMedia' : 'employer' };
    case 'prepareDisbursement':
      return { paymentIds: walked.view.payments.map(({ id }) => id) };
    default:
      return walked.usual(command satisfies UsualCommand);
  }
}

/** Commands of all kinds, those that exist in kinds once for each. */
const ATTEMPTS = COMMAND_NAMES.flatMap((command) => {
  const isOfNotices = command === 'postNotice' || command === 'raiseObjection' || command === 'resolveObjection';
  const kinds = isOfNotices ? ['first', 'second', 'exit'] : ['first'];
  return kinds.map((kind) => ({ command, kind }));
});

/** The codes by which a rule that knows more speaks instead of NOT_AWAITED. */
const SPOKEN_FOR: Partial<Record<CommandName, string[]>> = {
  prepareDisbursement: ['NO_FILE_NO_PAYMENT'],
  releaseDisbursement: ['DISBURSEMENT_ALREADY_RELEASED'],
};

/** Tries every command that the case does not wait for, and expects it refused, with nothing written. */
async function triesWhatIsNotAwaited(walked: WalkedCase): Promise<number> {
  const before = await walked.look();
  const eventsBefore = await eventsOf(walked);
  const awaited = [...before.awaiting, ...before.possible];
  const outOfTurn = ATTEMPTS.filter(({ command, kind }) => !awaited.some((a) => a.command === command && (a.kind === null || a.kind === kind)));

  for (const { command, kind } of outOfTurn) {
    // A disbursement that does not exist yet cannot be named: it is unknown (404), as other tests say.
    if (command === 'releaseDisbursement' && before.disbursements.length === 0) continue;
    const reply = await walked.send<unknown>(command, senderOf(command, before, kind), bodyOf(command, walked, kind));
    const { code } = reply.body as { code: string };
    const told = SPOKEN_FOR[command]?.includes(code) ? code : 'NOT_AWAITED';
    const problem = expectProblem(reply, 409, told);
    if (told !== 'NOT_AWAITED') continue;
    expect({ command, kind, awaiting: problem.awaiting }).toEqual({
      command,
      kind,
      awaiting: before.awaiting.map(({ command: name, role, orgId }) => ({ command: name, role, orgId })),
    });
  }

  expect({ ...(await walked.look()), now: before.now }).toEqual(before);
  expect(await eventsOf(walked)).toEqual(eventsBefore);
  return outOfTurn.length;
}

async function eventsOf(walked: WalkedCase): Promise<unknown[]> {
  const { body } = await walked.send<{ items: unknown[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  return body.items;
}

/** Every place at which a case can stand still on its way, named; each leads the case there from wherever it is. */
type Stop = [name: string, lead: (walked: WalkedCase) => Promise<unknown>];

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

test.each<[end: string, lead: (walked: WalkedCase) => Promise<unknown>]>([
  ['withdrawn', (walked) => walked.does('withdrawApplication')],
  ['rejected', (walked) => rejectedAtReview(walked)],
  ['active', (walked) => walked.walkTo('active')],
])('a case that is %s waits for nobody, refuses every command, and nothing is written', async (end, lead) => {
  const walked = await givenCase(client, 'intake');
  await lead(walked);
  expect(walked.view).toMatchObject({ state: end, awaiting: [], possible: [] });
  expect(await triesWhatIsNotAwaited(walked)).toBe(ATTEMPTS.length);
});

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
