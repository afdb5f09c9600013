import { isAnother, type Bearer } from '../access/number-bearers';
import type { BankAccount } from '../domain/bank-card';
import type { CaseEvent } from '../domain/case-events';
import type { Household } from '../domain/household';
import { normaliseIdNumber } from '../domain/identity-number';
import type { Affiliation } from '../domain/policy';
import type { BlindIndex } from '../security/blind-index';
import type { StoredKey } from '../security/data-keys';
import type { Place, Seal } from '../security/envelope';
import { bodyPlace } from './command.store';
import { KEY_COLUMNS, storedKeyOf, type KeyColumns } from './data-key.store';
import type { Db } from './db';
import type { RecordKeys } from './record-keys';
import { recuseRelated } from './recusal.store';

/** Personal data of a case: everything that is not a coded fact. Kept apart from events, read model and engine, as one sealed value. */
export interface CasePrivate {
  applicant: { name: string; idNumber: string; phone: string; unionMember: boolean; employmentStatus: string };
  employer: { name: string; orgId?: string; regionCode: string; affiliation: Affiliation; ownership: string } | null;
  residence: { regionCode: string; communityOrgId?: string; address: string };
  members: PrivateMember[];
  /** Who has left the household: their numbers stay theirs. Left out while nobody has. */
  former?: Bearer[];
  bankAccount: BankAccount | null;
  /** 联系人 of the phase-out. */
  contactPerson: string | null;
}

export interface PrivateMember {
  memberNo: number;
  name?: string;
  idNumber?: string;
  health?: string;
}

/** Personal data as a statement brings it, with the key of its case. */
export interface SealedPersonal {
  sealed: Buffer;
  key: StoredKey;
}

/** Of a `case_private p` with its `case_key y`; see {@link sealedPersonalOf}. */
export const PERSONAL_COLUMNS = `p.sealed, ${KEY_COLUMNS}`;

/** The columns above as they come where there may be no row. */
export type PersonalColumns = { sealed: Buffer | null } & KeyColumns;

export function sealedPersonalOf(row: PersonalColumns): SealedPersonal | null {
  return row.sealed && { sealed: row.sealed, key: storedKeyOf(row) };
}

/** @throws KeyDestroyed, SealBroken, and what the key's provider throws */
export async function openPersonal({ cases }: RecordKeys, caseId: string, { sealed, key }: SealedPersonal): Promise<CasePrivate> {
  return (await cases.sealOf(caseId, key)).open(placeOf(caseId), sealed);
}

/** The personal data of a new case. */
export async function insertPrivate(db: Db, index: BlindIndex, seal: Seal, data: CasePrivate): Promise<void> {
  await db.query({
    name: 'insertPrivate',
    text: `with applicant as (insert into case_applicant (case_id, applicant_index) values ($1, $7))
           insert into case_private (case_id, sealed, name_index, phone_index, card_index, id_indexes) values ($1, $2, $3, $4, $5, $6)`,
    values: [...columnsOf(index, seal, data), index.ofApplicant(data.applicant)],
  });
}

/** Values of `case_id, sealed, name_index, phone_index, card_index, id_indexes`. */
export function columnsOf(index: BlindIndex, seal: Seal, data: CasePrivate): [string, Buffer, Buffer, Buffer, Buffer | null, Buffer[]] {
  const { applicant, bankAccount } = data;
  return [
    seal.ownerId,
    seal.seal(placeOf(seal.ownerId), data),
    index.of('name', applicant.name),
    index.of('phone', applicant.phone),
    bankAccount && index.of('cardNumber', bankAccount.cardNumber),
    idIndexesOf(index, idNumbersOf(data)),
  ];
}

/** @throws Error for a case without personal data: the rows are written before the case exists; KeyDestroyed, SealBroken */
export async function getPrivate(db: Db, keys: RecordKeys, caseId: string): Promise<CasePrivate> {
  const { rows } = await db.query<PersonalColumns>({
    name: 'getPrivate',
    text: `select ${PERSONAL_COLUMNS} from case_private p join case_key y on y.case_id = p.case_id where p.case_id = $1`,
    values: [caseId],
  });
  const personal = rows[0] && sealedPersonalOf(rows[0]);
  if (!personal) throw new Error(`case ${caseId} has no personal data`);
  return openPersonal(keys, caseId, personal);
}

