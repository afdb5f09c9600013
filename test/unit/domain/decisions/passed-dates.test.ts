import { addDays, type PlainDate } from '../../../../domain/calendar-date';
import { passedDatesOf } from '../../../../domain/decisions/passed-dates';
import { withdrawFile } from '../../../../domain/decisions/withdraw-file';
import { LIANGXI, PlayedCase, WUXI_NONE } from '../played-case';
import { LEAVES, phasingOut, ready, told } from '../played-exit';

/** Lifted out on 31 August 2024 without a phase-out: watched until 2029-08-31, kept until 2034-08-31. */
function left(kind: 'liftOut' | 'cancel' = 'liftOut'): PlayedCase {
  const played = ready(LIANGXI, 'relative', kind).do('concludeExit', { phaseOutMonths: 0 });
  for (const fact of withdrawFile(played.record, LEAVES, played.policy())) played.emit(fact);
  return played.enter('closed');
}
const passed = (played: PlayedCase, today: PlainDate) => passedDatesOf(played.record, today).map(({ type, effectiveOn }) => [type, effectiveOn]);
/** As the walk over the dates writes them down. */
function walked(played: PlayedCase, today: PlainDate): PlayedCase {
  for (const fact of passedDatesOf(played.record, today)) played.emit(fact);
  return played;
}

describe('R-JS-04, A-25: the household is watched for five years', () => {
  test('its last day included, and not a day longer', () => {
    expect(['2024-09-01', '2029-08-31', '2029-09-01'].map((today) => passed(left(), today))).toEqual([[], [], [['monitoringEnded', '2029-08-31']]]);
  });
  test('the end is that of its day, however late somebody looks', () => {
    expect(passed(left(), '2033-01-01')).toEqual([['monitoringEnded', '2029-08-31']]);
  });
  test('a cancelled household was never watched', () => {
    expect(passed(left('cancel'), '2033-01-01')).toEqual([]);
  });
  test('a household that is watched without an end stays so', () => {
    const rejected = PlayedCase.apply(LIANGXI, WUXI_NONE).to('visited').enter('preliminaryReview');
    rejected.do('decidePreliminaryReview', { decision: 'reject', hasClassReason: false, stillStruggling: { group: 2 } });
    expect(rejected.record.monitoring).toMatchObject({ group: 2, until: null });
    expect(passed(rejected, '2099-12-31')).toEqual([]);
  });
});

describe('R-WX-15, A-06: the file is kept for ten years', () => {
  test('its last day included; both dates come in their order', () => {
    expect(passed(left(), '2034-08-31')).toEqual([['monitoringEnded', '2029-08-31']]);
    expect(passed(left(), '2034-09-01')).toEqual([['monitoringEnded', '2029-08-31'], ['retentionEnded', '2034-08-31']]);
    expect(passed(left('cancel'), '2034-09-01')).toEqual([['retentionEnded', '2034-08-31']]);
  });
  test('a file that has not left has no such date', () => {
    expect([passed(told(), '2099-12-31'), passed(phasingOut(), '2029-08-31')]).toEqual([[], []]);
  });
});

test('what was written down once has not to be written again, on any later day', () => {
  const played = left();
  for (const today of ['2029-09-01', '2034-09-01']) {
    expect(passed(played, today)).toHaveLength(1);
    for (const later of [0, 1, 4000]) expect(passed(walked(played, today), today === '2029-09-01' ? '2034-08-31' : addDays(today, later))).toEqual([]);
  }
  expect(played.record).toMatchObject({ monitoring: null, retentionEnded: true, hardshipFile: { retentionEndsOn: '2034-08-31' } });
});
