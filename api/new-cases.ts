import type { Pool } from 'pg';
import { shanghaiDateAt } from '../domain/calendar-date';
import { openCase } from '../domain/decisions/open-case';
import { withoutComparedIncome } from '../domain/household';
import { importFile } from '../domain/decisions/import-file';
import { getPrivate } from '../store/case-private.store';
import type { StoredCase } from '../store/case.store';
import type { RecordKeys } from '../store/record-keys';
import type { User } from '../store/user.store';
import type { NewCase, Prepared } from './case-opening';
import { personalDataOf } from './personal-data';
import { RefusedByRule } from './problem';
import type { ApplicationInput, FileImportInput } from './schemas/application';
import { factsOf } from './schemas/household';

/** Who asks, and the key under which a repetition is recognised. */
interface Asked {
  user: User;
  idempotencyKey?: string;
}

/** 申请 (R-BZ-14, R-JS-24). Never refused for membership, laid-off or migrant status (R-WX-06). */
export function applicationCase(input: ApplicationInput, asked: Asked): NewCase {
  const prepare = (): Prepared => ({
    personal: personalDataOf(input),
    filedAtOrgId: input.filedAtOrgId,
    startsAtMs: startOf(input.simulation),
    facts: ({ caseId, number, territory, simulated, ...context }) => {
      const { channel, claimedExpenses, materials } = input;
      return openCase({ caseId, number, channel, territory, household: factsOf(input.household), claimedExpenses, materials, simulated }, context);
    },
  });
  return { operation: 'submitApplication', body: input, prepare, ...asked };
}

/** A file that exists on paper or in another system, taken over by the importing union, active at once. */
export function importedCase(input: FileImportInput, asked: Asked): NewCase {
  const prepare = (): Prepared => ({
    personal: personalDataOf(input),
    startsAtMs: startOf(input.simulation),
    facts: ({ caseId, number, territory, simulated, ...context }) => {
      const { hardshipClass, establishedOn, monthlyLivingAidFen = null } = input;
      const file = { hardshipClass, establishedOn, monthlyLivingAidFen, ownerOrgId: asked.user.orgId, ...(input.bankAccount && { bringsAccount: true as const }) };
      return importFile({ caseId, number, territory, household: factsOf(input.household), simulated, ...file }, context);
    },
  });
  return { operation: 'importFile', body: input, prepare, ...asked };
}

/** 返困 after the file had left: a new case, linked to the old one, with applicant and household carried over for confirmation (R-WX-34, A-23). */
export function relapsedCase({ pool, keys }: { pool: Pool; keys: RecordKeys }, { record, clockOffsetMs }: StoredCase, body: RelapseInput, { ifVersion, ...asked }: Asked & { ifVersion?: number }): NewCase {
  const prepare = async (): Promise<Prepared> => {
    if (ifVersion !== undefined && ifVersion !== record.version) throw new RefusedByRule([{ code: 'VERSION_CONFLICT', version: record.version }]);
    // Without a date of its own, a simulated case goes on from where the old one stands.
    const startsAtMs = startOf(body.simulation) ?? (record.simulated ? Date.now() + clockOffsetMs : undefined);
    const earliest = record.hardshipFile?.withdrawnOn ?? record.appliedOn;
    if (shanghaiDateAt(startsAtMs ?? Date.now()) < earliest) throw new RefusedByRule([{ code: 'DATE_NOT_POSSIBLE', field: 'simulation.startsAt', earliest }]);
    return {
      personal: { ...(await getPrivate(pool, keys, record.caseId)), contactPerson: null },
      startsAtMs,
      facts: ({ caseId, number, territory, simulated, ...context }) => {
        const { claimedExpenses, duties } = record;
        const accountChangers = duties?.accountChanger;
        const household = withoutComparedIncome(record.household);
        const channel = asked.user.applicant ? 'selfApplication.online' : asked.user.roles.includes('clerk') ? 'grassrootsVisit' : 'countyActive';
        return openCase({ caseId, number, channel, territory, household, claimedExpenses, materials: [], simulated, previousCaseId: record.caseId, ...(accountChangers && { accountChangers }) }, context);
      },
    };
  };
  return { operation: 'reportRelapse', body: { ...body }, previousCaseId: record.caseId, prepare, ...asked };
}

export interface RelapseInput {
  cause: string;
  about: string;
  simulation?: { startsAt: string };
}

function startOf(simulation: { startsAt: string } | undefined): number | undefined {
  return simulation && Date.parse(simulation.startsAt);
}
