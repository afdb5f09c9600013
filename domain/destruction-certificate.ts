import type { PlainDate } from './calendar-date';
import type { CaseRecord } from './case-record';
import type { Fen } from './money';
import { sumFen } from './money';

/** What a certificate says of the case: figures, and nothing of a person. */
export interface DestroyedCase {
  caseId: string;
  caseNumber: string;
  fileNumber: string | null;
  state: string;
  hardshipClass: string | null;
  appliedOn: PlainDate;
  establishedOn: PlainDate | null;
  /** 撤档, or the end of an application without a file. */
  endedOn: PlainDate | null;
  keptUntil: PlainDate;
  householdSize: number;
  paidFen: Fen;
  payments: number;
}

export function destroyedCaseOf(record: CaseRecord, { endedOn, keptUntil }: { endedOn: PlainDate | null; keptUntil: PlainDate }): DestroyedCase {
  const paid = record.payments.filter(({ state }) => state === 'paid');
  const file = record.hardshipFile;
  return {
    caseId: record.caseId,
    caseNumber: record.number,
    fileNumber: file?.number ?? null,
    state: record.state,
    hardshipClass: record.hardshipClass,
    appliedOn: record.appliedOn,
    establishedOn: file?.establishedOn ?? null,
    endedOn: file ? file.withdrawnOn : endedOn,
    keptUntil,
    householdSize: record.household.members.length,
    paidFen: sumFen(paid.map(({ amountFen }) => amountFen)),
    payments: paid.length,
  };
}

/** One case is destroyed once, so its certificate needs no counter of its own. */
export function certificateNumberOf({ number }: Pick<CaseRecord, 'number'>): string {
  return `XH-${number}`;
}
