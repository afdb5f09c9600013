import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { CaseRestarts } from '../api/case-restart';
import type { CaseVersion, CaseVersions } from '../api/case-versions';
import { EngineAway, type CaseEngine } from '../api/engine';
import type { ReferenceTables } from '../api/reference-tables';
import { reasonOf } from '../infra/errors';
import { NotInTime, until } from '../infra/until';
import { findAnyCase } from '../store/case.store';
import type { PageRequest } from '../workflows/case/messages';

/** What became of the open cases that were on older versions of the workflow code. */
export interface MoveReport {
  /** Went on in a new run by themselves. */
  turned: number;
  /** Were started anew from their record: no worker serves their version, or its code does not know how to turn the page. */
  startedAnew: number;
  failed: { caseId: string; reason: string }[];
}

export interface MovePlan {
  /** Versions on which a case may stay: the current one, and one to which a share of the cases goes. */
  target: ReadonlySet<string>;
  /** Cases per second. */
  rate: number;
  onProgress: (report: MoveReport) => void;
}

const AT_ONCE_MAX = 50;
/** A case without a version that was begun more recently than this is just being begun, or turning its page. */
export const BEGUN_MS = 60_000;
const TURNED_WITHIN_MS = 20_000;
/** How often a case that does not answer is asked; each time waits as long as a command may take. */
const ASKED_MAX = 3;

/** Moves open cases to the code that is current. Keeps nothing to itself: interrupted and begun again, it goes on with the rest. */
export class CaseMoving {
  private readonly report: MoveReport = { turned: 0, startedAnew: 0, failed: [] };
  private served: ReadonlySet<string> = new Set();

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly tables: ReferenceTables,
    private readonly versions: CaseVersions,
    private readonly restarts: CaseRestarts,
    private readonly plan: MovePlan,
  ) {}

  async moveAll(): Promise<MoveReport> {
    this.served = await this.versions.served();
    const seen = new Set<string>();
    // A case that was opened on the old version a moment before may come into the list during the walk.
    while ((await this.walk(seen)) > 0) this.plan.onProgress(this.report);
    return this.report;
  }

  /** How many open cases are elsewhere, each asked itself. */
  async countLeft(): Promise<number> {
    let left = 0;
    for await (const caseId of this.elsewhere()) if (!this.isThere(await this.versions.versionOf(caseId))) left++;
    return left;
  }

  /** @returns how many cases it came upon that were not `seen` before */
  private async walk(seen: Set<string>): Promise<number> {
    const before = seen.size;
    const underWay = new Set<Promise<void>>();
    let nextAt = Date.now();
    for await (const caseId of this.elsewhere()) {
      if (seen.has(caseId)) continue;
      seen.add(caseId);
      nextAt = Math.max(Date.now(), nextAt + 1000 / this.plan.rate);
      await pause(nextAt - Date.now());
      if (underWay.size >= AT_ONCE_MAX) await Promise.race(underWay);
      const moving = this.move(caseId).finally(() => underWay.delete(moving));
      underWay.add(moving);
      this.plan.onProgress(this.report);
    }
    await Promise.all(underWay);
    return seen.size - before;
  }

  private async *elsewhere(): AsyncGenerator<string> {
    yield* this.versions.openElsewhere(this.plan.target);
    yield* this.versions.openUnversioned(Date.now() - BEGUN_MS);
  }

  /** One case that cannot be moved must not keep the others from it. */
  private async move(caseId: string): Promise<void> {
    try {
      const version = await this.versions.versionOf(caseId);
      if (this.isThere(version)) return;
      if (typeof version === 'object' && !this.served.has(version.buildId)) await this.startAnew(caseId);
      else await this.turnPage(caseId);
    } catch (error) {
      this.report.failed.push({ caseId, reason: reasonOf(error) });
    }
  }

  private async turnPage(caseId: string): Promise<void> {
    const stored = await findAnyCase(this.pool, caseId);
    const reference = stored && this.tables.forTerritory(stored.record.territory);
    const isNew = reference !== undefined && reference.digest !== stored?.referenceDigest;
    for (let asked = 1; ; asked++) {
      const outcome = await this.ask(caseId, isNew ? { reference } : {});
      if (outcome === 'turned') {
        this.report.turned++;
        return;
      }
      // Its code does not get through what it has done before, so it will never answer; or it does not know the word.
      if (outcome === 'unknown' || (await this.versions.isStuck(caseId))) return this.startAnew(caseId);
      if (asked < ASKED_MAX) continue; // where its last worker has died, the engine needs ten seconds to look for another one
      const what = outcome === 'silent' ? 'it does not answer' : 'it has not turned its page yet';
      this.report.failed.push({ caseId, reason: `${what}; see its id in the worker's log, and run this again` });
      return;
    }
  }

  private async ask(caseId: string, request: PageRequest): Promise<'turned' | 'unknown' | 'silent' | 'late'> {
    try {
      if ((await this.engine.turnPage(caseId, request)) === 'unknown') return 'unknown';
      await until(async () => this.isThere(await this.versions.versionOf(caseId)) || undefined, { withinMs: TURNED_WITHIN_MS, everyMs: 100 });
      return 'turned';
    } catch (error) {
      if (error instanceof EngineAway) return 'silent';
      if (error instanceof NotInTime) return 'late';
      throw error;
    }
  }

  private async startAnew(caseId: string): Promise<void> {
    if (await this.restarts.startAnew(caseId)) this.report.startedAnew++;
    else this.report.failed.push({ caseId, reason: 'it is not in the record; npm run reconcile says more' });
  }

  private isThere(version: CaseVersion): boolean {
    return version === 'ended' || (typeof version === 'object' && this.plan.target.has(version.buildId));
  }
}
