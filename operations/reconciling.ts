import type { Pool, PoolClient } from 'pg';
import { reasonOf } from '../infra/errors';
import { isEnd } from '../domain/case-facts';
import type { DocumentStore } from '../documents/document-store';
import { knownAddresses, listStored, markLost } from '../store/document.store';
import { listUnstarted } from '../store/case-opening.store';
import { findAnyCase } from '../store/case.store';
import { keysetPages } from '../store/keyset-pages';
import { rebuildCase } from '../store/rebuild.store';
import { tasksOf } from '../store/read-model.store';
import {
  closeTaskWithoutCase,
  inventoryIsComplete,
  isKnownCase,
  listAwaitedAndOpen,
  listCasesNotRunning,
  listCasesWithoutRow,
  listTasksWithoutCase,
  listWorkflowsWithoutCase,
  noteRunning,
  openInventory,
  type AwaitedAndOpen,
} from '../store/reconcile.store';
import { caseWorkflowId } from '../workflows/case/messages';
import type { CaseRuns } from './case-runs';

/** What may be wrong between record and engine. */
export type FindingKind =
  | 'caseWithoutWorkflow'
  | 'workflowEndedEarly'
  | 'workflowStuck'
  | 'workflowWithoutCase'
  | 'caseWithoutRow'
  | 'tasksNotAsAwaited'
  | 'taskWithoutCase'
  | 'openingNotStarted'
  | 'documentWithoutRow'
  | 'documentWithoutContent';

export interface Finding {
  kind: FindingKind;
  /** Id of the case, of the workflow where there is none, or of the task. */
  id: string;
  says: string;
  /** What was done about it; undefined while only looking. */
  outcome?: 'repaired' | { notRepaired: string };
}

export interface ReconcileReport {
  /** How many workflows the engine lists as running. */
  running: number;
  /** All findings, by kind. */
  found: Partial<Record<FindingKind, number>>;
  repaired: number;
  /** The first of them; a lost engine database makes more than anybody reads. */
  findings: Finding[];
}

const PAGE = 500;
/** Starts are throttled: a worker takes up about fifty new cases a second. */
const AT_ONCE = 8;
const LISTED_MAX = 1_000;
const UNSTARTED_AFTER_SECONDS = 60;
/** What is younger may be on its way into the record. */
const DOCUMENT_SETTLED_MS = 600_000;

/**
 * Compares record and engine and, with `repair`, brings them together. Safe to run twice and while the service runs: a
 * finding counts only when the engine, asked by name, and the record, asked again after it, confirm it.
 */
export class Reconciler {
  private readonly report: ReconcileReport = { running: 0, found: {}, repaired: 0, findings: [] };

  constructor(
    private readonly pool: Pool,
    private readonly runs: CaseRuns,
    private readonly documents: DocumentStore,
    private readonly repair: boolean,
    private readonly onProgress: (line: string) => void = () => undefined,
  ) {}

  async reconcile(): Promise<ReconcileReport> {
    // First: what stands on a row that is gone would otherwise be found as something else.
    await this.walk((after) => listCasesWithoutRow(this.pool, after, PAGE), ({ caseId }) => caseId, (lost) => this.rowless(lost.caseId, lost.hasEvents));
    const inventory = await openInventory(this.pool);
    try {
      await this.listRunning(inventory);
      await this.walk((after) => listCasesNotRunning(inventory, after, PAGE), (caseId) => caseId, (caseId) => this.notRunning(caseId));
      await this.walk((after) => listWorkflowsWithoutCase(inventory, after, PAGE), ({ workflowId }) => workflowId, ({ workflowId, caseId }) => this.caseless(workflowId, caseId));
    } finally {
      inventory.release(true);
    }
    for await (const caseId of this.runs.stuck()) await this.stuck(caseId);
    await this.walk((after) => listAwaitedAndOpen(this.pool, after, PAGE), ({ caseId }) => caseId, (both) => this.tasks(both));
    for (const { taskId } of await listTasksWithoutCase(this.pool, PAGE)) {
      await this.found({ kind: 'taskWithoutCase', id: taskId, says: 'is open, and its case does not exist' }, () => closeTaskWithoutCase(this.pool, taskId));
    }
    for (const { caseId } of await listUnstarted(this.pool, UNSTARTED_AFTER_SECONDS, PAGE)) {
      await this.found({ kind: 'openingNotStarted', id: caseId, says: `was written down more than ${UNSTARTED_AFTER_SECONDS} s ago and not started` }, () =>
        Promise.resolve('a running API starts it within 10 s; look why it does not (api.log)'),
      );
    }
    await this.contents();
    return this.report;
  }

