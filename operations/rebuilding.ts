import type { Pool } from 'pg';
import { reasonOf } from '../infra/errors';
import { isRecordAway } from '../store/db';
import { listCaseIds } from '../store/event-chain.store';
import { keysetPages } from '../store/keyset-pages';
import { compareCases, openShadow, rebuildCase, type Comparison, type Difference } from '../store/rebuild.store';

/** What a walk over the cases found and did. */
export interface RebuildReport {
  looked: number;
  /** Cases whose read model was not the fold of their events, with what differed. */
  differing: { caseId: string; differences: string[] }[];
  rebuilt: number;
  /** Cases that were left as they are: their events cannot be trusted. */
  refused: { caseId: string; fault: string }[];
  /** Cases that could not be written, or still differ after it. */
  failed: { caseId: string; fault: string }[];
}

export interface RebuildPlan {
  /** Only compares. */
  check: boolean;
  /** Only these cases; left out: all of them. */
  caseIds?: readonly string[];
  onProgress?: (report: RebuildReport) => void;
}

type Shadow = Awaited<ReturnType<typeof openShadow>>;

/** Cases that are folded at once: their events are what is held in memory. */
const CASES_AT_ONCE = 100;
/** Cases that are written at the same time; a connection each. */
const WRITTEN_AT_ONCE = 4;

/**
 * Folds every case anew and writes what differs from its read model, while the service goes on writing: comparing takes no
 * lock, and a case that differs is locked for the moment in which it is written. Memory does not grow with the number of cases.
 */
export async function rebuild(pool: Pool, plan: RebuildPlan): Promise<RebuildReport> {
  const report: RebuildReport = { looked: 0, differing: [], rebuilt: 0, refused: [], failed: [] };
  const shadow = await openShadow(pool);
  try {
    for await (const caseIds of plan.caseIds ? [plan.caseIds] : pages(pool)) {
      const { differences, broken } = await compareEach(shadow, caseIds);
      const differing = byCase(differences);
      report.looked += caseIds.length;
      report.refused.push(...broken);
      report.differing.push(...[...differing].map(([caseId, what]) => ({ caseId, differences: what })));
      if (!plan.check) {
        const waiting = [...differing.keys()];
        for (let from = 0; from < waiting.length; from += WRITTEN_AT_ONCE) {
          await Promise.all(waiting.slice(from, from + WRITTEN_AT_ONCE).map((caseId) => rebuildOne(pool, caseId, report)));
        }
        await lookAgain(shadow, waiting, report);
      }
      plan.onProgress?.(report);
    }
    return report;
  } finally {
    shadow.release(true); // its tables would hide the real ones from whoever gets the connection next
  }
}

/** A case that cannot even be folded must not keep the others from it: it is found by folding them one by one. */
async function compareEach(shadow: Shadow, caseIds: readonly string[]): Promise<Comparison> {
  try {
    return await compareCases(shadow, caseIds);
  } catch (error) {
    if (isRecordAway(error)) throw error;
    const [only, ...others] = caseIds;
    if (only !== undefined && others.length === 0) return { differences: [], broken: [{ caseId: only, fault: `it cannot be folded (${reasonOf(error)})` }] };
    const all: Comparison = { differences: [], broken: [] };
    for (const caseId of caseIds) {
      const { differences, broken } = await compareEach(shadow, [caseId]);
      all.differences.push(...differences);
      all.broken.push(...broken);
    }
    return all;
  }
}

function pages(pool: Pool): AsyncGenerator<string[]> {
  return keysetPages<string, string>((after) => listCaseIds(pool, after, CASES_AT_ONCE), (caseId) => caseId);
}

/** A case that cannot be written must not keep the others from it. */
async function rebuildOne(pool: Pool, caseId: string, report: RebuildReport): Promise<void> {
  try {
    const fault = await rebuildCase(pool, caseId);
    if (fault === undefined) report.rebuilt++;
    else report.refused.push({ caseId, fault });
  } catch (error) {
    report.failed.push({ caseId, fault: reasonOf(error) });
  }
}

async function lookAgain(shadow: Shadow, caseIds: readonly string[], report: RebuildReport): Promise<void> {
  const told = new Set([...report.failed, ...report.refused].map(({ caseId }) => caseId));
  const written = caseIds.filter((caseId) => !told.has(caseId));
  if (written.length === 0) return;
  for (const [caseId, what] of byCase((await compareCases(shadow, written)).differences)) {
    report.failed.push({ caseId, fault: `it still differs: ${what.join('; ')}` });
  }
}

function byCase(differences: readonly Difference[]): Map<string, string[]> {
  const cases = new Map<string, string[]>();
  for (const { caseId, table, what } of differences) cases.set(caseId, [...(cases.get(caseId) ?? []), `${table}: ${what}`]);
  return cases;
}
