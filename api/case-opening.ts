import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { reachFor, relationsFor } from '../access/operations';
import { relationsTo } from '../access/relations';
import { shanghaiDateAt, yearOf, type PlainDate } from '../domain/calendar-date';
import type { Actor, NewFact } from '../domain/decisions/decide';
import type { Decision, Refusal } from '../domain/refusal';
import type { Reference } from '../domain/reference';
import { resolveTerritory } from '../domain/routing';
import type { Territory } from '../domain/territory';
import { findCase } from '../store/case.store';
import { findUnstarted, insertOpening, markStarted, nextCaseNumber, type CaseOpening } from '../store/case-opening.store';
import { KeyDestroyed, type StoredKey } from '../security/data-keys';
import type { Seal } from '../security/envelope';
import { claimHousehold, idIndexesOf, idNumbersOf, insertPrivate, type CasePrivate } from '../store/case-private.store';
import { bodyDigest, countFiledToday, findCommand, findCommandByKey, handOver, lockFiling, openCommand, refuseOpening, type CommandRow, type NewCommand } from '../store/command.store';
import { lockRecord } from '../store/case-step.store';
import { transaction, type Db } from '../store/db';
import type { RecordKeys } from '../store/record-keys';
import { isRecused, recuseAsBefore } from '../store/recusal.store';
import type { User } from '../store/user.store';
import type { CaseStart } from '../workflows/case/messages';
import { actorOf, keyReused, type CarriedOut } from './case-commands';
import type { Confirmations } from './confirmations';
import type { CaseEngine } from './engine';
import { mustNameKnownOrganisations } from './organisation-check';
import { forbidden, HttpProblem, recused, RefusedByRule } from './problem';
import type { ReferenceTables } from './reference-tables';
import { scopeOf } from './scope';

/** By one applicant: each refusal may say that somebody is in a case already. */
const FILED_A_DAY = 10;

/** Something that makes a case: an application, the import of a file, a relapse after the file had left. */
export interface NewCase {
  operation: 'submitApplication' | 'importFile' | 'reportRelapse';
  user: User;
  /** What the caller sent, as it is kept. */
  body: Record<string, unknown>;
  idempotencyKey?: string;
  /** The case that it follows, when there is one: part of what a repeated request must have in common. */
  previousCaseId?: string;
  /** Everything that may be refused; its refusals are kept like those of any command. */
  prepare: () => Promise<Prepared> | Prepared;
}

export interface Prepared {
  personal: CasePrivate;
  filedAtOrgId?: string;
  /** Business instant at which a simulated case begins. */
  startsAtMs?: number;
  /** The first facts of the case. */
  facts: (ground: Ground) => Decision<NewFact[]>;
}

/** What a new case stands on. */
export interface Ground {
  caseId: string;
  commandId: string;
  number: string;
  territory: Territory;
  reference: Reference;
  today: PlainDate;
  actor: Actor;
  simulated: boolean;
}

/** A household is in an open case or file already: said inside the transaction, so that all of it is undone. */
class HouseholdTaken extends Error {
  override readonly name = 'HouseholdTaken';

  constructor(readonly linkedTo: string) {
    super('household taken');
  }
}

/** The same request, sent twice at once: the other one has written it down in the meantime. */
class CameEarlier extends Error {
  override readonly name = 'CameEarlier';

  constructor(readonly row: CommandRow) {
    super('came earlier');
  }
}

/** A command that begins a case, with the case's new key. */
interface Beginning {
  command: NewCommand;
  seal: Seal;
  stored: StoredKey;
}

/** Opens cases: writes down who comes and for whom, then starts the case in the engine. */
export class CaseOpenings {
  constructor(
    private readonly pool: Pool,
    private readonly keys: RecordKeys,
    private readonly engine: CaseEngine,
    private readonly tables: ReferenceTables,
    private readonly isSimulationOn: boolean,
    private readonly confirmations: Confirmations,
  ) {}

