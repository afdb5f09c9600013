import { shanghaiDateAt } from '../domain/calendar-date';
import { ENDED_STATES } from '../domain/case-facts';
import type { CaseRecord } from '../domain/case-record';
import { policyOn } from '../domain/policy';
import type { RetentionFacts } from '../domain/retention';
import type { Db } from '../store/db';
import { findApplicationEnd, listOpenSuccessors } from '../store/destruction.store';
import { listLegalHolds } from '../store/legal-hold.store';
import type { ReferenceTables } from './reference-tables';

/** What stands beside the record of a case when its destruction is judged. Simulated cases are judged by their own clocks. */
export async function retentionFactsOf(db: Db, tables: ReferenceTables, record: CaseRecord, clockOffsetMs: number): Promise<RetentionFacts> {
  const endedOn = record.hardshipFile ? null : await findApplicationEnd(db, record.caseId);
  const holds = await listLegalHolds(db, record.caseId);
  return {
    today: shanghaiDateAt(Date.now() + clockOffsetMs),
    endedOn,
    policy: endedOn === null ? undefined : policyOn(tables.forTerritory(record.territory).policies, endedOn),
    openSuccessors: await listOpenSuccessors(db, record.caseId, ENDED_STATES),
    legalHolds: holds.filter(({ liftedAt }) => liftedAt === null).map(({ reason }) => reason),
  };
}
