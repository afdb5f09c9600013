import type { CaseRecord } from '../domain/case-record';
import type { Consent } from '../domain/consent';
import { normaliseIdNumber } from '../domain/identity-number';
import { withoutOthers, type ToldApart } from './free-text';
import { isAnother, type Bearer } from './number-bearers';
import type { PersonalData } from './personal-data';

/** Somebody of a union, as a person is told of them: which union and which duty, never a name. */
export interface By {
  union: string;
  roles: string[];
}

/** What somebody wrote with a command, and the names in it that belong to others. */
export interface Writing {
  at: string;
  operation: string;
  by: By;
  texts: Record<string, string>;
  namesOfOthers: string[];
}

/** What somebody declared of the household at some time; what is on record now may differ. */
export interface Declaration extends Partial<Pick<PersonalData, 'applicant' | 'employer' | 'residence' | 'bankAccount'>> {
  at: string;
  operation: string;
  members?: DeclaredMember[];
}

/** A member as one declaration has it. Who is known already may be left unnamed; a number may have been somebody else's before. */
export interface DeclaredMember extends Bearer {
  health?: string;
}

/** Everything that is held of one case, unmasked: what an export is made of. */
export interface HeldCase {
  record: CaseRecord;
  personal: PersonalData;
  /** What happened, without its figures: those that are of the person stand elsewhere. */
  events: { seq: number; type: string; effectiveOn: string; recordedAt: string; by: By | null }[];
  consents: Consent[];
  writings: Writing[];
  declarations: Declaration[];
  /** The account that each disbursement went to. */
  accounts: { disbursementId: string; bankAccount: NonNullable<PersonalData['bankAccount']> }[];
  notifications: { kind: string; text: string; toldOn: string }[];
  documents: { id: string; kind: string; contentType: string; sizeBytes: number; uploadedAt: string; storedSha256: string; state: string }[];
  accesses: { at: string; kind: string; operation: string; by: By | null }[];
  reveals: { at: string; field: string; memberNo: number | null; by: By; reason: string }[];
  exports: { at: string; by: By; requestedBy: string; memberNo: number }[];
  /** What the applicant said of the service. */
  ratings: { at: string; score: number; comment: string | null }[];
}

/** What in an export is about one case. */
export type ExportedCase = ReturnType<typeof exportedCase>;

/** Objections are of somebody who trusted that nobody would learn of them. */
const WITHHELD_OPERATIONS: ReadonlySet<string> = new Set(['raiseObjection', 'resolveObjection']);

/** What is left out, and why; said in every export. */
export const WITHHELD = [
  { what: 'otherPersons', zh: '其他家庭成员、走访人员、联系人的姓名和号码：属于他人的个人信息', en: 'names and numbers of other members, visitors and contact persons: they are personal data of others' },
  { what: 'objections', zh: '异议的内容和提出人：为保护提出异议的人', en: 'what objections say, and who raised them: to protect whoever objected' },
  { what: 'staff', zh: '经办人员的姓名：以单位和岗位代替', en: 'names of staff: union and duty stand for them' },
  { what: 'refused', zh: '被拒绝的操作中填写的内容：没有进入本案，可能属于他人', en: 'what was sent and refused: it is no part of the case, and may be about others' },
  { what: 'documentContents', zh: '资料文件的内容：列出清单，由工会核对其中没有他人信息后提供', en: 'contents of documents: listed here; the union hands them out once it has looked that they show nobody else' },
] as const;

