import { cardNumberWarnings, maskCardNumber, type CardNumberWarning } from '../domain/bank-card';
import { CASE_STATES, type CaseState, type Role } from '../domain/case-facts';
import { maskIdNumber } from '../domain/identity-number';
import { hideWhole, maskName, maskPhone } from './masks';
import type { CaseRole } from './operations';
import type { PersonalData } from './personal-data';

/** The personal fields of a case. */
export const PERSONAL_FIELDS = [
  'applicant.name',
  'applicant.idNumber',
  'applicant.phone',
  'employer.name',
  'residence.address',
  'bankAccount.holderName',
  'bankAccount.bankName',
  'bankAccount.cardNumber',
  'contactPerson',
  'member.name',
  'member.idNumber',
  'member.health',
] as const;
export type PersonalField = (typeof PERSONAL_FIELDS)[number];

/** Roles, and in which states of the case; `always`: in every one. */
type Who = Partial<Record<CaseRole, 'always' | readonly CaseState[]>>;

interface FieldRule {
  /** What everybody sees who is not named under `clear`. */
  mask: (value: string) => string;
  /** Who sees it as it is. */
  clear: Who;
  /** Who may have it revealed, one case and one field at a time, with a reason that is kept. */
  revealed: Who;
}

/** Who carries a case through its steps and talks with the family. */
const HANDLING: Who = { clerk: 'always', handler: 'always', head: 'always' };
/** Who decides on it together: must know whom, to say whether they are related. */
const DECIDING: Who = { leader: 'always', member1: 'always', member2: 'always', member3: 'always' };
/** Who pays, once there can be something to pay. */
const WHILE_PAID: readonly CaseState[] = ['disbursement', 'active', 'exiting', 'phaseOut'];
const PAYING: Who = { finance: WHILE_PAID, treasurer: WHILE_PAID };
/** The applicant, of what he said himself. Numbers stay masked: he knows them, and whoever finds his telephone unlocked need not. */
const ONESELF: Who = { applicant: 'always' };
const NOBODY: Who = {};

/** The mask table: masked by default, for everybody, in every answer; clear only for whom a line names. */
export const FIELD_MASKS: Readonly<Record<PersonalField, FieldRule>> = {
  'applicant.name': { mask: maskName, clear: { ...HANDLING, ...DECIDING, ...ONESELF }, revealed: { ...HANDLING, ...PAYING } },
  'applicant.idNumber': { mask: maskIdNumber, clear: NOBODY, revealed: HANDLING },
  'applicant.phone': { mask: maskPhone, clear: NOBODY, revealed: HANDLING },
  'employer.name': { mask: hideWhole, clear: { ...HANDLING, ...DECIDING, ...ONESELF }, revealed: HANDLING },
  'residence.address': { mask: hideWhole, clear: ONESELF, revealed: HANDLING },
  'bankAccount.holderName': { mask: maskName, clear: { ...HANDLING, ...ONESELF }, revealed: { ...HANDLING, ...PAYING } },
  'bankAccount.bankName': { mask: hideWhole, clear: { ...HANDLING, ...PAYING, ...ONESELF }, revealed: { ...HANDLING, ...PAYING } },
  'bankAccount.cardNumber': { mask: maskCardNumber, clear: NOBODY, revealed: { ...HANDLING, ...PAYING } },
  contactPerson: { mask: maskName, clear: { ...HANDLING, ...DECIDING, ...ONESELF }, revealed: HANDLING },
  'member.name': { mask: maskName, clear: { ...HANDLING, ...DECIDING, ...ONESELF }, revealed: HANDLING },
  'member.idNumber': { mask: maskIdNumber, clear: NOBODY, revealed: HANDLING },
  'member.health': { mask: hideWhole, clear: ONESELF, revealed: HANDLING },
};

/** What people wrote to each other about a case: for those who decide, audit and supervise, not for those who pay. */
const READS_WORDS: Who = { ...HANDLING, ...DECIDING, auditor: 'always', supervisor: 'always' };