  /**
   * Opens one case. A retry under the same key gets the first answer.
   *
   * @throws RefusedByRule HOUSEHOLD_ALREADY_FILED, GRASSROOTS_UNION_UNKNOWN, SIMULATION_OFF, and what the preparation refuses
   */
  async open(opening: NewCase): Promise<CarriedOut & { caseId: string }> {
    const { operation, user, body, previousCaseId, idempotencyKey = randomUUID() } = opening;
    const { cases, index } = this.keys;
    const digest = bodyDigest(index, operation, previousCaseId, body);
    const earlier = await findCommandByKey(this.pool, user.id, idempotencyKey);
    if (earlier && !isLeftOpen(earlier, digest, previousCaseId)) return this.again(earlier, digest);

    if (!earlier && user.applicant && (await countFiledToday(this.pool, user.id)) >= FILED_A_DAY) throw filedTooOften();
    const command = { id: earlier?.id ?? randomUUID(), caseId: randomUUID(), operation, actor: user.id, body, bodyDigest: digest, idempotencyKey };
    try {
      const prepared = await opening.prepare();
      const start = await this.startOf(opening, prepared, command.id, command.caseId);
      const { seal, stored } = await cases.create(command.caseId);
      await transaction(this.pool, async (db) => {
        if (previousCaseId !== undefined) await holdPrevious(db, previousCaseId);
        await this.counted(db, user, () => this.writeDown(db, { command, seal, stored }, previousCaseId));
        const taken = await claimHousehold(db, command.caseId, idIndexesOf(index, idNumbersOf(prepared.personal)));
        if (taken) throw new HouseholdTaken(taken);
        if (previousCaseId !== undefined) await recuseAsBefore(db, command.caseId, previousCaseId);
        if (await isRecused(db, scopeOf(user).users, command.caseId)) throw recused();
        await insertPrivate(db, index, seal, prepared.personal);
        await insertOpening(db, { caseId: command.caseId, start });
      });
    } catch (error) {
      if (error instanceof CameEarlier) return isLeftOpen(error.row, digest, previousCaseId) ? this.open({ ...opening, idempotencyKey }) : this.again(error.row, digest);
      if (error instanceof HouseholdTaken) {
        return this.refuse(opening, command, { code: 'HOUSEHOLD_ALREADY_FILED', rule: 'R-QHD-12', ...((await this.mayBeTold(user, error.linkedTo)) && { linkedTo: error.linkedTo }) });
      }
      if (error instanceof RefusedByRule) return this.refuse(opening, command, ...error.refusals);
      throw error;
    }
    return this.answer(command.caseId, command.id, false);
  }

  /** Of many that an applicant files at once no more are answered than of as many one after the other. @throws HttpProblem FILED_TOO_OFTEN */
  private async counted<Written>(db: Db, user: User, write: () => Promise<Written>): Promise<Written> {
    if (!user.applicant) return write();
    await lockFiling(db, user.id);
    const written = await write();
    if ((await countFiledToday(db, user.id)) > FILED_A_DAY) throw filedTooOften();
    return written;
  }

  /** @throws CameEarlier when the same request has been written down, or taken over, in the meantime */
  private async writeDown(db: Db, { command, seal, stored }: Beginning, previousCaseId: string | undefined): Promise<void> {
    if (previousCaseId !== undefined && (await handOver(db, seal, command, previousCaseId, stored))) return;
    const { row, isNew } = await openCommand(db, seal, command, stored);
    if (!isNew) throw new CameEarlier(row);
  }

  /** The first answer to a request that comes again. */
  private async again(row: CommandRow, digest: string): Promise<CarriedOut & { caseId: string }> {
    if (row.bodyDigest !== digest) throw keyReused();
    if (row.state === 'refused' && row.refusals) throw new RefusedByRule(row.refusals);
    return this.answer(row.caseId, row.id, true);
  }

  /** Members of a household are named by whoever files it: an applicant must not learn from it in which case a stranger is. */
  private async mayBeTold(user: User, caseId: string): Promise<boolean> {
    return user.applicant === undefined || (await findCase(this.pool, caseId, reachFor('getCase', user))) !== undefined;
  }

