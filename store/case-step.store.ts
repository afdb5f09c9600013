import type { Pool, PoolClient } from 'pg';
import { isEnd } from '../domain/case-facts';
import type { CaseEvent } from '../domain/case-events';
import { applyEvent, type CaseRecord } from '../domain/case-record';
import { appendEvents, listEvents } from './case-event.store';
import { markAccepted } from './command.store';
import { transaction } from './db';
import { canonical } from './event-hash';
import { bringsPersonalData, recordPersonalData, releaseHousehold } from './case-private.store';
import { keepAccount, namesAccount } from './disbursement-account.store';
import type { RecordKeys } from './record-keys';
import { recordOutward, saveReadModel, syncTasks } from './read-model.store';

/** One step of a case: what happened between two waits, when by the case's clock (epoch ms), and with which reference tables. */
export interface Step {
  caseId: string;
  events: CaseEvent[];
  nowMs: number;
  referenceDigest: string;
}

/** `ahead`: the record holds other events already; the case has to go on from this record instead of its own. */
export type StepOutcome = { written: true } | { written: false; ahead: CaseRecord };

/**
 * Writes one step in one transaction: events, read model, tasks, command, personal data, money. Safe to run twice: the
 * second time finds its events written and changes nothing.
 *
 * A step is in the record a moment before the engine knows of it. When the engine dies in that moment it forgets the
 * command, and the case comes back as it was before; the record, which its callers have seen, then counts.
 * @throws Error when the step begins after the end of the record: nothing may be left out; what the keys' provider throws
 */
export async function writeStep(pool: Pool, { cases, index }: RecordKeys, step: Step): Promise<StepOutcome> {
  // Before the transaction: a key may have to be asked for elsewhere, and nobody should wait for that with a lock in hand.
  const seal = step.events.some((event) => bringsPersonalData(event) || namesAccount(event)) ? await cases.sealOf(step.caseId) : undefined;
  return transaction(pool, async (db) => {
    const before = await lockRecord(db, step.caseId);
    const [first] = step.events;
    const last = step.events.at(-1);
    if (!first || !last) throw new Error(`a step of case ${step.caseId} without events`);
    const version = before?.version ?? 0;
    if (before && version >= first.seq) {
      const isSame = version === last.seq && (await isRecorded(db, step));
      return isSame ? { written: true } : { written: false, ahead: before };
    }
    if (first.seq !== version + 1) throw new Error(`a step of case ${step.caseId} begins at ${first.seq}, the record ends at ${version}`);

    const after = step.events.reduce<CaseRecord | null>((record, event) => applyEvent(record, event), before ?? null);
    if (!after) throw new Error(`a step of case ${step.caseId} made no record`);
    const recordedAt = await appendEvents(db, step.caseId, step.events);
    await saveReadModel(db, after);
    await saveRuntime(db, step, after);
    await syncTasks(db, after, recordedAt);
    for (const event of step.events) {
      if (seal) await recordPersonalData(db, index, seal, event, before?.household);
      if (seal) await keepAccount(db, seal, event);
      await recordOutward(db, after, event);
    }
    if (isEnd(after.state)) await releaseHousehold(db, step.caseId);
    for (const commandId of new Set(step.events.flatMap((event) => event.commandId ?? []))) await markAccepted(db, commandId, last.seq);
    return { written: true };
  });
}

/** Whether exactly these events are in the record. What is awaited is left out: it may have been asked on another day. */
async function isRecorded(db: PoolClient, step: Step): Promise<boolean> {
  const recorded = await listEvents(db, step.caseId, { after: (step.events[0]?.seq ?? 1) - 1 });
  const essence = (events: readonly CaseEvent[]) => canonical(events.map(({ awaiting, ...event }) => ({ ...event, recordedAt: undefined })));
  return essence(recorded) === essence(step.events);
}

/** The case's record, locked until the transaction ends: whoever writes a case takes this lock first. */
export async function lockRecord(db: PoolClient, caseId: string): Promise<CaseRecord | undefined> {
  const { rows } = await db.query<{ record: CaseRecord }>({
    name: 'lockRecord',
    text: 'select record from hardship_case where id = $1 for update',
    values: [caseId],
  });
  return rows[0]?.record;
}

/** A simulated clock runs beside the real one; that a step reaches the record some milliseconds late does not move it. */
const CLOCK_TOLERANCE_MS = 1_000;

async function saveRuntime(db: PoolClient, step: Step, { simulated }: CaseRecord): Promise<void> {
  await db.query({
    name: 'saveRuntime',
    text: `insert into case_runtime (case_id, is_simulated, clock_offset_ms, reference_digest) values ($1, $2, $3, $4)
           on conflict (case_id) do update set clock_offset_ms = $3, reference_digest = $4
             where abs(case_runtime.clock_offset_ms - $3) > $5 or case_runtime.reference_digest <> $4`,
    values: [step.caseId, simulated, simulated ? Math.round(step.nowMs - Date.now()) : 0, step.referenceDigest, CLOCK_TOLERANCE_MS],
  });
}