/** Somebody who looks at a case that is in this state. */
export interface Viewer {
  roles: readonly Role[];
  state: CaseState;
}

export function seesClear(field: PersonalField, viewer: Viewer): boolean {
  return isAmong(FIELD_MASKS[field].clear, viewer);
}

export function mayReveal(field: PersonalField, viewer: Viewer): boolean {
  return isAmong(FIELD_MASKS[field].revealed, viewer);
}

/** Whether somebody with these roles may have it revealed in some state of a case. */
export function mayEverReveal(field: PersonalField, roles: readonly Role[]): boolean {
  return CASE_STATES.some((state) => mayReveal(field, { roles, state }));
}

export function readsWords(viewer: Viewer): boolean {
  return isAmong(READS_WORDS, viewer);
}

function isAmong(who: Who, { roles, state }: Viewer): boolean {
  return roles.some((role) => {
    const states = role === 'admin' ? undefined : who[role];
    return states === 'always' || (states?.includes(state) ?? false);
  });
}

/** One field as somebody sees it. */
export function shown(field: PersonalField, value: string, viewer: Viewer): string {
  return seesClear(field, viewer) ? value : FIELD_MASKS[field].mask(value);
}

declare const masked: unique symbol;

/** Personal data as one viewer may see it. Only {@link maskPersonal} makes it, so that no answer is built from anything else. */
export interface MaskedPersonal {
  readonly [masked]: true;
  applicant: PersonalData['applicant'];
  employer: PersonalData['employer'];
  bankAccount: (NonNullable<PersonalData['bankAccount']> & { warnings: CardNumberWarning[] }) | null;
  contactPerson: string | null;
}

/** What of a household's personal data is shown in a case, masked for this viewer. Address and members are not in a case's view at all. */
export function maskPersonal({ applicant, employer, bankAccount, contactPerson }: PersonalData, viewer: Viewer): MaskedPersonal {
  const { unionMember, employmentStatus } = applicant;
  const view: Omit<MaskedPersonal, typeof masked> = {
    applicant: {
      name: shown('applicant.name', applicant.name, viewer),
      idNumber: shown('applicant.idNumber', applicant.idNumber, viewer),
      phone: shown('applicant.phone', applicant.phone, viewer),
      unionMember,
      employmentStatus,
    },
    employer: employer && { ...employer, name: shown('employer.name', employer.name, viewer) },
    bankAccount: bankAccount && {
      holderName: shown('bankAccount.holderName', bankAccount.holderName, viewer),
      bankName: shown('bankAccount.bankName', bankAccount.bankName, viewer),
      cardNumber: shown('bankAccount.cardNumber', bankAccount.cardNumber, viewer),
      warnings: cardNumberWarnings(bankAccount.cardNumber),
    },
    contactPerson: contactPerson === null ? null : shown('contactPerson', contactPerson, viewer),
  };
  return view as MaskedPersonal;
}

/** The value of a field, as it is; undefined where the case has none. `memberNo`: of which member, for fields of members. */
export function personalValue(field: PersonalField, personal: PersonalData, memberNo?: number): string | undefined {
  const member = personal.members.find((one) => one.memberNo === memberNo);
  switch (field) {
    case 'applicant.name':
      return personal.applicant.name;
    case 'applicant.idNumber':
      return personal.applicant.idNumber;
    case 'applicant.phone':
      return personal.applicant.phone;
    case 'employer.name':
      return personal.employer?.name;
    case 'residence.address':
      return personal.residence.address;
    case 'bankAccount.holderName':
      return personal.bankAccount?.holderName;
    case 'bankAccount.bankName':
      return personal.bankAccount?.bankName;
    case 'bankAccount.cardNumber':
      return personal.bankAccount?.cardNumber;
    case 'contactPerson':
      return personal.contactPerson ?? undefined;
    case 'member.name':
      return member?.name;
    case 'member.idNumber':
      return member?.idNumber;
    case 'member.health':
      return member?.health;
  }
}
