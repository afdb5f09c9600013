import { addYears, type PlainDate } from './calendar-date';
import type { CaseRecord } from './case-record';
import { isEnd } from './case-facts';
import type { Policy } from './policy';

/** Why somebody outside wants the papers of a case kept, whatever their date says. */
export const LEGAL_HOLD_REASONS = ['appeal', 'petition', 'litigation', 'audit', 'investigation'] as const;
export type LegalHoldReason = (typeof LEGAL_HOLD_REASONS)[number];

/** What stands against the destruction of a case's personal data. */
export type Hindrance =
  /** The case goes on. */
  | { because: 'caseOpen' }
  /** It must be kept up to and including that day (R-WX-15). */
  | { because: 'retentionNotOver'; until: PlainDate }
  /** No policy says how long it must be kept; what nobody has decided is kept. */
  | { because: 'retentionUnknown' }
  /** The household is still watched. */
  | { because: 'monitored'; until: PlainDate | null }
  | { because: 'objectionOpen' }
  /** Money is on its way, or came back and nobody has settled it. */
  | { because: 'paymentUnfinished'; paymentIds: string[] }
  /** A case that followed this one, after a relapse, goes on. */
  | { because: 'linkedCaseOpen'; caseNumbers: string[] }
  | { because: 'legalHold'; reasons: LegalHoldReason[] }
  | { because: 'alreadyDestroyed'; on: PlainDate };

/** What the record of the case itself does not say. */
export interface RetentionFacts {
  /** The case's own business date. */
  today: PlainDate;
  /** Day on which a case without a file ended; null where it has not, or there was a file. */
  endedOn: PlainDate | null;
  /** In force on that day; undefined where there is none. */
  policy: Pick<Policy, 'retentionYears'> | undefined;
  /** Numbers of the open cases that followed this one. */
  openSuccessors: readonly string[];
  /** Holds that nobody has lifted. */
  legalHolds: readonly LegalHoldReason[];
}

/**
 * Last day on which the papers of an ended case must be kept. Of a file: as the withdrawal has settled it (R-WX-15, A-06). Of an
 * application that led to no file no rule speaks: the same years from its end, which is the safe side.
 *
 * @returns undefined while the case is open, and where no policy gives the years
 */
export function keptUntil({ state, hardshipFile }: CaseRecord, { endedOn, policy }: Pick<RetentionFacts, 'endedOn' | 'policy'>): PlainDate | undefined {
  if (!isEnd(state)) return undefined;
  if (hardshipFile) return hardshipFile.retentionEndsOn ?? undefined;
  return endedOn && policy ? addYears(endedOn, policy.retentionYears.value) : undefined;
}

/** Everything that stands against destroying the personal data of a case now; empty: it may be destroyed, by two people who decide it. */
export function hindrancesOf(record: CaseRecord, facts: RetentionFacts): Hindrance[] {
  if (record.destroyedOn) return [{ because: 'alreadyDestroyed', on: record.destroyedOn }];
  return [...dateHindrances(record, facts), ...openMatters(record, facts), ...outsideMatters(facts)];
}

function dateHindrances(record: CaseRecord, facts: RetentionFacts): Hindrance[] {
  if (!isEnd(record.state)) return [{ because: 'caseOpen' }];
  const until = keptUntil(record, facts);
  if (until === undefined) return [{ because: 'retentionUnknown' }];
  // A date ends with its day.
  return until < facts.today ? [] : [{ because: 'retentionNotOver', until }];
}

function openMatters({ monitoring, notices, payments, relapse }: CaseRecord, { today }: RetentionFacts): Hindrance[] {
  const isMonitored = monitoring !== null && (monitoring.until === null || monitoring.until >= today);
  // An objection to a notice that was taken down with its application needs no answer any more.
  const objected = notices.some((notice) => notice.outcome !== 'abandoned' && notice.objections.some(({ outcome }) => outcome === null));
  const unfinished = payments.filter(({ state }) => state !== 'paid' && state !== 'dropped').map(({ id }) => id);
  return [
    ...(isMonitored ? [{ because: 'monitored' as const, until: monitoring.until }] : []),
    ...(objected || relapse ? [{ because: 'objectionOpen' as const }] : []),
    ...(unfinished.length > 0 ? [{ because: 'paymentUnfinished' as const, paymentIds: unfinished }] : []),
  ];
}

function outsideMatters({ openSuccessors, legalHolds }: RetentionFacts): Hindrance[] {
  return [
    ...(openSuccessors.length > 0 ? [{ because: 'linkedCaseOpen' as const, caseNumbers: [...openSuccessors] }] : []),
    ...(legalHolds.length > 0 ? [{ because: 'legalHold' as const, reasons: [...new Set(legalHolds)] }] : []),
  ];
}
