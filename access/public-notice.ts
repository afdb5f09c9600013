import { shanghaiDateAt } from '../domain/calendar-date';
import type { NoticeKind, PublicNotice } from '../domain/case-facts';
import { latestNotice, type CaseRecord } from '../domain/case-record';
import type { ClaimedExpense } from '../domain/materials';
import type { RigidExpenses } from '../domain/household';
import { publicText } from './free-text';
import { isForState } from './operations';
import type { PersonalData } from './personal-data';

/** 致困主要原因, as a group of reasons and never as a diagnosis. */
export const MAIN_REASONS = ['accident', 'illness', 'disability', 'education', 'housing', 'lowIncome'] as const;
export type MainReason = (typeof MAIN_REASONS)[number];

/** What the public reads while a notice is open: these fields and no others. */
export interface PublicNoticeView {
  kind: NoticeKind;
  applicantName: string;
  /** The employer, or the union of the community where there is none. */
  unit: string;
  hardshipClass: string | null;
  mainReason: MainReason;
  /** 脱困退出 or 注销退档, of an exit notice. */
  exitKind: string | null;
  postedBy: string;
  postedOn: string;
  /** Last day on which objections are taken, until 24:00. */
  closesOn: string;
}

/** The notice of a kind, while it is open; to be asked before anything of a person is opened for somebody who may be anybody. */
export function openNotice(record: CaseRecord, kind: NoticeKind, nowMs: number): PublicNotice | undefined {
  const notice = latestNotice(record, kind);
  return isForState('getPublicNotice', record.state) && notice?.closedOn === null && shanghaiDateAt(nowMs) <= notice.closesOn ? notice : undefined;
}

/**
 * The notice of a kind, while it is open: built field by field of what A-20 names, so that a field which comes to the record
 * later is not in it.
 *
 * @param nameOf the name of a union
 * @returns undefined where no such notice is open: it does not exist any more then
 */
export function publicNotice(record: CaseRecord, kind: NoticeKind, personal: PersonalData, nowMs: number, nameOf: (orgId: string) => string): PublicNoticeView | undefined {
  const notice = openNotice(record, kind, nowMs);
  if (!notice) return undefined;
  return {
    kind,
    applicantName: publicText(personal.applicant.name, personal),
    unit: publicText(personal.employer?.name ?? nameOf(record.territory.grassrootsOrgId), personal),
    hardshipClass: record.hardshipClass,
    mainReason: mainReasonOf(record),
    exitKind: kind === 'exit' ? (record.exit?.kind ?? null) : null,
    postedBy: nameOf(notice.byOrgId),
    postedOn: notice.postedOn,
    closesOn: notice.closesOn,
  };
}

const REASONS: [MainReason, keyof RigidExpenses, ClaimedExpense][] = [
  ['illness', 'medicalFen', 'medical'],
  ['disability', 'disabilityFen', 'disability'],
  ['education', 'educationFen', 'education'],
  ['housing', 'housingFen', 'housing'],
];

/** An accident where the class comes from one; else what costs the household most, of what it has claimed if it has. */
function mainReasonOf({ hardshipClass, household, claimedExpenses }: CaseRecord): MainReason {
  if (hardshipClass === 'accidental') return 'accident';
  const { rigidExpenses } = household;
  const claimed = REASONS.filter(([, , expense]) => claimedExpenses.includes(expense));
  const [most] = (claimed.length > 0 ? claimed : REASONS).toSorted(([, a], [, b]) => rigidExpenses[b] - rigidExpenses[a]);
  if (!most) return 'lowIncome';
  const [reason, cost] = most;
  return claimed.length > 0 || rigidExpenses[cost] > 0 ? reason : 'lowIncome';
}
