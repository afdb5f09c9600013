import type { CaseRecord } from '../../domain/case-record';
import type { CaseFactType } from '../../domain/case-events';
import type { Wait } from './wait';

/** How a case leaves the road to a file. `returned` starts over; the others end it. */
export type Departure = 'returned' | 'rejected' | 'withdrawn';

/** What the applicant, through the clerk, may do at every step before the file exists. */
export function applicantMay(record: CaseRecord): Wait[] {
  const clerk = { role: 'clerk' as const, orgId: record.territory.grassrootsOrgId, task: false };
  return [
    { ...clerk, command: 'addMaterials' },
    { ...clerk, command: 'signAuthorization' },
    { ...clerk, command: 'withdrawApplication' },
    ...mayWithdrawAuthorization(record),
  ];
}

/** Whoever has signed may take it back, wherever the case stands. */
export function mayWithdrawAuthorization({ authorizations, territory }: CaseRecord): Wait[] {
  return authorizations.length === 0 ? [] : [{ command: 'withdrawAuthorization', role: 'clerk', orgId: territory.grassrootsOrgId, task: false }];
}

/** 退回补正 by whoever holds the case. */
export function mayReturn(role: 'clerk' | 'handler', orgId: string): Wait {
  return { command: 'returnForCorrection', role, orgId, task: false };
}

/** Whether the step just taken left the road, and how. */
export function departureAfter(record: CaseRecord, lastFact: CaseFactType): Departure | undefined {
  if (record.state === 'rejected' || record.state === 'withdrawn') return record.state;
  return lastFact === 'returnedForCorrection' ? 'returned' : undefined;
}
