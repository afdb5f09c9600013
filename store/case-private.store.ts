import type { CaseEvent } from '../domain/case-events';
import { normaliseIdNumber } from '../domain/identity-number';
import type { Affiliation } from '../domain/policy';
import { findCommand } from './command.store';
import type { Db } from './db';
import { personIndexes } from './person-index';
import { recuseRelated } from './recusal.store';

/** Personal data of a case: everything that is not a coded fact. Kept apart from events, read model and engine. */
export interface CasePrivate {
  applicant: { name: string; idNumber: string; phone: string; unionMember: boolean; employmentStatus: string };
  employer: { name: string; orgId?: string; regionCode: string; affiliation: Affiliation; ownership: string } | null;
  residence: { regionCode: string; communityOrgId?: string; address: string };
  members: PrivateMember[];
  bankAccount: { holderName: string; bankName: string; cardNumber: string } | null;
  /** 联系人 of the phase-out. */
  contactPerson: string | null;
}

/** The personal data of a case as one column, for statements that join `case_private p` on the left side. */
export const PERSONAL_COLUMN = `case when p.case_id is not null then json_build_object('applicant', p.applicant, 'employer', p.employer,
  'residence', p.residence, 'members', p.members, 'bankAccount', p.bank_account,
  'contactPerson', p.contact_person) end`;

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
    text: `select applicant, employer, residence, members, bank_account as "bankAccount", contact_person as "contactPerson" from case_private where case_id = $1`,
    values: [caseId],
  });
  if (!rows[0]) throw new Error(`case ${caseId} has no personal data`);
  return rows[0];
}

/**
 * Takes the ID numbers of a household for a case, all or none.
 *
 * Whoever is near to one of these persons is recused from the case with it. The primary key decides, so two applications of one household that come at once cannot both win.
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
  await recuseRelated(db, caseId, await personIndexes(db, sorted));
  return undefined;
}

/** Every case, ended ones included, in whose household a person is on record. Reads them all: for what is rarely asked. */
export async function findCasesOfPerson(db: Db, idNumber: string): Promise<string[]> {
  const { rows } = await db.query<{ caseId: string }>(
    `select case_id as "caseId" from case_private where applicant ->> 'idNumber' = $1 or members @> jsonb_build_array(jsonb_build_object('idNumber', $1::text))
     union select case_id from household_claim where id_number = $1`,
    [idNumber],
  );
  return rows.map(({ caseId }) => caseId);
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

/** What a command brought of personal data: the persons of a household that replaces the one on record, the account that aid is paid to, the contact person of a phase-out. */
export async function recordPersonalData(db: Db, caseId: string, event: CaseEvent): Promise<void> {
  if (!event.commandId) return;
  if (event.type === 'exitConcluded') {
    const { contactPerson } = ((await findCommand(db, event.commandId))?.body ?? {}) as { contactPerson?: string };
    await db.query('update case_private set contact_person = $2 where case_id = $1', [caseId, contactPerson ?? null]);
  } else if (event.type === 'fileUpdated' || replacesHousehold(event)) {
    const { household, bankAccount } = ((await findCommand(db, event.commandId))?.body ?? {}) as { household?: { members: PrivateMember[] }; bankAccount?: object };
    if (household) await replaceMembers(db, caseId, household.members);
    if (bankAccount) await db.query('update case_private set bank_account = $2 where case_id = $1', [caseId, bankAccount]);
  }
}

function replacesHousehold(event: CaseEvent): boolean {
  switch (event.type) {
    case 'visitRecorded':
    case 'recheckRecorded':
      return event.household !== null;
    default:
      return event.type === 'comparisonRecorded';
  }
}

/** Known members keep their name and ID number where none is given; who is not in the household any more is free to be in another. */
async function replaceMembers(db: Db, caseId: string, given: readonly PrivateMember[]): Promise<void> {
  const before = await getPrivate(db, caseId);
  const known = new Map(before.members.map((member) => [member.memberNo, member]));
  const members = given.map(({ memberNo, name, idNumber, health }) => ({
    ...known.get(memberNo),
    ...withoutGaps({ memberNo, name, idNumber: idNumber && normaliseIdNumber(idNumber), health }),
  }));
  await db.query('update case_private set members = $2 where case_id = $1', [caseId, JSON.stringify(members)]);
  const idNumbers = [before.applicant.idNumber, ...members.flatMap((member) => member.idNumber ?? [])];
  await db.query('delete from household_claim where case_id = $1 and not (id_number = any($2))', [caseId, idNumbers]);
  await claimHousehold(db, caseId, idNumbers);
}

function withoutGaps<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
