import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { until } from '../../../infra/until';
import { connect } from '../../../store/db';
import { DATE_WALK_SCHEDULE } from '../../../workflows/date-walk/messages';
import { CaseWalk } from '../../stack/case-walk';
import { KeyedClient } from '../../stack/keyed-client';
import { faultsOfRecord, recordOf } from '../../stack/record-check';
import { asFile, sampleApplications } from '../../stack/sample-application';
import { testStack } from '../../stack/test-stack';

const sample = sampleApplications(86);
let client: KeyedClient;
let pool: Pool;
let connection: Connection;
let engine: Client;

beforeAll(async () => {
  const { url, password, databaseUrl, temporalAddress, temporalNamespace } = testStack();
  client = await KeyedClient.connect(url, password);
  pool = connect(databaseUrl, 2);
  connection = await Connection.connect({ address: temporalAddress });
  engine = new Client({ connection, namespace: temporalNamespace });
});
afterAll(async () => {
  await pool.end();
  await connection.close();
});

const walkTheDates = () => engine.schedule.getHandle(DATE_WALK_SCHEDULE).trigger();
/** Years go by for a case that has ended: its clock is not the engine's any more. */
const setClock = (caseId: string, to: string) =>
  pool.query('update case_runtime set clock_offset_ms = $2 where case_id = $1', [caseId, Date.parse(to) - Date.now()]);

async function liftedOut(): Promise<CaseWalk> {
  const walk = await CaseWalk.importFile(client, asFile(sample({ place: 'bozhou', startsAt: '2023-04-10T09:00:00+08:00' }), '2023-04-10'));
  await walk.untilState('closed');
  return walk;
}

test('after a lift-out a household is watched for five years, to the last day and not longer; the file is kept for ten', async () => {
  const [watched, past, kept] = [await liftedOut(), await liftedOut(), await liftedOut()];
  expect(await watched.now()).toMatchObject({ monitoring: { group: 1, source: 'liftOut', until: '2028-04-10' }, hardshipFile: { retentionEndsOn: '2033-10-10' } });
  await setClock(watched.caseId, '2028-04-10T23:00:00+08:00');
  await setClock(past.caseId, '2028-04-11T00:30:00+08:00');
  await setClock(kept.caseId, '2033-10-11T00:30:00+08:00');

  await walkTheDates();
  const ended = async ({ caseId }: CaseWalk) => (await recordOf(pool, caseId))?.retentionEnded;
  await until(async () => ((await past.now()).monitoring === null && (await ended(kept))) || undefined, { withinMs: 60_000 });
  expect((await watched.now()).monitoring).not.toBeNull();
  expect([await ended(past), await ended(watched)]).toEqual([false, false]);
  for (const { caseId } of [watched, past, kept]) await expect(faultsOfRecord(pool, caseId)).resolves.toEqual([]);
});

test('a second walk on the same day finds nothing to do', async () => {
  const walk = await liftedOut();
  await setClock(walk.caseId, '2028-04-11T00:30:00+08:00');
  await walkTheDates();
  const { version } = await until(async () => ((view) => (view.monitoring ? undefined : view))(await walk.now()), { withinMs: 60_000 });
  const { info } = await engine.schedule.getHandle(DATE_WALK_SCHEDULE).describe();
  await walkTheDates();
  await until(async () => (await engine.schedule.getHandle(DATE_WALK_SCHEDULE).describe()).info.numActionsTaken > info.numActionsTaken || undefined, { withinMs: 60_000 });
  await until(async () => (await engine.schedule.getHandle(DATE_WALK_SCHEDULE).describe()).info.runningActions.length === 0 || undefined, { withinMs: 60_000 });
  expect((await walk.now()).version).toBe(version);
});
