import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { shanghaiDateAt, yearOf } from '../domain/calendar-date';
import { openCase } from '../domain/decisions/open-case';
import { isIdNumber, normaliseIdNumber } from '../domain/identity-number';
import type { Refusal } from '../domain/refusal';
import { resolveTerritory } from '../domain/routing';
import { findUnstarted, insertOpening, markStarted, nextCaseNumber, type CaseOpening } from '../store/case-opening.store';
import { claimHousehold, insertPrivate, type CasePrivate } from '../store/case-private.store';
import { bodyDigest, findCommand, findCommandByKey, markConfirmed, markRefused, openCommand, type CommandRow } from '../store/command.store';
import { transaction } from '../store/db';
import type { User } from '../store/user.store';
import type { CaseStart } from '../workflows/case/messages';
import { actorOf, keyReused, type CarriedOut } from './case-commands';
import { EngineAway, type CaseEngine } from './engine';
import { wrongIdNumbers } from './household-check';
import { mustNameKnownOrganisations } from './organisation-check';
import { engineUnavailable, forbidden, RefusedByRule } from './problem';
import type { ReferenceTables } from './reference-tables';
import type { ApplicationInput } from './schemas/application';
import { factsOf } from './schemas/household';

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

/** Opens cases: writes down who applies and for whom, then starts the case in the engine. */
export class CaseOpenings {
  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly tables: ReferenceTables,
    private readonly isSimulationOn: boolean,
  ) {}

  /**
   * Takes an application in (R-BZ-14, R-JS-24) and starts its case. Never refused for membership, laid-off or migrant
   * status (R-WX-06).
   *
   * @throws RefusedByRule HOUSEHOLD_ALREADY_FILED, ID_NUMBER_INVALID, GRASSROOTS_UNION_UNKNOWN, SIMULATION_OFF
   */
  async submit(user: User, input: ApplicationInput, idempotencyKey: string = randomUUID()): Promise<CarriedOut & { caseId: string }> {
    const digest = bodyDigest('submitApplication', undefined, input);
    const earlier = await findCommandByKey(this.pool, user.id, idempotencyKey);
    if (earlier) return this.again(earlier, digest);

    const command = { id: randomUUID(), caseId: randomUUID(), operation: 'submitApplication', actor: user.id, body: input, bodyDigest: digest, idempotencyKey };
    try {
      const start = await this.prepare(user, input, command.id, command.caseId);
      await transaction(this.pool, async (db) => {
        const { row, isNew } = await openCommand(db, command);
        if (!isNew) throw new CameEarlier(row);
        const personal = personalOf(input);
        const taken = await claimHousehold(db, command.caseId, idNumbersOf(personal));
        if (taken) throw new HouseholdTaken(taken);
        await insertPrivate(db, command.caseId, personal);
        await insertOpening(db, { caseId: command.caseId, start });
      });
    } catch (error) {
      if (error instanceof CameEarlier) return this.again(error.row, digest);
      if (error instanceof HouseholdTaken) return this.refuse(command, { code: 'HOUSEHOLD_ALREADY_FILED', rule: 'R-QHD-12', linkedTo: error.linkedTo });
      if (error instanceof RefusedByRule) return this.refuse(command, ...error.refusals);
      throw error;
    }
    return this.answer(command.caseId, command.id);
  }

  /** The first answer to a request that comes again. */
  private async again(row: CommandRow, digest: string): Promise<CarriedOut & { caseId: string }> {
    if (row.bodyDigest !== digest) throw keyReused();
    if (row.state === 'refused' && row.refusals) throw new RefusedByRule(row.refusals);
    return this.answer(row.caseId, row.id);
  }

  private async prepare(user: User, input: ApplicationInput, commandId: string, caseId: string): Promise<CaseStart> {
    mustNameKnownOrganisations(this.tables.organisations, input);
    const wrong = [...(isIdNumber(normaliseIdNumber(input.applicant.idNumber)) ? [] : ['applicant.idNumber']), ...wrongIdNumbers(input.household)];
    if (wrong.length > 0) throw new RefusedByRule([{ code: 'ID_NUMBER_INVALID', paths: wrong }]);
    if (input.simulation && !this.isSimulationOn) throw new RefusedByRule([{ code: 'SIMULATION_OFF' }]);
    const territory = resolveTerritory(this.tables.organisations, { ...input, filedAtOrgId: input.filedAtOrgId ?? user.orgId });
    if (!territory.accepted) throw new RefusedByRule(territory.refusals);
    // Whoever files a case must be able to see it: the case of another union's worker is filed there, or at the service centre above both.
    const grassroots = this.tables.organisations.get(territory.value.grassrootsOrgId);
    if (!grassroots?.path.startsWith(user.orgPath)) throw forbidden();

    const startsAtMs = input.simulation && Date.parse(input.simulation.startsAt);
    const today = shanghaiDateAt(startsAtMs ?? Date.now());
    const reference = this.tables.forTerritory(territory.value);
    const facts = openCase(
      {
        caseId,
        number: await nextCaseNumber(this.pool, territory.value.countyOrgId, yearOf(today)),
        channel: input.channel,
        territory: territory.value,
        household: factsOf(input.household),
        claimedExpenses: input.claimedExpenses,
        materials: input.materials,
        simulated: startsAtMs !== undefined,
      },
      { today, actor: actorOf(user), commandId, reference },
    );
    if (!facts.accepted) throw new RefusedByRule(facts.refusals);
    return { caseId, reference, startsAtMs, appliedCommands: [], opening: { facts: facts.value, actor: actorOf(user), commandId } };
  }

  private async refuse(
    command: Parameters<typeof openCommand>[1],
    ...refusals: [Refusal, ...Refusal[]]
  ): Promise<never> {
    await openCommand(this.pool, command);
    await markRefused(this.pool, command.id, refusals);
    throw new RefusedByRule(refusals);
  }

  private async answer(caseId: string, commandId: string): Promise<CarriedOut & { caseId: string }> {
    const opening = await findUnstarted(this.pool, caseId);
    if (opening) {
      await this.start(opening).catch((error: unknown) => {
        throw error instanceof EngineAway ? engineUnavailable() : error;
      });
    }
    const command = await findCommand(this.pool, commandId);
    return { caseId, commandId, version: command?.resultVersion ?? 1 };
  }

  /** Starts a case that is written down; one that was started before stays as it is. */
  async start(opening: CaseOpening): Promise<void> {
    const start = opening.start as CaseStart;
    const number = start.opening?.facts.find((fact) => fact.type === 'applicationSubmitted')?.number ?? '';
    await this.engine.start(start, number);
    await markStarted(this.pool, opening.caseId);
    if (start.opening) await markConfirmed(this.pool, start.opening.commandId);
  }
}

function personalOf({ applicant, employer, residence, household, bankAccount }: ApplicationInput): CasePrivate {
  const idNumber = normaliseIdNumber(applicant.idNumber);
  const members = household.members.map(({ memberNo, name, idNumber: own, health, relation }) => ({
    memberNo,
    name: name ?? (relation === 'self' ? applicant.name : undefined),
    idNumber: own ? normaliseIdNumber(own) : relation === 'self' ? idNumber : undefined,
    health,
  }));
  return { applicant: { ...applicant, idNumber }, employer, residence, members, bankAccount };
}

function idNumbersOf(personal: CasePrivate): string[] {
  return [personal.applicant.idNumber, ...personal.members.flatMap((member) => member.idNumber ?? [])];
}
