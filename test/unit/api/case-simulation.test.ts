import { Metadata, status } from '@grpc/grpc-js';
import { Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { CaseSimulation } from '../../../api/case-simulation';
import { CaseEngine } from '../../../api/engine';
import { engineClient } from '../../../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../../../infra/temporal/payload-codec';
import type { StoredCase } from '../../../store/case.store';
import type { QuietReply } from '../../../workflows/case/messages';

const now = Date.parse('2024-03-04T09:00:00+08:00');
const connection = Connection.lazy({ address: '127.0.0.1:9' }); // nobody is called
const pool = new Pool(); // nor asked
afterAll(async () => {
  await pool.end();
  await connection.close();
});

/** An engine that answers a jump like this, and is asked about the case before and after it. */
class Jumps extends CaseEngine {
  private readonly replies: (QuietReply | undefined)[] = [{ version: 1, state: 'phaseOut', nowMs: now, nextDueMs: now + 1_000_000 }, undefined];

  constructor(private readonly answer: Error) {
    super(engineClient(connection, 'default', NO_PAYLOADS), 'cases');
  }

  override untilQuiet(): Promise<QuietReply | undefined> {
    return Promise.resolve(this.replies.shift());
  }

  override within<T>(): Promise<T> {
    return Promise.reject(this.answer);
  }
}

function answered(code: status, details: string): Error {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

const stored = { record: { caseId: 'one', simulated: true }, clockOffsetMs: 0 } as StoredCase;

/** Found by storms in which the engine's shards move: the answer to the jump was lost, the case had ended by it, and its caller got a 500. */
test('a case that has ended by a jump whose answer was lost is where it was to go', async () => {
  const gone = answered(status.NOT_FOUND, 'workflow execution already completed');
  await expect(new CaseSimulation(pool, new Jumps(gone), true).advance(stored, now + 2_000_000)).resolves.toBeUndefined();
});

test('a jump that the engine refuses is told as it is', async () => {
  const refused = answered(status.FAILED_PRECONDITION, 'time skipping is off');
  await expect(new CaseSimulation(pool, new Jumps(refused), true).advance(stored, now + 2_000_000)).rejects.toBe(refused);
});
