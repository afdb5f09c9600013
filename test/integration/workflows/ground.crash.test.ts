import { randomUUID } from 'node:crypto';
import { shanghaiDateAt } from '../../../domain/calendar-date';
import { NotInTime, until } from '../../../infra/until';
import { CaseWalk, type Sent } from '../../stack/case-walk';
import type { KeyedAnswer, KeyedCall } from '../../stack/keyed-client';
import { OwnService, type PartName } from '../../stack/own-service';
import { faultsOfRecord, recordOf, faultsInEngine, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';

jest.setTimeout(240_000);
const CASES = 10;
const startsAt = '2024-03-04T09:00:00+08:00';
const sample = sampleApplications(3);

/** The event that a command of the plain way leaves in the record. */
const EVENT_OF: Record<string, string> = {
  signAuthorization: 'authorizationSigned',
  acceptApplication: 'applicationAccepted',
  recordVisit: 'visitRecorded',
  decidePreliminaryReview: 'preliminaryReviewDecided',
  postNotice: 'noticePosted',
  recordComparison: 'comparisonRecorded',
  decideUpperReview: 'upperReviewDecided',
  proposeAidPlan: 'aidPlanProposed',
  decideCollectively: 'collectivelyDecided',
  prepareDisbursement: 'disbursementPrepared',
  releaseDisbursement: 'disbursementReleased',
};

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

function timesOf({ as, key, operation }: Sent): Promise<number> {
  return timesInRecord(own.pool, as, key, EVENT_OF[operation] ?? operation);
}

const DIED = { 'temporal-server': 'The Temporal server', postgres: 'PostgreSQL' };

test.each(['temporal-server', 'postgres'] as const)('a %s killed under ten moving cases: every answered command is in the record once, and all of them go on', async (part) => {
  const walks = await Promise.all(Array.from({ length: CASES }, () => CaseWalk.submit(own.client, sample({ startsAt }))));
  const caseIds = walks.map(({ caseId }) => caseId);
  const acknowledged = () => walks.flatMap((walk) => walk.acknowledged);
  let killed: Promise<string> | undefined;
  const killInTheMiddle = () => {
    if (acknowledged().length >= 3 * CASES) killed ??= killAndTell(part);
  };
  const fates = await Promise.allSettled(
    walks.map((walk) =>
      walk.until((view) => {
        killInTheMiddle();
        return view.state === 'upperReview';
      }),
    ),
  );
  expect(fates.map(({ status }) => status)).toEqual(walks.map(() => 'rejected')); // nobody got there before
  expect(await killed).toMatch(new RegExp(`^${DIED[part]} stopped unexpectedly`));
  await own.halt();
  await own.startAgain();

  expect(await Promise.all(acknowledged().map(timesOf))).toEqual(acknowledged().map(() => 1));
  await untilTheyAgree(caseIds);
  const unanswered = walks.flatMap((walk) => walk.underWay ?? []);
  expect((await Promise.all(unanswered.map(timesOf))).filter((times) => times > 1)).toEqual([]);
  for (const sent of unanswered) expect(await own.client.call(sent)).toMatchObject({ status: sent.operation === 'prepareDisbursement' ? 201 : 200 });
  expect(await Promise.all(unanswered.map(timesOf))).toEqual(unanswered.map(() => 1));

  await Promise.all(walks.map((walk) => walk.through(own.client).untilState('upperReview')));
  for (const caseId of caseIds) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, caseIds)).toEqual([]);
});

async function killAndTell(part: PartName): Promise<string> {
  own.signal(part, 'SIGKILL');
  return own.untilItSaysWhatDied();
}