/** ID numbers of everybody in a household. */
export function idNumbersOf({ applicant, members }: Pick<CasePrivate, 'applicant' | 'members'>): string[] {
  return [applicant.idNumber, ...members.flatMap((member) => member.idNumber ?? [])];
}

/** Blind indexes of ID numbers, each once, in one order for everybody, so that two claims wait for each other and do not deadlock. */
export function idIndexesOf(index: BlindIndex, idNumbers: readonly string[]): Buffer[] {
  const indexes = new Map(idNumbers.map((idNumber) => index.of('idNumber', idNumber)).map((bytes) => [bytes.toString('hex'), bytes] as const));
  return [...indexes.values()].sort((one, other) => Buffer.compare(one, other));
}

/**
 * Takes the persons of a household for a case, all that are free; a caller who wants all or none undoes the transaction.
 *
 * The primary key decides, so two applications of one household that come at once cannot both win. Whoever is near to one of
 * these persons is recused from the case with it, also where another case holds that person.
 * @param idIndexes see {@link idIndexesOf}
 * @returns the case that holds one of them already, if any
 */
export async function claimHousehold(db: Db, caseId: string, idIndexes: readonly Buffer[]): Promise<string | undefined> {
  await recuseRelated(db, caseId, idIndexes);
  let holder: string | undefined;
  for (const idIndex of idIndexes) {
    const { rowCount } = await db.query('insert into household_claim (id_index, case_id) values ($1, $2) on conflict do nothing', [idIndex, caseId]);
    if (rowCount === 0) holder ??= await findHolder(db, [idIndex], caseId);
  }
  return holder;
}

/** Every case, ended ones included, in whose household a person is on record. */
export async function findCasesOfPerson(db: Db, idIndex: Buffer): Promise<string[]> {
  const { rows } = await db.query<{ caseId: string }>(
    `select case_id as "caseId" from case_private where id_indexes @> array[$1::bytea] union select case_id from household_claim where id_index = $1`,
    [idIndex],
  );
  return rows.map(({ caseId }) => caseId);
}

/** The open case, other than `exceptCaseId`, in which one of these persons is. */
export async function findHolder(db: Db, idIndexes: readonly Buffer[], exceptCaseId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ caseId: string }>(
    'select case_id as "caseId" from household_claim where id_index = any($1::bytea[]) and case_id <> $2 limit 1',
    [idIndexes, exceptCaseId],
  );
  return rows[0]?.caseId;
}

/** A case that ended without a file leaves the household free to apply again. */
export async function releaseHousehold(db: Db, caseId: string): Promise<void> {
  await db.query({ name: 'releaseHousehold', text: 'delete from household_claim where case_id = $1', values: [caseId] });
}

/** Whether the command behind an event may bring personal data: then its body is opened. */
export function bringsPersonalData(event: CaseEvent): event is CaseEvent & { commandId: string } {
  if (!event.commandId) return false;
  switch (event.type) {
    case 'exitConcluded':
    case 'fileUpdated':
    case 'comparisonRecorded':
      return true;
    case 'visitRecorded':
    case 'recheckRecorded':
      return event.household !== null;
    default:
      return false;
  }
}

/** What commands say of persons. */
interface PersonalBody {
  household?: { members: (PrivateMember & Bearer)[] };
  bankAccount?: BankAccount;
  applicantPhone?: string;
  contactPerson?: string;
}

/**
 * What a command brought of personal data: the persons of a household that replaces the one on record, the account that aid is paid to, the
 * contact person of a phase-out. The caller holds the case's lock.
 *
 * @param household the coded facts before the event, where the case had begun
 */
