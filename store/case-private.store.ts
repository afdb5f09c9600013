import type { CaseEvent } from '../domain/case-events';
import { normaliseIdNumber } from '../domain/identity-number';
import { findCommand } from './command.store';
import type { Db } from './db';

/** Personal data of a case: everything that is not a coded fact. Kept apart from events, read model and engine. */
export interface CasePrivate {
  applicant: { name: string; idNumber: string; phone: string; unionMember: boolean; employmentStatus: string };
  employer: { name: string; orgId?: string; regionCode: string; affiliation: string; ownership: string } | null;
  residence: { regionCode: string; communityOrgId?: string; address: string };
  members: PrivateMember[];
  bankAccount: { holderName: string; bankName: string; cardNumber: string } | null;
}

export interface PrivateMember {
  memberNo: number;
  name?: string;
  idNumber?: string;
  health?: string;
}

export async function insertPrivate(db: Db, caseId: string, data: CasePrivate): Promise<void> {
  await db.query(
    `insert into case_private (case_id, applicant, employer, residence, members, bank_account, applicant_name)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [caseId, data.applicant, data.employer, data.residence, JSON.stringify(data.members), data.bankAccount, data.applicant.name],
  );
}

/** @throws Error for a case without personal data: the rows are written before the case exists */
export async function getPrivate(db: Db, caseId: string): Promise<CasePrivate> {
  const { rows } = await db.query<CasePrivate>({
    name: 'getPrivate',
    text: `select applicant, employer, residence, members, bank_account as "bankAccount" from case_private where case_id = $1`,
    values: [caseId],
  });
  if (!rows[0]) throw new Error(`case ${caseId} has no personal data`);
  return rows[0];
}

/**
 * Takes the ID numbers of a household for a case, all or none.
 *
 * The primary key decides, so two applications of one household that come at once cannot both win.
 * @returns the case that holds one of them already, if any
 */
export async function claimHousehold(db: Db, caseId: string, idNumbers: readonly string[]): Promise<string | undefined> {
  const sorted = [...new Set(idNumbers)].sort(); // one order for everybody, so that two claims wait for each other and do not deadlock
  for (const idNumber of sorted) {
    const { rowCount } = await db.query('insert into household_claim (id_number, case_id) values ($1, $2) on conflict do nothing', [idNumber, caseId]);
    if (rowCount === 0) {
      const holder = await findHolder(db, [idNumber], caseId);
      if (holder) return holder;
    }
  }
  return undefined;
}

/** The open case, other than `exceptCaseId`, in which one of these persons is. */
export async function findHolder(db: Db, idNumbers: readonly string[], exceptCaseId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ caseId: string }>(
    'select case_id as "caseId" from household_claim where id_number = any($1) and case_id <> $2 limit 1',
    [idNumbers, exceptCaseId],
  );
  return rows[0]?.caseId;
}

/** A case that ended without a file leaves the household free to apply again. */
export async function releaseHousehold(db: Db, caseId: string): Promise<void> {
  await db.query({ name: 'releaseHousehold', text: 'delete from household_claim where case_id = $1', values: [caseId] });
}

/** Names and ID numbers of a household that a visit or a comparison replaced; known members keep theirs where none is given. */
export async function recordPersonalData(db: Db, caseId: string, event: CaseEvent): Promise<void> {
  const replaces = (event.type === 'visitRecorded' && event.household) || event.type === 'comparisonRecorded';
  if (!replaces || !event.commandId) return;
  const body = (await findCommand(db, event.commandId))?.body as { household?: { members: PrivateMember[] } } | undefined;
  if (!body?.household) return;
  const known = new Map((await getPrivate(db, caseId)).members.map((member) => [member.memberNo, member]));
  const members = body.household.members.map(({ memberNo, name, idNumber, health }) => ({
    ...known.get(memberNo),
    ...given({ memberNo, name, idNumber: idNumber && normaliseIdNumber(idNumber), health }),
  }));
  await db.query('update case_private set members = $2 where case_id = $1', [caseId, JSON.stringify(members)]);
  for (const { idNumber } of members) {
    if (idNumber) await db.query('insert into household_claim (id_number, case_id) values ($1, $2) on conflict do nothing', [idNumber, caseId]);
  }
}

function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
