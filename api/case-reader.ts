import type { Pool } from 'pg';
import { reachFor, type OperationId } from '../access/operations';
import { commandIdOfPlan } from '../domain/decisions/aid-plan';
import { KeyDestroyed } from '../security/data-keys';
import { recordAt } from '../store/case-event.store';
import { openPersonal, type CasePrivate } from '../store/case-private.store';
import { findAnyCase, findCase, type StoredCase } from '../store/case.store';
import { openBodies } from '../store/command.store';
import type { RecordKeys } from '../store/record-keys';
import { isRecused } from '../store/recusal.store';
import type { Db } from '../store/db';
import type { ScopedRecords } from '../store/scoped-records';
import type { User } from '../store/user.store';
import { caseViewFor, type PlanItemText } from './case-view';
import type { CarriedOut } from './case-commands';
import { isUuid } from './case-id';
import { notFound, recused } from './problem';
import { scopeOf } from './scope';
import type { ReferenceTables } from './reference-tables';
import type { CaseView } from './schemas/case';

/** Reads cases for people, within their scope. */
export class CaseReader {
  /** @param pool as the service itself, for what no scope can be asked about */
  constructor(
    private readonly pool: Pool,
    private readonly records: ScopedRecords,
    private readonly keys: RecordKeys,
    private readonly tables: ReferenceTables,
  ) {}

  /**
   * The case's record.
   *
   * @throws HttpProblem NOT_FOUND for an unknown case and for one outside the user's scope alike; RECUSED where the user is related;
   *   KeyDestroyed where nothing is left of its persons
   */
  async get(caseId: string, user: User, db: Db = this.records.of(scopeOf(user))): Promise<StoredCase> {
    const stored = await this.getEvenDestroyed(caseId, user, 'getCase', db);
    if (stored.personal?.key.wrapped === null) throw new KeyDestroyed(caseId);
    return stored;
  }

  /** The case's record, also where nothing is left of its persons. @throws HttpProblem NOT_FOUND, RECUSED as above */
  async getEvenDestroyed(caseId: string, user: User, operation: OperationId, db: Db = this.records.of(scopeOf(user))): Promise<StoredCase> {
    const stored = isUuid(caseId) ? await findCase(db, caseId, reachFor(operation, user)) : undefined;
    if (stored) return stored;
    throw (await this.isRecused(caseId, user)) ? recused() : notFound();
  }

  /** Whether the case would be the user's, were it not that of somebody near. */
  private async isRecused(caseId: string, user: User): Promise<boolean> {
    if (!isUuid(caseId) || !(await isRecused(this.pool, scopeOf(user).users, caseId))) return false;
    return (await findCase(this.pool, caseId, reachFor('getCase', user))) !== undefined;
  }

  /** The case's record; undefined for an unknown case and for one outside the user's scope alike. */
  async find(caseId: string, user: User): Promise<StoredCase | undefined> {
    return isUuid(caseId) ? findCase(this.records.of(scopeOf(user)), caseId, reachFor('getCase', user)) : undefined;
  }

  /** The case as the contract describes it, as it is now. */
  async view(caseId: string, user: User): Promise<CaseView> {
    return this.viewOf(await this.get(caseId, user), user);
  }

  /**
   * The case as it was right after a command: the answer to the command, also when it is asked for again later. Not
   * scoped the first time: whoever carried the command out sees what it did, even where it moved the case out of sight. Asked
   * for again it is a reading like any other: who opened a case years ago may be near to the household by now.
   *
   * @throws HttpProblem NOT_FOUND, RECUSED, KeyDestroyed: of a repetition, as {@link get}
   */
  async viewAfter(caseId: string, { version, isRepeat }: Pick<CarriedOut, 'version' | 'isRepeat'>, user: User): Promise<CaseView> {
    if (isRepeat) await this.get(caseId, user);
    const stored = await findAnyCase(this.pool, caseId);
    if (!stored) throw notFound();
    if (stored.record.version === version) return this.viewOf(stored, user);
    const record = await recordAt(this.pool, caseId, version);
    return this.viewOf(record ? { ...stored, record } : stored, user);
  }

  /** The case as it was read, the way this person may see it. @throws KeyDestroyed, SealBroken, and what the key's provider throws */
  async viewOf(stored: StoredCase, { roles }: User): Promise<CaseView> {
    const reference = this.tables.forTerritory(stored.record.territory);
    const [personal, planTexts] = [await this.personalOf(stored), await this.planTextsOf(stored)];
    return caseViewFor(roles, { ...stored, personal, planTexts, reference, organisations: this.tables.organisations });
  }

  /** Several cases, in their order. A case whose personal data was destroyed is left out: there is nothing left to show of it. */
  viewsOf(cases: readonly StoredCase[], user: User): Promise<CaseView[]> {
    return Promise.all(cases.filter(({ personal }) => personal?.key.wrapped !== null).map((stored) => this.viewOf(stored, user)));
  }

  /** What is known of the persons of a case, unmasked. @throws Error without any: the rows are written before the case exists; KeyDestroyed */
  personalOf({ record, personal }: StoredCase): Promise<CasePrivate> {
    if (!personal) throw new Error(`case ${record.caseId} has no personal data`);
    return openPersonal(this.keys, record.caseId, personal);
  }

  /** What the plans' items are in the words of whoever proposed them, by plan. */
  private async planTextsOf({ record, personal, proposals }: StoredCase): Promise<Map<string, PlanItemText[]>> {
    if (!personal) return new Map();
    const bodies = await openBodies(this.keys, record.caseId, personal.key, proposals);
    const itemsOf = (id: string) => (bodies.get(commandIdOfPlan(id)) as { items?: PlanItemText[] } | undefined)?.items ?? [];
    return new Map(record.aidPlans.map(({ id }) => [id, itemsOf(id)]));
  }
}
