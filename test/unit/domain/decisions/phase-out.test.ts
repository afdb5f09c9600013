import { HARDSHIP_CLASSES } from '../../../../domain/hardship-class-names';
import { standingOf } from '../../../../domain/standing';
import { valueOf } from '../given';
import { COMPLETE_VISIT, LIANGXI, type PlayedCase, WOYANG, WUXI_DEEP, WUXI_NONE, WUXI_RELATIVE } from '../played-case';
import { LEAVES, phasingOut, ready } from '../played-exit';

const REPORTED = '2024-11-15';
/** 返困 reported in the phase-out, and visited. */
function visited(household?: typeof WUXI_DEEP, months = 6): PlayedCase {
  const played = phasingOut(months).on(REPORTED).do('reportRelapse', {});
  return played.on('2024-11-20').do('recordVisit', { ...COMPLETE_VISIT, visitedOn: '2024-11-20', ...(household ? { household } : {}) });
}

describe('R-WX-32: follow-ups', () => {
  test('each on its day, from the exit on and not ahead of it', () => {
    const played = phasingOut().on('2024-10-01');
    expect(played.refusals('recordFollowUp', { metOn: '2024-08-30' })).toEqual([{ code: 'DATE_NOT_POSSIBLE', field: 'metOn', earliest: LEAVES, latest: '2024-10-01' }]);
    expect(played.refusals('recordFollowUp', { metOn: '2024-10-02' })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE' }]);
    played.do('recordFollowUp', { metOn: LEAVES }).do('recordFollowUp', { metOn: '2024-10-01' });
    expect(played.record.phaseOut?.followUps).toEqual([LEAVES, '2024-10-01']);
  });
});

describe('R-WX-34, A-23: a relapse in the phase-out', () => {
  test('is reported, visited, and only then decided', () => {
    expect(phasingOut().on(REPORTED).do('reportRelapse', {}).record).toMatchObject({ relapse: { reportedOn: REPORTED, visitedOn: null, assessed: false }, phaseOut: { endsOn: '2025-02-28' } });
    expect(visited().record.relapse).toEqual({ reportedOn: REPORTED, visitedOn: '2024-11-20', assessed: false });
    expect(visited(WUXI_DEEP).record).toMatchObject({ relapse: { assessed: true }, household: WUXI_DEEP, assessment: { onDate: '2024-11-20', recommended: 'deep' } });
  });
  test('R-JS-13: the visit is a whole one', () => {
    const played = phasingOut().on(REPORTED).do('reportRelapse', {});
    expect(played.refusals('recordVisit', { ...COMPLETE_VISIT, visitedOn: REPORTED, sections: ['family'] })).toMatchObject([{ code: 'VISIT_INCOMPLETE' }]);
  });
  test('no visit of before the exit finds one', () => {
    const refusals = (visitedOn: string) => phasingOut().on(REPORTED).do('reportRelapse', {}).refusals('recordVisit', { ...COMPLETE_VISIT, visitedOn });
    for (const visitedOn of ['2023-12-31', '2024-08-30']) expect(refusals(visitedOn)).toEqual([{ code: 'DATE_NOT_POSSIBLE', field: 'visitedOn', earliest: LEAVES, latest: REPORTED }]);
    for (const visitedOn of [LEAVES, REPORTED]) expect(refusals(visitedOn)).toEqual([]);
  });
  test('the same file is active again, with nothing left of the exit (C34)', () => {
    const before = visited(WUXI_DEEP).record;
    const { record } = visited(WUXI_DEEP).on('2024-11-22').do('reopenFile', { hardshipClass: 'deep' }).enter('active');
    expect(record).toMatchObject({
      state: 'active',
      hardshipClass: 'deep',
      hardshipFile: { ...before.hardshipFile, ownerOrgId: 'wx', reopenedOn: '2024-11-22', withdrawnOn: null, retentionEndsOn: null },
      certificate: { state: 'issued' },
      exit: null,
      phaseOut: null,
      relapse: null,
      endState: null,
      monitoring: null,
      lastRecheck: null,
    });
  });
  test.each([['deep', '2025-11-22'], ['accidental', '2025-05-22'], ['relative', '2025-05-22']] as const)('A-08: as %s its rechecks count from the day of reopening: %s', (hardshipClass, nextDueOn) => {
    const played = visited().on('2024-11-22').do('reopenFile', { hardshipClass });
    expect(played.record.recheck).toMatchObject({ anchorOn: '2024-11-22', countsFrom: '2024-11-22', nextDueOn, stage: 'ahead' });
    expect(played.record.standing).toEqual(valueOf(standingOf(hardshipClass, LIANGXI.territory, played.policy())));
    expect(played.record.hardshipFile?.ownerOrgId).toBe(played.record.standing?.reviewerOrgId);
  });
  test.each(HARDSHIP_CLASSES)('figures that the visit brought have to bear the class out: %s', (hardshipClass) => {
    const eligible = ['deep', 'relative'];
    const refusals = visited(WUXI_DEEP).refusals('reopenFile', { hardshipClass });
    expect(refusals).toEqual(eligible.includes(hardshipClass) ? [] : [{ code: 'CLASS_NOT_ELIGIBLE', eligible }]);
  });
  test('figures of the lift-out are no obstacle: without new ones the finding of the visit counts', () => {
    expect(visited().record.assessment).toMatchObject({ eligible: [], onDate: '2024-08-12' });
    for (const hardshipClass of HARDSHIP_CLASSES) expect(visited().refusals('reopenFile', { hardshipClass })).toEqual([]);
  });
  test('a household that the visit finds in no hardship is not filed again', () => {
    for (const hardshipClass of HARDSHIP_CLASSES) expect(visited(WUXI_NONE).refusals('reopenFile', { hardshipClass })).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: [] }]);
  });
  test('A-03: a class other than the recommended one counts as chosen', () => {
    expect(visited(WUXI_DEEP).do('reopenFile', { hardshipClass: 'relative' }).record.classChosen).toBe(true);
    expect(visited(WUXI_DEEP).do('reopenFile', { hardshipClass: 'deep' }).record.classChosen).toBe(false);
  });
  test('the reopened file can leave again, by a recheck of its own', () => {
    const played = visited(WUXI_RELATIVE).on('2024-11-22').do('reopenFile', { hardshipClass: 'relative' }).enter('active').on('2025-05-20');
    expect(played.refusals('recordRecheck', { doneOn: '2024-11-21', outcome: 'keep', hasReason: false })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', earliest: '2024-11-22' }]);
    played.do('recordRecheck', { doneOn: '2025-05-20', household: WUXI_NONE, outcome: 'liftOut', hasReason: false }).do('notifyExit', {});
    played.do('confirmExit', { kind: 'worker' }).do('confirmExit', { kind: 'grassroots' }).do('concludeExit', { phaseOutMonths: 3 });
    expect(played.record).toMatchObject({ phaseOut: { months: 3, endsOn: '2025-08-20' }, monitoring: { until: '2030-05-20' }, hardshipFile: { reopenedOn: '2024-11-22' } });
  });
  test('R-BZ-20: where the profile has campaigns, the next one of the reopened file is due', () => {
    const played = ready(WOYANG, 'deep').do('concludeExit', {}).enter('phaseOut').on('2024-11-15').do('reportRelapse', {});
    played.do('recordVisit', { ...COMPLETE_VISIT, visitedOn: '2024-11-15' }).do('reopenFile', { hardshipClass: 'deep' });
    expect(played.record.recheck).toMatchObject({ everyMonths: null, nextDueOn: '2025-04-30', campaign: { kind: 'visit' } });
  });
});

describe('no relapse after all', () => {
  test('the phase-out goes on to its day', () => {
    expect(visited().do('dismissRelapse', {}).record).toMatchObject({ relapse: null, phaseOut: { endsOn: '2025-02-28' }, exit: { effectiveOn: LEAVES } });
  });
  test('A-06: one that is settled after the last day ends the phase-out on that day, and retention starts no earlier', () => {
    const played = visited().on('2025-03-14').do('dismissRelapse', {});
    expect(played.record.phaseOut).toMatchObject({ months: 6, endsOn: '2025-03-14' });
  });
  test('another one can be reported', () => {
    expect(visited().do('dismissRelapse', {}).on('2024-12-24').do('reportRelapse', {}).record.relapse).toEqual({ reportedOn: '2024-12-24', visitedOn: null, assessed: false });
  });
});