  private async startOf({ operation, user }: NewCase, prepared: Prepared, commandId: string, caseId: string): Promise<CaseStart> {
    if (user.applicant && this.keys.index.ofApplicant(prepared.personal.applicant).toString('hex') !== user.applicant.index) throw notOneself();
    const { employer, residence } = prepared.personal;
    const { filedAtOrgId, startsAtMs } = prepared;
    mustNameKnownOrganisations(this.tables.organisations, { employer, residence, filedAtOrgId });
    if (startsAtMs !== undefined && !this.isSimulationOn) throw new RefusedByRule([{ code: 'SIMULATION_OFF' }]);
    const territory = resolveTerritory(this.tables.organisations, { employer, residence, filedAtOrgId: filedAtOrgId ?? (user.applicant ? undefined : user.orgId) });
    if (!territory.accepted) throw new RefusedByRule(territory.refusals);
    // Whoever files a case must be able to see it: the case of another union's worker is filed there, or at the service centre above both.
    const grassroots = this.tables.organisations.get(territory.value.grassrootsOrgId)?.path ?? null;
    const allowed = relationsFor(operation, user.roles);
    if (!user.applicant && !relationsTo({ grassroots, reviewer: null, owner: null }, user.orgPath).some((relation) => allowed.has(relation))) throw forbidden();

    const today = shanghaiDateAt(startsAtMs ?? Date.now());
    const reference = this.tables.forTerritory(territory.value);
    const number = await nextCaseNumber(this.pool, territory.value.countyOrgId, yearOf(today));
    const actor = actorOf(user);
    const facts = prepared.facts({ caseId, commandId, number, territory: territory.value, reference, today, actor, simulated: startsAtMs !== undefined });
    if (!facts.accepted) throw new RefusedByRule(facts.refusals);
    return { caseId, reference, startsAtMs, appliedCommands: [], opening: { facts: facts.value, actor, commandId } };
  }

  /**
   * Keeps that it was refused, why, and the digest by which a repetition is known. What was sent is not kept: there is no case whose end would
   * be the end of it.
   */
  private async refuse({ user, previousCaseId }: NewCase, command: NewCommand, ...refusals: [Refusal, ...Refusal[]]): Promise<CarriedOut & { caseId: string }> {
    const write = (db: Db) => refuseOpening(db, command, previousCaseId, refusals);
    const { row, isNew } = user.applicant ? await transaction(this.pool, (db) => this.counted(db, user, () => write(db))) : await write(this.pool);
    if (!isNew) return this.again(row, command.bodyDigest);
    throw new RefusedByRule(refusals);
  }

  private async answer(caseId: string, commandId: string, isRepeat: boolean): Promise<CarriedOut & { caseId: string }> {
    const opening = await findUnstarted(this.pool, caseId);
    if (opening) await this.start(opening);
    const command = await findCommand(this.pool, commandId);
    return { caseId, commandId, version: command?.resultVersion ?? 1, isRepeat };
  }

  /** Starts a case that is written down; one that was started before stays as it is. */
  async start(opening: CaseOpening): Promise<void> {
    const start = opening.start as CaseStart;
    const first = start.opening?.facts.find((fact) => fact.type === 'applicationSubmitted' || fact.type === 'fileImported');
    await this.engine.start(start, first?.number ?? '');
    await markStarted(this.pool, opening.caseId);
    if (start.opening) this.confirmations.add(start.opening.commandId);
  }
}

/**
 * Keeps the case that another one follows from being destroyed meanwhile: who decides on that waits, and then sees the one that follows.
 *
 * @throws KeyDestroyed where it was, and with it whatever the new case would have to take over
 */
async function holdPrevious(db: PoolClient, caseId: string): Promise<void> {
  if ((await lockRecord(db, caseId))?.destroyedOn !== undefined) throw new KeyDestroyed(caseId);
}

/** Whether a command was sent to the previous case, which was closed before it could judge it: it opens the case that follows then. */
function isLeftOpen(row: CommandRow, digest: string, previousCaseId: string | undefined): boolean {
  return row.state === 'pending' && row.caseId === previousCaseId && row.bodyDigest === digest;
}

/** An applicant files for himself only: the two numbers of the application are those of the sign-in. */
const notOneself = () =>
  new HttpProblem(422, 'NOT_ONESELF', {
    zh: { title: '只能为本人申请', detail: '申请人的身份证号码和手机号码须与登录时一致。代他人申请请到基层工会办理。' },
    en: { title: 'For oneself only', detail: "The applicant's ID number and telephone number must be those of the sign-in. Somebody else's application is filed at the union." },
  });

const filedTooOften = () =>
  new HttpProblem(
    429,
    'FILED_TOO_OFTEN',
    {
      zh: { title: '今日提交申请次数过多', detail: '请明天再试，或到所在基层工会办理。' },
      en: { title: 'Filed too often today', detail: 'Try again tomorrow, or go to your union.' },
    },
    {},
    { 'retry-after': '86400' },
  );