/** Everything that is held about one member of a household in one case, with nothing of anybody else. */
export function exportedCase(held: HeldCase, memberNo: number) {
  const { record, personal } = held;
  const isApplicant = record.household.members.some((member) => member.memberNo === memberNo && member.relation === 'self');
  const declared = declaredMembers(held, memberNo, isApplicant);
  const apart = toldApart(held, memberNo, isApplicant, declared);
  return {
    caseId: record.caseId,
    number: record.number,
    as: isApplicant ? ('applicant' as const) : ('member' as const),
    memberNo,
    identity: identityOf(held, memberNo, isApplicant),
    household: householdOf(record, memberNo, isApplicant),
    authorisations: held.consents.filter((consent) => consent.memberNo === memberNo).map(({ memberNo: _own, recordedBy: _by, ...consent }) => consent),
    // What is decided and paid, and what was written, is about whoever applied.
    ...(isApplicant ? decidedAbout(record) : { decisions: null, payments: [] }),
    declarations: held.declarations.flatMap((declaration) => declaredBy(declaration, personal, declared.own.get(declaration), isApplicant)),
    accounts: isApplicant ? held.accounts.filter(({ bankAccount }) => bankAccount.holderName === personal.applicant.name) : [],
    writings: isApplicant ? held.writings.filter(({ operation }) => !WITHHELD_OPERATIONS.has(operation)).map((writing) => writingFor(writing, apart)) : [],
    notifications: isApplicant ? held.notifications : [],
    documents: isApplicant ? held.documents : [],
    ratings: isApplicant ? held.ratings : [],
    events: held.events,
    accesses: held.accesses,
    reveals: held.reveals.filter((reveal) => (reveal.memberNo ?? selfNo(record)) === memberNo).map((reveal) => ({ ...reveal, reason: withoutOthers(reveal.reason, apart) })),
    exports: held.exports.filter((one) => one.memberNo === memberNo).map(({ memberNo: _own, ...one }) => one),
    keptUntil: record.hardshipFile?.retentionEndsOn ?? null,
    employer: isApplicant ? personal.employer : null,
  };
}

function selfNo({ household }: CaseRecord): number | undefined {
  return household.members.find(({ relation }) => relation === 'self')?.memberNo;
}

function identityOf({ personal }: HeldCase, memberNo: number, isApplicant: boolean) {
  const { applicant, residence, members, bankAccount } = personal;
  const own = members.find((member) => member.memberNo === memberNo);
  if (!isApplicant) return { name: own?.name ?? null, idNumber: own?.idNumber ?? null, health: own?.health ?? null };
  // An account in somebody else's name is that person's.
  const account = bankAccount?.holderName === applicant.name ? bankAccount : null;
  return { ...applicant, health: own?.health ?? null, address: residence.address, bankAccount: account };
}

/** Of others only that they are there and how they are related: without that the figures make no sense. */
function householdOf({ household }: CaseRecord, memberNo: number, isApplicant: boolean) {
  const members = household.members.map((member) => (member.memberNo === memberNo ? { ...member, isYou: true } : { memberNo: member.memberNo, relation: member.relation, isYou: false }));
  return isApplicant ? { members, rigidExpenses: household.rigidExpenses, accident: household.accident ?? null, undeclaredIncomeFen: household.undeclaredIncomeFen ?? null } : { members };
}

function decidedAbout(record: CaseRecord) {
  const { state, channel, appliedOn, policyProfile, assessment, hardshipClass, notices, comparison, hardshipFile, certificate, recheck, lastRecheck, aidLevel, monitoring, exit, phaseOut } = record;
  return {
    decisions: {
      state, channel, appliedOn, policyProfile, assessment, hardshipClass, comparison, hardshipFile, certificate, recheck, lastRecheck, aidLevel, monitoring, phaseOut,
      notices: notices.map(({ objections, ...notice }) => ({ ...notice, objections: objections.length })),
      exit: exit && { kind: exit.kind, toldOn: exit.toldOn, workerConfirmedOn: exit.workerConfirmedOn, refusal: exit.refusal, route: exit.route, effectiveOn: exit.effectiveOn },
    }, // prettier-ignore
    payments: record.payments.map(({ aidType, amountFen, state: paymentState, paidOn, notifiedOn }) => ({ aidType, amountFen, state: paymentState, paidOn, notifiedOn })),
  };
}

