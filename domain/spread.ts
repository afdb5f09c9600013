import { instantAt, type PlainDate } from './calendar-date';

const FIRST_MINUTE = 5; // 00:05
const SPREAD_MS = (8 * 60 - FIRST_MINUTE) * 60_000; // until 08:00

/**
 * The instant (epoch ms) of `date` at which a case acts by itself: between 00:05 and 08:00, Asia/Shanghai, by a hash of
 * its id, so that all the rechecks of one day do not come in the same second. The same case always gets the same minute.
 */
export function spreadInstant(date: PlainDate, caseId: string): number {
  return instantAt(date, 0, FIRST_MINUTE) + (fnv1a(caseId) % SPREAD_MS);
}

/** 32-bit FNV-1a: spreads ids evenly, and needs no library in workflow code. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
