import type { PlainDate } from '../calendar-date';
import type { CaseFact } from '../case-events';
import type { CaseRecord } from '../case-record';

/**
 * What the dates of a file that has left have brought by `today`: the household is not watched any more (R-JS-04, A-25),
 * the file need not be kept any more (R-WX-15). Nothing is destroyed by it: that takes people who decide it.
 */
export function passedDatesOf({ monitoring, hardshipFile, retentionEnded }: CaseRecord, today: PlainDate): (CaseFact & { effectiveOn: PlainDate })[] {
  const facts: (CaseFact & { effectiveOn: PlainDate })[] = [];
  if (monitoring?.until && monitoring.until < today) facts.push({ type: 'monitoringEnded', effectiveOn: monitoring.until });
  const keptUntil = hardshipFile?.retentionEndsOn;
  if (keptUntil && keptUntil < today && !retentionEnded) facts.push({ type: 'retentionEnded', effectiveOn: keptUntil });
  return facts;
}
