import { calendarAhead, standardsToday } from '../../../operations/checks/rules';
import { loadReference } from '../../../policies/reference';

test('a calendar that ends within three months is a warning, one that has ended is wrong', () => {
  expect(calendarAhead('2026-12-31', '2026-09-30').level).toBe('ok');
  expect(calendarAhead('2026-12-31', '2026-10-01')).toMatchObject({ level: 'warning', says: 'covered until 2026-12-31 (91 days ahead)' });
  expect(calendarAhead('2026-12-31', '2027-01-01').level).toBe('wrong');
});

test('a county without a living standard in force is named', () => {
  const { organisations, livingStandards } = loadReference();
  expect(standardsToday({ organisations, livingStandards }, '2024-03-04').level).toBe('ok');
  const without = livingStandards.filter(({ regionCode }) => regionCode !== '320213');
  expect(standardsToday({ organisations, livingStandards: without }, '2024-03-04')).toMatchObject({ level: 'warning', says: 'none in force today for wx-liangxi (320213)' });
});