test('a step that reached the record while the engine was dying is taken up by its case, by the next command as well as by itself', async () => {
  const [asked, leftAlone] = await Promise.all([atTheDoor(), atTheDoor()]);

  // The steps wait at the record's door until the engine can no longer be told that they went in.
  const door = await own.pool.connect();
  await door.query('begin');
  await door.query('select 1 from hardship_case where id = any($1) for update', [[asked.walk.caseId, leftAlone.walk.caseId]]);
  const unanswered = Promise.all([asked, leftAlone].map(({ accept }) => own.client.attempt(accept)));
  await until(async () => ((await stepsAtTheDoor()) === 2 ? true : undefined), { withinMs: 5_000 });
  own.signal('temporal-server', 'SIGSTOP');
  await door.query('commit');
  door.release();
  for (const { walk } of [asked, leftAlone]) {
    await until(async () => ((await recordOf(own.pool, walk.caseId))?.state === 'visit' ? true : undefined), { withinMs: 8_000 });
  }
  own.signal('temporal-server', 'SIGKILL');
  expect((await unanswered).filter((answer) => answer !== undefined && answer.status !== 503)).toEqual([]);
  await own.untilItSaysWhatDied();
  await own.halt();
  await own.startAgain();

  await asked.walk.through(own.client).untilState('preliminaryReview');
  await untilTheyAgree([leftAlone.walk.caseId]);
  for (const { walk, accept } of [asked, leftAlone]) {
    expect((await own.client.call(accept)).status).toBe(200);
    expect(await timesInRecord(own.pool, walk.clerk, accept.key, 'applicationAccepted')).toBe(1);
    await walk.through(own.client).until(({ state }) => state === 'notice1');
    expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
    await untilTheyAgree([walk.caseId]);
  }
});

/** A case that only has to be accepted, and the command that accepts it. */
async function atTheDoor(): Promise<{ walk: CaseWalk; accept: Sent }> {
  const walk = await CaseWalk.submit(own.client, sample());
  await walk.does('signAuthorization', walk.clerk, { signers: [1, 2], signedOn: shanghaiDateAt(Date.now()) });
  return { walk, accept: { operation: 'acceptApplication', as: walk.clerk, caseId: walk.caseId, input: {}, key: randomUUID() } };
}

/** What the engine forgot in a crash comes back by itself: the service asks the cases whose last answer never came. */
async function untilTheyAgree(caseIds: string[]): Promise<void> {
  const faults = async () => faultsInEngine(own.pool, await own.keys(), own.service.temporal, caseIds);
  await until(async () => ((await faults()).length === 0 ? true : undefined), { withinMs: 45_000, everyMs: 500 }).catch((error: unknown) => {
    if (!(error instanceof NotInTime)) throw error; // running out of time is told by the assertion behind it, which names the faults
  });
  expect(await faults()).toEqual([]);
}

async function stepsAtTheDoor(): Promise<number> {
  const { rows } = await own.pool.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%hardship_case%'`);
  return rows.length;
}

/**
 * As a front end repeats, under the same key and as often as it is told to come again: what the engine had handed to a worker that slept may be lost,
 * and is handed out anew when its ten seconds are over.
 */
function repeated(sent: KeyedCall): Promise<KeyedAnswer> {
  const answered = async () => {
    const answer = await own.client.call(sent);
    return answer.status === 503 ? undefined : answer;
  };
  return until(answered, { withinMs: 30_000, everyMs: 2_000 });
}

test.each(['temporal-server', 'worker'] as const)('while the %s does not answer, a command is told to come back in time, nothing is written, and its repetition is carried out once', async (part) => {
  const walk = await CaseWalk.submit(own.client, sample());
  const call = { operation: 'addMaterials', as: walk.clerk, caseId: walk.caseId, input: { items: [{ kind: 'studentCard' }] }, key: randomUUID() };
  const before = await recordOf(own.pool, walk.caseId);

  own.signal(part, 'SIGSTOP');
  const application = { operation: 'submitApplication', as: walk.clerk, input: sample().body, key: randomUUID() };
  const [away, notTaken] = await Promise.all([own.client.call(call), own.client.call(application)]);
  expect(away).toMatchObject({ status: 503, body: { code: 'ENGINE_UNAVAILABLE' }, retryAfter: expect.stringMatching(/^\d+$/) as string });
  expect(away.tookMs).toBeLessThan(13_000);
  expect(await recordOf(own.pool, walk.caseId)).toEqual(before);
  expect(notTaken).toMatchObject({ status: 503, body: { code: 'ENGINE_UNAVAILABLE' } });

  own.signal(part, 'SIGCONT');
  expect((await repeated(application)).status).toBe(201);
  expect((await repeated(call)).status).toBe(200);
  expect((await own.client.call(call)).status).toBe(200);
  expect(await timesInRecord(own.pool, walk.clerk, call.key, 'materialsAdded')).toBe(1);
  expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
});