interface DeclaredMembers {
  /** What each declaration says of the person. */
  own: Map<Declaration, DeclaredMember>;
  /** Everybody else whom some declaration has as a member, also those who are none any more. */
  others: DeclaredMember[];
}

/** Goes through the declarations in their order, as the household was replaced by them: the same number need not be the same person. */
function declaredMembers({ record, personal: { applicant, members }, declarations }: HeldCase, memberNo: number, isApplicant: boolean): DeclaredMembers {
  const relation = record.household.members.find((member) => member.memberNo === memberNo)?.relation;
  const person = { ...(isApplicant && { name: applicant.name, idNumber: applicant.idNumber }), ...members.find((member) => member.memberNo === memberNo), memberNo, relation };
  const found: DeclaredMembers = { own: new Map(), others: [] };
  let known = new Map<number, DeclaredMember>();
  for (const declaration of declarations) {
    if (!declaration.members) continue;
    const now = declaration.members.map((member) => ({ member, identified: { ...known.get(member.memberNo), ...member } }));
    known = new Map(now.map(({ identified }) => [identified.memberNo, identified]));
    for (const { member, identified } of now) {
      if (isSamePerson(identified, person)) found.own.set(declaration, member);
      else found.others.push(identified);
    }
  }
  return found;
}

/** By the ID number; otherwise by the number in the household, where nothing says that it was another person's. */
function isSamePerson(one: DeclaredMember, other: DeclaredMember): boolean {
  const isSameIdNumber = one.idNumber !== undefined && other.idNumber !== undefined && normaliseIdNumber(one.idNumber) === normaliseIdNumber(other.idNumber);
  return isSameIdNumber || (one.memberNo === other.memberNo && !isAnother(one, other));
}

function declaredBy({ at, operation, applicant, employer, residence, bankAccount }: Declaration, personal: PersonalData, own: DeclaredMember | undefined, isApplicant: boolean) {
  const account = bankAccount?.holderName === personal.applicant.name ? bankAccount : undefined;
  const said = { ...(own && { member: own }), ...(isApplicant && { ...(applicant && { applicant }), ...(employer && { employer }), ...(residence && { residence }), ...(account && { bankAccount: account }) }) };
  return Object.keys(said).length === 0 ? [] : [{ at, operation, ...said }];
}

function writingFor({ at, operation, by, texts, namesOfOthers }: Writing, apart: ToldApart) {
  const others = { ...apart, others: [...apart.others, ...namesOfOthers] };
  return { at, operation, by, texts: Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, withoutOthers(text, others)])) };
}

function toldApart({ personal, writings, declarations, accounts }: HeldCase, memberNo: number, isApplicant: boolean, declared: DeclaredMembers): ToldApart {
  const { applicant, residence, members, former = [], bankAccount, contactPerson } = personal;
  const own = members.filter((member) => member.memberNo === memberNo).flatMap(({ name, idNumber, health }) => [name, idNumber, health]);
  const ownAsApplicant = isApplicant ? [applicant.name, applicant.idNumber, applicant.phone, ...(bankAccount?.holderName === applicant.name ? [bankAccount.cardNumber] : [])] : [];
  const others: Partial<DeclaredMember>[] = [...members.filter((member) => member.memberNo !== memberNo), ...former, ...declared.others];
  const knownOfOthers = others.flatMap(({ name, idNumber, health }) => [name, idNumber, health]);
  const holders = [bankAccount, ...declarations.map((declaration) => declaration.bankAccount), ...accounts.map((account) => account.bankAccount)].map((account) => account?.holderName);
  const further = [contactPerson, ...holders, ...(isApplicant ? [] : [applicant.name, residence.address]), ...writings.flatMap(({ namesOfOthers }) => namesOfOthers)];
  const known = (values: readonly (string | null | undefined)[]) => values.filter((value): value is string => typeof value === 'string' && value !== '');
  return { own: known([...own, ...ownAsApplicant]), others: known([...knownOfOthers, ...further]) };
}