export async function recordPersonalData(db: Db, index: BlindIndex, seal: Seal, event: CaseEvent, household?: Household): Promise<void> {
  if (!bringsPersonalData(event)) return;
  const caseId = seal.ownerId;
  const { rows } = await db.query<{ body: Buffer; sealed: Buffer }>({
    name: 'findPersonalAndBody',
    text: 'select c.body, p.sealed from command c join case_private p on p.case_id = c.case_id where c.id = $1 and c.case_id = $2',
    values: [event.commandId, caseId],
  });
  if (!rows[0]) return; // an event whose command is not of this case, or not there
  const before = seal.open(placeOf(caseId), rows[0].sealed);
  const body = seal.open(bodyPlace(event.commandId), rows[0].body) as PersonalBody;
  const after = afterCommand(before, event, body, household);
  if (!after) return;
  await db.query({
    name: 'updatePrivate',
    text: `with applicant as (update case_applicant set applicant_index = $7 where case_id = $1 and applicant_index <> $7)
           update case_private set sealed = $2, name_index = $3, phone_index = $4, card_index = $5, id_indexes = $6 where case_id = $1`,
    values: [...columnsOf(index, seal, after), index.ofApplicant(after.applicant)],
  });
  if (after.members === before.members) return;
  const idIndexes = idIndexesOf(index, idNumbersOf(after));
  // What is decided cannot be refused any more where another case took one of them since the household was checked (R-QHD-12): the person
  // stays on record here without a claim, and the doctor finds that, see `listSharedPersons`.
  await claimHousehold(db, caseId, idIndexes);
  // Who is not in the household any more is free to be in another.
  await db.query('delete from household_claim where case_id = $1 and not (id_index = any($2::bytea[]))', [caseId, idIndexes]);
}

/** Undefined where nothing changes. */
function afterCommand(before: CasePrivate, event: CaseEvent, { household, bankAccount, applicantPhone, contactPerson }: PersonalBody, coded?: Household): CasePrivate | undefined {
  if (event.type === 'exitConcluded') return { ...before, contactPerson: contactPerson ?? null };
  const after = {
    ...before,
    ...(household ? replacedMembers(bearersOf(before, coded), household.members) : {}),
    // Of no other command: only an update looks at what was prepared for the account before.
    ...(bankAccount && event.type === 'fileUpdated' ? { bankAccount } : {}),
    ...(applicantPhone !== undefined && event.type === 'fileUpdated' ? { applicant: { ...before.applicant, phone: applicantPhone } } : {}),
  };
  return after.members === before.members && after.bankAccount === before.bankAccount && after.applicant === before.applicant ? undefined : after;
}

/** Everybody on record with the relation, those who have left included. */
function bearersOf({ members, former = [] }: CasePrivate, household: Household | undefined): (PrivateMember & Bearer)[] {
  const relations = new Map(household?.members.map(({ memberNo, relation }) => [memberNo, relation]));
  return [...former, ...members.map((member) => ({ ...member, relation: relations.get(member.memberNo) }))];
}

/**
 * Known members keep their name and ID number where none is given, and so does who comes back. Nobody takes over what is
 * another person's: the household was looked at before (MEMBER_NUMBER_TAKEN), but another one may have come in between.
 */
function replacedMembers(known: readonly (PrivateMember & Bearer)[], given: readonly (PrivateMember & Bearer)[]): Pick<CasePrivate, 'members' | 'former'> {
  const bearers = new Map(known.map((bearer) => [bearer.memberNo, bearer]));
  const members = given.map(({ memberNo, name, idNumber, health, relation }) => {
    const bearer = bearers.get(memberNo);
    const { relation: _coded, ...kept } = bearer && !isAnother(bearer, { memberNo, name, idNumber, relation }) ? bearer : { memberNo };
    return { ...kept, ...withoutGaps({ name, idNumber: idNumber && normaliseIdNumber(idNumber), health }), memberNo };
  });
  const former = known.filter(({ memberNo }) => !given.some((member) => member.memberNo === memberNo)).map(({ health: _gone, ...person }) => person);
  return { members, former: former.length > 0 ? former : undefined };
}

function withoutGaps<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Where a case's personal data lies. */
export function placeOf(caseId: string): Place<CasePrivate> {
  return { table: 'case_private', column: 'sealed', rowId: caseId };
}
