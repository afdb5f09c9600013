import type { CaseView } from '../../../api/schemas/case';
import { QIAOCHENG } from '../given/application';
import { expectProblem, type Problem } from '../given/problem';
import { ServiceClient, type Reply } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const ROUNDS = 20;
/** Cases led at the same time: enough to overlap, few enough for a small machine. */
const AT_ONCE = 5;

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** Plays the rounds, a few at a time, and gives what each came to. */
async function rounds<T>(play: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let first = 0; first < ROUNDS; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, ROUNDS - first) }, (_, index) => play(first + index));
    results.push(...(await Promise.all(some)));
  }
  return results;
}

/** Splits two answers into the one that was accepted and the refusal of the other. */
function winnerAndLoser(replies: [Reply<CaseView>, Reply<CaseView>]): { won: CaseView; lost: Problem } {
  const winners = replies.filter(({ status }) => status === 200);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  const loser = replies.find(({ status }) => status !== 200)!;
  return { won: winners[0]!.body, lost: expectProblem(loser, 409, 'NOT_AWAITED') };
}

function expectToldWhatIsAwaitedNow(lost: Problem, won: CaseView): void {
  expect(lost.awaiting).toEqual(won.awaiting.map(({ command, role, orgId }) => ({ command, role, orgId })));
}

test('two different commands of two people at the same moment: one wins, the other is told what is awaited now', async () => {
  const won = await rounds(async (round) => {
    const walked = await givenCase(client, 'collectiveApproval', { at: QIAOCHENG, figures: 'accidental' });
    // Either order leaves the other without a place: an approved plan is not returned, a returned plan is not approved.
    const head = () => walked.send('decideCollectively', 'bz-qiaocheng.head', walked.usual('decideCollectively'));
    const handler = () => walked.send('returnForCorrection', 'bz-qiaocheng.handler', { reason: '补正' });
    const sent: [Promise<Reply<CaseView>>, Promise<Reply<CaseView>>] = round % 2 === 0 ? [head(), handler()] : [handler(), head()];
    const { won: after, lost } = winnerAndLoser(await Promise.all(sent));
    expectToldWhatIsAwaitedNow(lost, after);
    expect(await walked.look()).toMatchObject({ state: after.state, version: after.version });
    return after.state;
  });
  expect(won.every((state) => state === 'disbursement' || state === 'intake')).toBe(true);
});

test('the same command of two people at the same moment: one decision counts, the other is told what is awaited now', async () => {
  const ends = await rounds(async () => {
    const walked = await givenCase(client, 'preliminaryReview');
    const pass = walked.send('decidePreliminaryReview', walked.clerk, { decision: 'pass', opinion: '属实' });
    const reject = walked.send('decidePreliminaryReview', walked.clerk, { decision: 'reject', opinion: '不符合' });
    const { won, lost } = winnerAndLoser(await Promise.all([pass, reject]));
    expectToldWhatIsAwaitedNow(lost, won);
    return won.state;
  });
  expect(ends.every((state) => state === 'notice1' || state === 'rejected')).toBe(true);
});

test('two people who saw the same version: one wins, the other is told the version that is there', async () => {
  await rounds(async () => {
    const walked = await WalkedCase.submit(client);
    const seen = { 'if-match': `"${walked.view.version}"` };
    const replies = await Promise.all([
      walked.send<unknown>('addMaterials', walked.clerk, walked.usual('addMaterials'), seen),
      walked.send<unknown>('signAuthorization', walked.clerk, walked.usual('signAuthorization'), seen),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
    const { version } = await walked.look();
    const lost = replies.find(({ status }) => status === 412)!;
    expect(expectProblem(lost, 412, 'VERSION_CONFLICT').version).toBe(version);
  });
});

test('a command that comes while another is on its way waits for it and is judged by what follows', async () => {
  await rounds(async () => {
    const walked = await WalkedCase.submit(client);
    const replies = await Promise.all(
      ['medicalBill', 'diagnosisOrDischarge', 'tuitionInvoice', 'studentCard'].map((kind) => walked.send('addMaterials', walked.clerk, { items: [{ kind }] })),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const versions = replies.map(({ body }) => body.version).sort((a, b) => a - b);
    const start = walked.view.version;
    expect(versions).toEqual([start + 1, start + 2, start + 3, start + 4]);
  });
});
