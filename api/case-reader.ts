import type { Pool } from 'pg';
import type { CaseRecord } from '../domain/case-record';
import { commandIdOfPlan } from '../domain/decisions/aid-plan';
import { recordAt } from '../store/case-event.store';
import { findAnyCase, findCase, type StoredCase } from '../store/case.store';
import { openPersonal } from '../store/case-private.store';
import { findBodies } from '../store/command.store';
import type { RecordKeys } from '../store/record-keys';
import type { User } from '../store/user.store';
import { isUuid } from './case-commands';
import { caseView, type PlanItemText } from './case-view';
import { notFound } from './problem';
import type { ReferenceTables } from './reference-tables';
import type { CaseView } from './schemas/case';

/** Reads cases for people, within their scope. */
export class CaseReader {
  constructor(
    private readonly pool: Pool,
    private readonly keys: RecordKeys,
    private readonly tables: ReferenceTables,
  ) {}

  /** The case's record. @throws HttpProblem NOT_FOUND for an unknown case and for one outside the user's scope alike */
  async get(caseId: string, user: User): Promise<StoredCase> {
    const stored = await this.find(caseId, user);
    if (!stored) throw notFound();
    return stored;
  }

  /** The case's record; undefined for an unknown case and for one outside the user's scope alike. */
  async find(caseId: string, user: User): Promise<StoredCase | undefined> {
    return isUuid(caseId) ? findCase(this.pool, caseId, user.orgPath) : undefined;
  }

  /** The case as the contract describes it, as it is now. */
  async view(caseId: string, user: User): Promise<CaseView> {
    return this.viewOf(await this.get(caseId, user));
  }

  /**
   * The case as it was right after a command: the answer to the command, also when it is asked for again later. Not
   * scoped: whoever carried the command out sees what it did, even where it moved the case out of sight.
   */
  async viewAfter(caseId: string, version: number): Promise<CaseView> {
    const stored = await findAnyCase(this.pool, caseId);
    if (!stored) throw notFound();
    if (stored.record.version === version) return this.viewOf(stored);
    const record = await recordAt(this.pool, caseId, version);
    return this.viewOf(record ? { ...stored, record } : stored);
  }

  async viewOf(stored: StoredCase): Promise<CaseView> {
    const planTexts = await this.planTextsOf([stored.record]);
    return this.viewWith(stored, planTexts);
  }

  /**
   * Several cases, in their order; what people wrote to their plans is read at once for all of them. A case whose personal
   * data was destroyed is left out: there is nothing left to show of it.
   */
  async viewsOf(cases: readonly StoredCase[]): Promise<CaseView[]> {
    const shown = cases.filter(({ personal }) => personal?.key.wrapped !== null);
    const planTexts = await this.planTextsOf(shown.map(({ record }) => record));
    return Promise.all(shown.map((stored) => this.viewWith(stored, planTexts)));
  }

  private async viewWith({ record, clockOffsetMs, personal: sealed }: StoredCase, planTexts: ReadonlyMap<string, PlanItemText[]>): Promise<CaseView> {
    // The rows are written before the case exists.
    if (!sealed) throw new Error(`case ${record.caseId} has no personal data`);
    const personal = await openPersonal(this.keys, record.caseId, sealed);
    const reference = this.tables.forTerritory(record.territory);
    return caseView({ record, clockOffsetMs, personal, planTexts, reference, organisations: this.tables.organisations });
  }

  /** What the plans' items are in the words of whoever proposed them, by plan. */
  private async planTextsOf(records: readonly CaseRecord[]): Promise<Map<string, PlanItemText[]>> {
    const planIds = records.flatMap(({ aidPlans }) => aidPlans.map(({ id }) => id));
    if (planIds.length === 0) return new Map();
    const bodies = await findBodies(this.pool, this.keys, planIds.map(commandIdOfPlan));
    const itemsOf = (id: string) => (bodies.get(commandIdOfPlan(id)) as { items?: PlanItemText[] } | undefined)?.items ?? [];
    return new Map(planIds.map((id) => [id, itemsOf(id)]));
  }
}
