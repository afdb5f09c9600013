import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { instantAt, shanghaiDateAt } from '../../../domain/calendar-date';
import { spreadInstant } from '../../../domain/spread';
import { anyDate } from './given';

/** Case ids as the service makes them, the same in every run. */
const IDS = Array.from({ length: 10_000 }, (_, index) => {
  const hex = createHash('sha256').update(`case ${index}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
});
const MINUTES = 8 * 60 - 5;

test('the same case acts at the same minute, from 00:05 on and before 08:00, on the day itself', () => {
  fc.assert(
    fc.property(anyDate, fc.oneof(fc.uuid(), fc.string()), (date, caseId) => {
      const at = spreadInstant(date, caseId);
      expect(at >= instantAt(date, 0, 5) && at < instantAt(date, 8)).toBe(true);
      expect(shanghaiDateAt(at)).toBe(date);
      expect(spreadInstant(date, caseId)).toBe(at);
    }),
  );
});
test('a case keeps its time of day from one date to the next', () => {
  fc.assert(
    fc.property(anyDate, anyDate, fc.uuid(), (one, other, caseId) => {
      expect(spreadInstant(one, caseId) - instantAt(one, 0)).toBe(spreadInstant(other, caseId) - instantAt(other, 0));
    }),
  );
});
test('ten thousand cases of one day come evenly: no part of the morning has a third more than its share, no minute more than four shares', () => {
  const minutes = IDS.map((id) => Math.floor((spreadInstant('2024-09-30', id) - instantAt('2024-09-30', 0, 5)) / 60_000));
  const count = (sizeMin: number) => {
    const parts = Array<number>(Math.ceil(MINUTES / sizeMin)).fill(0);
    for (const minute of minutes) parts[Math.floor(minute / sizeMin)]! += 1;
    return parts;
  };
  const quarters = count(19); // 25 parts of 19 minutes, 400 cases each
  expect(Math.max(...quarters)).toBeLessThan(400 * (4 / 3));
  expect(Math.min(...quarters)).toBeGreaterThan(400 * (2 / 3));
  expect(Math.max(...count(1))).toBeLessThan((4 * IDS.length) / MINUTES);
});
test('ids that follow on one another are not close in time', () => {
  const instants = ['00', '01', '02', '03', '04'].map((last) => spreadInstant('2024-09-30', `c0000000-0000-4000-8000-0000000000${last}`));
  const sorted = [...instants].sort((a, b) => a - b);
  expect(Math.min(...sorted.slice(1).map((at, index) => at - sorted[index]!))).toBeGreaterThan(1000);
});
