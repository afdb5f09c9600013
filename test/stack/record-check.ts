import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { isEnd } from '../../domain/case-facts';
import type { CaseRecord } from '../../domain/case-record';
import { listEvents, recordAt } from '../../store/case-event.store';
import { canonical, eventHash, GENESIS } from '../../store/event-hash';
import type { RecordKeys } from '../../store/record-keys';
import { caseWorkflowId, untilQuietUpdate, type QuietReply } from '../../workflows/case/messages';
import { engineAccess } from './engine-access';

/** What is wrong with a case's record: broken chain, gaps, a read model that is not the fold of its events. */
export async function faultsOfRecord(pool: Pool, caseId: string): Promise<string[]> {
  const { rows } = await pool.query<{ seq: number; prev: Buffer; hash: Buffer }>('select seq, prev_hash as prev, hash from case_event where case_id = $1 order by seq', [caseId]);
  const events = await listEvents(pool, caseId);
  const faults: string[] = [];
  let before: Buffer = GENESIS;
  for (const [index, event] of events.entries()) {
    const { seq, type, effectiveOn, recordedAt, actor, onBehalfOf, commandId, ...data } = event;
    const hash = eventHash(before, { caseId, seq, type, effectiveOn, recordedAt, actor, onBehalfOf, commandId, data });
    const row = rows[index];
    if (seq !== index + 1) faults.push(`event ${index + 1} has seq ${seq}`);
    if (!row?.prev.equals(before)) faults.push(`event ${seq} does not follow the one before it`);
    if (!row?.hash.equals(hash)) faults.push(`event ${seq} does not have the hash of its content`);
    before = hash;
  }
  const stored = await recordOf(pool, caseId);
  const folded = await recordAt(pool, caseId, Number.MAX_SAFE_INTEGER);
  if (!stored || canonical(stored) !== canonical(folded)) faults.push('the read model is not the fold of the events');
  return faults;
}

/** How many steps of the record came from the command that an actor sent under a key: 1 is right, 0 lost, more doubled. */
export async function timesInRecord(pool: Pool, actor: string | null, key: string, eventType: string): Promise<number> {
  const { rows } = await pool.query<{ times: number }>(
    `select count(*) as times from case_event e join command c on c.id = e.command_id
      where coalesce(c.actor, '') = $1 and c.idempotency_key = $2 and e.type = $3`,
    [actor ?? '', key, eventType],
  );
  return rows[0]?.times ?? 0;
}

export async function recordOf(pool: Pool, caseId: string): Promise<CaseRecord | undefined> {
  const { rows } = await pool.query<{ record: CaseRecord }>('select record from hardship_case where id = $1', [caseId]);
  return rows[0]?.record;
}

/** Every case in the record or on its way there. */
export async function allCaseIds(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from hardship_case union select case_id from case_opening');
  return rows.map(({ id }) => id);
}

/**
 * What is wrong with the cases in the engine: one that is not where its record says, and one that stands still with nobody
 * to move it, without a task for somebody, a date on which it acts by itself, or a recheck.
 */
export async function faultsInEngine(pool: Pool, keys: RecordKeys, temporal: { address: string; namespace: string }, caseIds: readonly string[]): Promise<string[]> {
  const { connection, client } = await engineAccess(temporal, keys);
  try {
    const faults = await Promise.all(caseIds.map((caseId) => faultInEngine(pool, client, caseId)));
    return faults.flatMap((fault) => fault ?? []);
  } finally {
    await connection.close();
  }
}

async function faultInEngine(pool: Pool, client: Client, caseId: string): Promise<string | undefined> {
  const before = await recordOf(pool, caseId);
  if (before && isEnd(before.state)) return undefined;
  const quiet = await quietReply(client, caseId);
  if (!quiet) return `case ${caseId} is ${before?.state ?? 'unknown'} at version ${before?.version ?? 0} in the record and does not come to rest in the engine`;
  const { version, state, nextDueMs } = quiet;
  const record = await recordOf(pool, caseId);
  if (!record) return `case ${caseId} runs and is not in the record`;
  if (record.version !== version) return `case ${caseId} is ${record.state} at version ${record.version} in the record, ${state} at version ${version} in the engine`;
  const isMoved = record.awaiting.some((awaited) => awaited.task) || nextDueMs !== null || record.recheck !== null;
  return isMoved ? undefined : `case ${caseId} stands still in ${state}`;
}

/** Longer than anything takes that a case does by itself. */
const COMES_TO_REST_WITHIN_MS = 60_000;

/** Where the case stands in the engine once nothing is in motion; undefined when it does not come to rest. */
async function quietReply({ connection, workflow }: Client, caseId: string): Promise<QuietReply | undefined> {
  try {
    return await connection.withDeadline(Date.now() + COMES_TO_REST_WITHIN_MS, () => workflow.getHandle(caseWorkflowId(caseId)).executeUpdate<QuietReply, []>(untilQuietUpdate));
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || failsAtItsTasks(error)) return undefined;
    throw error;
  }
}

/** A run at whose tasks the worker has failed several times takes no Update. */
function failsAtItsTasks(error: unknown): boolean {
  return error instanceof ServiceError && isGrpcServiceError(error.cause) && error.cause.code === status.FAILED_PRECONDITION;
}
