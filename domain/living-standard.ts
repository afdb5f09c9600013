import type { PlainDate } from './calendar-date';
import type { Fen } from './money';
import { accepted, refused } from './refusal';
import type { Decision } from './refusal';

/** 最低生活保障标准 (低保) of one county in one period. */
export interface LivingStandard {
  /** GB/T 2260 county code. */
  regionCode: string;
  /** First and last day in force, both inclusive; without `until` no later value is known. */
  from: PlainDate;
  until?: PlainDate;
  fenPerPersonMonth: Fen;
  /** `fixture`: a value for tests and the demo, not the place's real standard. */
  basis: 'published' | 'fixture';
  source: string;
}

/**
 * The minimum living standard in force in a county on `date`; the one that began last where several are listed.
 *
 * Refused with LIVING_STANDARD_MISSING where none is listed: a neighbour's or an older value could decide a class wrongly.
 * @see A-02
 */
export function livingStandardOn(rows: readonly LivingStandard[], regionCode: string, date: PlainDate): Decision<LivingStandard> {
  const inForce = rows
    .filter((row) => row.regionCode === regionCode && row.from <= date && (row.until === undefined || date <= row.until))
    .reduce<LivingStandard | undefined>((latest, row) => (latest && latest.from >= row.from ? latest : row), undefined);
  return inForce ? accepted(inForce) : refused({ code: 'LIVING_STANDARD_MISSING', regionCode, onDate: date });
}
