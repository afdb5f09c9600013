import type { Pool } from 'pg';
import { connect } from '../../../store/db';
import { APPROVER, destruction, givenDue, PROPOSER } from '../given/destruction';
import { untilInLine } from '../given/lock-line';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import type { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
let pool: Pool;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  pool = connect(testStack().databaseUrl, 3);
});
afterAll(() => pool.end());

const relapse = (walked: WalkedCase) => walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'));

async function givenProposed(): Promise<WalkedCase> {
  const walked = await givenDue(client, pool);
  expect((await destruction(client, 'proposeDestruction', PROPOSER, walked)).status).toBe(200);
  return walked;
}

/** Holds whoever wants to write to the case until as many stand there as will come, in the order in which they are begun. */
async function inThisOrder({ id }: WalkedCase, ...works: (() => Promise<unknown>)[]): Promise<void> {
  const db = await pool.connect();
  const running: Promise<unknown>[] = [];
  try {
    const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
    await db.query('begin');
    await db.query('select from hardship_case where id = $1 for update', [id]);
    for (const work of works) {
      running.push(work());
      await untilInLine(pool, rows[0]?.pid, running.length);
    }
    await db.query('rollback');
    await Promise.all(running);
  } finally {
    db.release(true);
    await Promise.allSettled(running);
  }
}

test('a household that falls back while the destruction of its file is approved: the file stays, and says which case keeps it', async () => {
  const walked = await givenProposed();
  await inThisOrder(
    walked,
    async () => {
      const { status, body } = await relapse(walked);
      expect([status, body.previousCaseId]).toEqual([201, walked.id]);
    },
    async () => {
      const { hindrances } = expectProblem(await destruction(client, 'approveDestruction', APPROVER, walked), 409, 'DESTRUCTION_NOT_ALLOWED');
      expect(hindrances).toEqual([{ because: 'linkedCaseOpen', caseNumbers: [expect.any(String)] }]);
    },
  );
  expect((await walked.look()).applicant.name).toBeTruthy();
});

test('a relapse that is reported while the file is destroyed opens no case of persons who are gone', async () => {
  const walked = await givenProposed();
  await inThisOrder(
    walked,
    async () => {
      expect((await destruction(client, 'approveDestruction', APPROVER, walked)).status).toBe(200);
    },
    async () => {
      expectProblem(await relapse(walked), 410, 'PERSONAL_DATA_DESTROYED');
    },
  );
  expect((await pool.query(`select from hardship_case where record ->> 'previousCaseId' = $1`, [walked.id])).rowCount).toBe(0);
});