  /** Contents that no document has, as a crash between the store and the record leaves them, and documents without content. */
  private async contents(): Promise<void> {
    const stored = new Set<string>();
    const settled = new Date(Date.now() - DOCUMENT_SETTLED_MS);
    let page: string[] = [];
    const look = async () => {
      const known = await knownAddresses(this.pool, page);
      for (const address of page.filter((one) => !known.has(one))) {
        await this.found({ kind: 'documentWithoutRow', id: address, says: 'is in the document store, and no document has it' }, () => this.documents.remove(address));
      }
      page = [];
    };
    for await (const { address, storedAt } of this.documents.list()) {
      stored.add(address);
      if (storedAt < settled) page.push(address);
      if (page.length === PAGE) await look();
    }
    await look();
    await this.walk((after) => listStored(this.pool, after, PAGE), ({ id }) => id, async ({ id, address }) => {
      // Listed before the record was asked: what came in between is looked for by its address.
      if (stored.has(address) || (await this.documents.get(address))) return;
      await this.found({ kind: 'documentWithoutContent', id, says: 'has no content in the document store; look for it in a backup first' }, () => markLost(this.pool, id));
    });
  }

  private async listRunning(inventory: PoolClient): Promise<void> {
    for await (const page of this.runs.running()) {
      await noteRunning(inventory, page);
      this.report.running += page.length;
      this.onProgress(`Listing what runs in the engine: ${this.report.running}`);
    }
    await inventoryIsComplete(inventory);
  }

  /** Walks keyset pages and looks at several entries at once. */
  private async walk<Entry>(page: (after: string | null) => Promise<Entry[]>, keyOf: (entry: Entry) => string, look: (entry: Entry) => Promise<void>): Promise<void> {
    let looked = 0;
    for await (const entries of keysetPages(page, keyOf)) {
      for (let from = 0; from < entries.length; from += AT_ONCE) await Promise.all(entries.slice(from, from + AT_ONCE).map(look));
      looked += entries.length;
      this.onProgress(`Comparing: ${looked} entries, ${Object.values(this.report.found).reduce((sum, n) => sum + n, 0)} findings`);
    }
  }

  private async notRunning(caseId: string): Promise<void> {
    const status = await this.runs.statusOf(caseWorkflowId(caseId));
    if (status === 'RUNNING') return; // the list lagged behind
    // The last step of a case is in the record before its run ends: asked in this order, a case that has just ended shows it.
    const state = (await findAnyCase(this.pool, caseId))?.record.state;
    if (state === undefined || isEnd(state) || (await this.runs.statusOf(caseWorkflowId(caseId))) === 'RUNNING') return;
    const finding: Finding =
      status === undefined
        ? { kind: 'caseWithoutWorkflow', id: caseId, says: `is in ${state}, and the engine knows no workflow of it` }
        : { kind: 'workflowEndedEarly', id: caseId, says: `is in ${state}, and its workflow has ended (${status})` };
    await this.found(finding, () => this.runs.startFromRecord(caseId, 'kept'));
  }

  private async stuck(caseId: string): Promise<void> {
    const state = (await findAnyCase(this.pool, caseId))?.record.state;
    if (state === undefined) return; // a workflow without a case is a finding of its own
    await this.found({ kind: 'workflowStuck', id: caseId, says: `is in ${state}, and the worker fails at its workflow again and again (worker.log says why)` }, () =>
      this.runs.startFromRecord(caseId, 'replaced'),
    );
  }

  private async caseless(workflowId: string, caseId: string | null): Promise<void> {
    // An application is written down before its workflow is started: asked in this order, a new case is known.
    if ((await this.runs.statusOf(workflowId)) !== 'RUNNING') return;
    if (caseId !== null && (await isKnownCase(this.pool, caseId))) return;
    await this.found({ kind: 'workflowWithoutCase', id: workflowId, says: 'runs, and the record knows no case and no application of it' }, () =>
      this.runs.terminate(workflowId, 'npm run reconcile: the record knows no case and no application of this workflow'),
    );
  }

  private async rowless(caseId: string, hasEvents: boolean): Promise<void> {
    await this.found({ kind: 'caseWithoutRow', id: caseId, says: hasEvents ? 'has events and no row in the read model' : 'was started, and has neither row nor events' }, () =>
      hasEvents ? rebuildCase(this.pool, caseId) : Promise.resolve('its events are gone; look for them in a backup'),
    );
  }

  private async tasks({ openTasks, ...stands }: AwaitedAndOpen): Promise<void> {
    const awaited = tasksOf(stands).map(({ id }) => id);
    const missing = awaited.filter((id) => !openTasks.includes(id)).length;
    const surplus = openTasks.filter((id) => !awaited.includes(id)).length;
    if (missing + surplus === 0) return;
    await this.found({ kind: 'tasksNotAsAwaited', id: stands.caseId, says: `${missing} awaited without a task, ${surplus} tasks that nobody awaits` }, () => rebuildCase(this.pool, stands.caseId));
  }

  /** @param mend answers why it could not be repaired, or undefined when it was */
  private async found(finding: Finding, mend: () => Promise<string | undefined> | Promise<void>): Promise<void> {
    this.report.found[finding.kind] = (this.report.found[finding.kind] ?? 0) + 1;
    if (this.report.findings.length < LISTED_MAX) this.report.findings.push(finding);
    if (!this.repair) return;
    const notRepaired = await (mend() as Promise<string | undefined>).catch(reasonOf);
    finding.outcome = notRepaired === undefined ? 'repaired' : { notRepaired };
    if (notRepaired === undefined) this.report.repaired++;
  }
}
