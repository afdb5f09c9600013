import { businessDate, findInstant, getInstant, toRfc3339 } from '../../../rehearse/business-time';

test('a business date is 09:00 in Shanghai', () => {
  expect(toRfc3339(getInstant('2024-02-29'))).toBe('2024-02-29T09:00:00+08:00');
});

test('a date-time is in Shanghai unless it names an offset', () => {
  expect(toRfc3339(getInstant('2024-01-08T15:30'))).toBe('2024-01-08T15:30:00+08:00');
  expect(toRfc3339(getInstant('2024-01-08T15:30:00Z'))).toBe('2024-01-08T23:30:00+08:00');
  expect(businessDate(getInstant('2024-01-08T16:00:00Z'))).toBe('2024-01-09');
});

test.each(['2023-02-29', '2024-13-01', '2024-1-8', '2024-01-08T25:00', 'tomorrow', '', '2024-02-30T10:00'])('%j is not a day', (at) => {
  expect(findInstant(at)).toBeUndefined();
});
