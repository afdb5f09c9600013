import fc from 'fast-check';
import { addDays, addMonths, addYears } from '../../../../domain/calendar-date';
import { HARDSHIP_CLASSES, type HardshipClass } from '../../../../domain/hardship-class-names';
import { whyNotNow } from '../../../../domain/not-now';
import { LIANGXI, PlayedCase, WUHUA, WUXI_DEEP, WUXI_NONE } from '../played-case';
import { exitNotice, LEAVES, phasingOut, PLACES, ready, rechecked, told } from '../played-exit';

type Profile = keyof typeof PLACES;

describe('notifyExit', () => {
  test('R-WX-30, R-BZ-F16, R-YN-18: the worker is told, on the terms of the profile as they are on that day', () => {
    const termsOf = (profile: Profile) => told(PLACES[profile], 'deep').record.exit?.terms;
    expect(termsOf('wuxi')).toEqual({ noticeAlways: false, workerConfirms: true, grassrootsConfirms: true, verifiers: [] });
    expect(termsOf('bozhou')).toEqual({ noticeAlways: false, workerConfirms: false, grassrootsConfirms: false, verifiers: [] });
    expect(termsOf('yunnan')).toEqual({ noticeAlways: true, workerConfirms: false, grassrootsConfirms: false, verifiers: ['reviewingUnion'] });
    expect(termsOf('qinhuangdao')).toEqual({ noticeAlways: false, workerConfirms: false, grassrootsConfirms: false, verifiers: [] });
  });
  test('a new version of the policy does not change the terms of an exit that is going on', () => {
    const now = told().policy();
    const later = { ...now, version: 2, effectiveFrom: '2024-08-15', exit: { ...now.exit, workerConfirms: { value: false, rule: 'R-BZ-F16' } } };
    const played = told({ ...LIANGXI, reference: { ...LIANGXI.reference, policies: [...LIANGXI.reference.policies, later] } });
    expect(played.on('2024-08-20').policy().version).toBe(2);
    expect(played.refusals('concludeExit', {})).toMatchObject([{ code: 'EXIT_CONFIRMATION_MISSING', missing: ['worker', 'grassroots'] }]);
  });
  test.each(['liftOut', 'cancel'] as const)('the exit is of the kind that the recheck found: %s', (kind) => {
    expect(told(LIANGXI, 'relative', kind).record.exit).toMatchObject({ kind, toldOn: '2024-08-14', workerConfirmedOn: null, refusal: null, verifications: [], route: null, effectiveOn: null });
  });
  test('a recheck that found no exit cannot be told of: the workflow would be at fault', () => {
    const played = PlayedCase.import(LIANGXI, WUXI_NONE, { hardshipClass: 'relative', establishedOn: '2024-01-31', on: '2024-01-31' });
    expect(() => played.decide('notifyExit', {})).toThrow(RangeError);
  });

});

describe.each([['yunnan', 'R-YN-29'], ['bozhou', 'R-BZ-17']] as const)('%s: a lift-out rests on a visit of the last six months (%s, A-31)', (profile, rule) => {
  const at = PLACES[profile];
  const unvisited = (outcome: 'liftOut' | 'cancel') => {
    const played = PlayedCase.import(at, WUXI_NONE, { hardshipClass: 'deep', establishedOn: '2023-12-04', on: '2024-08-12' });
    return played.do('recordRecheck', { doneOn: '2024-08-12', outcome, hasReason: true });
  };
  const tooOld = { code: 'EXIT_EVIDENCE_TOO_OLD', rule, visitedOn: '2024-08-12', earliest: '2024-08-13' };

  test('when the worker is told, the last day included', () => {
    const refusals = (on: string) => rechecked(at, 'deep', 'liftOut').on(on).refusals('notifyExit', {});
    expect(refusals('2025-02-12')).toEqual([]);
    expect(refusals('2025-02-13')).toEqual([tooOld]);
  });
  test('and again when the file leaves: whoever was told in time rests on a visit that gets older', () => {
    const refusals = (on: string) => ready(at, 'deep').on(on).refusals('concludeExit', {});
    expect(refusals('2025-02-12')).toEqual([]);
    expect(refusals('2025-02-13')).toEqual([tooOld]);
  });
  test('without a visit of its own no household is lifted out', () => {
    expect(unvisited('liftOut').refusals('notifyExit', {})).toEqual([{ code: 'EXIT_EVIDENCE_TOO_OLD', rule, visitedOn: null, earliest: '2024-02-12' }]);
  });
  test('a cancellation rests on none: nobody visits the dead', () => {
    const played = unvisited('cancel').on('2025-03-03');
    expect(played.refusals('notifyExit', {})).toEqual([]);
    const leaving = ready(at, 'deep', 'cancel').on('2026-08-12');
    expect(leaving.refusals('concludeExit', {})).toEqual([]);
  });
  test('a recheck with a visit, while the worker has been told, begins the exit anew on it', () => {
    const played = ready(at, 'deep').on('2025-02-13');
    played.do('recordRecheck', { doneOn: '2025-02-13', visitedOn: '2025-02-13', outcome: 'liftOut', hasReason: false }).enter('active');
    expect(played.refusals('notifyExit', {})).toEqual([]);
  });
});
test.each(['wuxi', 'qinhuangdao'] as const)('%s asks for no visit, however long ago the recheck was', (profile) => {
  expect(rechecked(PLACES[profile], 'deep', 'liftOut').on('2026-08-12').refusals('notifyExit', {})).toEqual([]);
  expect(ready(PLACES[profile], 'deep').on('2026-08-12').refusals('concludeExit', {})).toEqual([]);
});

describe('confirmed or refused', () => {
  test('R-WX-30: a confirmation of one is none of the other', () => {
    expect(told().do('confirmExit', { kind: 'worker' }).refusals('concludeExit', {})).toEqual([{ code: 'EXIT_CONFIRMATION_MISSING', rule: 'R-WX-30', missing: ['grassroots'] }]);
    expect(told().do('confirmExit', { kind: 'grassroots' }).refusals('concludeExit', {})).toEqual([{ code: 'EXIT_CONFIRMATION_MISSING', rule: 'R-WX-30', missing: ['worker'] }]);
  });
  test('who confirms after a refusal has thought better of it: no verification and no notice any more', () => {
    const played = told().do('refuseExit', { validReason: false }).do('confirmExit', { kind: 'worker' }).do('confirmExit', { kind: 'grassroots' });
    expect(played.record.exit).toMatchObject({ refusal: null, workerConfirmedOn: '2024-08-14' });
    expect(played.do('concludeExit', {}).record.exit?.route).toBe('bothConfirmed');
  });
  test('who refuses after a confirmation has not confirmed', () => {
    const played = told().do('confirmExit', { kind: 'grassroots' }).do('confirmExit', { kind: 'worker' }).do('refuseExit', { validReason: false });
    expect(played.record.exit).toMatchObject({ workerConfirmedOn: null, grassrootsConfirmedOn: '2024-08-14', refusal: { valid: false } });
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_VERIFICATION_INCOMPLETE', rule: 'R-WX-31', missing: ['reviewingUnion', 'unitOrCommunityUnion'] }]);
  });
  test.each<Profile>(['wuxi', 'bozhou', 'yunnan', 'qinhuangdao'])('R-WX-31: a valid reason stops the exit, and a recheck is called for (%s)', (profile) => {
    const played = told(PLACES[profile], 'deep').do('refuseExit', { validReason: true });
    expect(played.record).toMatchObject({ exit: { stoppedBy: 'validRefusal', effectiveOn: null }, recheckCalledFor: { since: '2024-08-14', because: 'exitRefused' } });
    for (const command of ['notifyExit', 'concludeExit']) expect(whyNotNow(played.record, command)).toEqual({ code: 'EXIT_REFUSED_WITH_VALID_REASON', rule: 'R-WX-31' });
  });
  test('a valid reason takes down the notice that is open', () => {
    const played = told(WUHUA, 'deep').do('verifyExit', { kind: 'reviewingUnion' });
    played.do('postNotice', exitNotice(played)).do('refuseExit', { validReason: true });
    expect(played.record.notices).toMatchObject([{ kind: 'exit', outcome: 'abandoned', closedOn: '2024-08-14' }]);
  });
  test('after the recheck that answers it, another exit begins from nothing', () => {
    const played = told().do('confirmExit', { kind: 'grassroots' }).do('refuseExit', { validReason: true }).enter('active').on('2024-09-02');
    played.do('recordRecheck', { doneOn: '2024-09-02', visitedOn: '2024-09-02', outcome: 'liftOut', hasReason: false }).do('notifyExit', {});
    expect(played.record.exit).toMatchObject({ toldOn: '2024-09-02', grassrootsConfirmedOn: null, refusal: null, stoppedBy: null });
    expect(whyNotNow(played.record, 'concludeExit')).toBeUndefined();
  });
});

describe('C30, C33: a refusal without a valid reason', () => {
  const refused = () => told().on('2024-08-22').do('refuseExit', { validReason: false }).do('confirmExit', { kind: 'grassroots' });

  test('no exit notice before both verifications', () => {
    const played = refused();
    expect(played.refusals('postNotice', exitNotice(played))).toEqual([{ code: 'EXIT_VERIFICATION_INCOMPLETE', rule: 'R-WX-31', missing: ['reviewingUnion', 'unitOrCommunityUnion'] }]);
    played.do('verifyExit', { kind: 'reviewingUnion' });
    expect(played.refusals('postNotice', exitNotice(played))).toEqual([{ code: 'EXIT_VERIFICATION_INCOMPLETE', rule: 'R-WX-31', missing: ['unitOrCommunityUnion'] }]);
    expect(played.do('verifyExit', { kind: 'unitOrCommunityUnion' }).refusals('postNotice', exitNotice(played))).toEqual([]);
  });
  test('no conclusion before the notice is over, and none without it', () => {
    const played = refused().do('verifyExit', { kind: 'reviewingUnion' }).do('verifyExit', { kind: 'unitOrCommunityUnion' });
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
    played.do('postNotice', exitNotice(played));
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
    expect(played.closeNotice('exit').do('concludeExit', {}).record.exit).toMatchObject({ route: 'announcedAfterRefusal', workerConfirmedOn: null });
  });
  /** Refused, verified and announced, and nobody has objected yet. */
  const announced = () => {
    const played = refused().do('verifyExit', { kind: 'reviewingUnion' }).do('verifyExit', { kind: 'unitOrCommunityUnion' });
    return played.do('postNotice', exitNotice(played));
  };

  test('a worker who confirms after all takes the notice down that stood in for it', () => {
    const played = announced().do('confirmExit', { kind: 'worker' });
    expect(played.record.notices).toMatchObject([{ kind: 'exit', outcome: 'abandoned', closedOn: '2024-08-22' }]);
    expect(played.do('concludeExit', {}).record.exit).toMatchObject({ route: 'bothConfirmed' });
  });
  test('the confirmation of the grassroots union takes nothing down', () => {
    const played = told().do('refuseExit', { validReason: false }).do('verifyExit', { kind: 'reviewingUnion' }).do('verifyExit', { kind: 'unitOrCommunityUnion' });
    played.do('postNotice', exitNotice(played)).do('confirmExit', { kind: 'grassroots' });
    expect(played.record.notices).toMatchObject([{ closedOn: null }]);
  });
  test('nor does the worker’s where the profile asks for the notice in any case', () => {
    const played = told(WUHUA, 'deep').do('verifyExit', { kind: 'reviewingUnion' });
    played.do('postNotice', exitNotice(played)).do('confirmExit', { kind: 'worker' });
    expect(played.record.notices).toMatchObject([{ closedOn: null }]);
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-YN-18' }]);
  });
  test('A-22: an objection stays the household’s answer to get, whoever confirms meanwhile', () => {
    const played = announced().do('raiseObjection', { kind: 'exit' }, null).do('confirmExit', { kind: 'worker' });
    expect(played.record.notices).toMatchObject([{ closedOn: null, objections: [{ outcome: null }] }]);
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
    played.do('resolveObjection', { kind: 'exit', objectionId: played.record.notices[0]!.objections[0]!.id, outcome: 'dismissed' });
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
    expect(played.closeNotice('exit').do('concludeExit', {}).record.exit).toMatchObject({ route: 'bothConfirmed' });
  });
  test('R-WX-31: what was verified and announced for one refusal does not serve another one', () => {
    const played = announced().closeNotice('exit').do('confirmExit', { kind: 'worker' }).on('2025-01-06').do('refuseExit', { validReason: false });
    expect(played.record.exit).toMatchObject({ verifications: [], workerConfirmedOn: null });
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_VERIFICATION_INCOMPLETE', rule: 'R-WX-31', missing: ['reviewingUnion', 'unitOrCommunityUnion'] }]);
    played.do('verifyExit', { kind: 'reviewingUnion' }).do('verifyExit', { kind: 'unitOrCommunityUnion' });
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
  });
  test('A-22: an objection that is open when the worker refuses anew is answered all the same', () => {
    const played = announced().do('raiseObjection', { kind: 'exit' }, null).do('confirmExit', { kind: 'worker' });
    // The new refusal would need a notice of its own, and this one is still open.
    expect(played.refusals('refuseExit', { validReason: false })).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' }]);
    expect(played.refusals('refuseExit', { validReason: true })).toEqual([]);
  });
  test('a refusal that is only repeated is the same one', () => {
    const played = announced().closeNotice('exit').do('refuseExit', { validReason: false });
    expect(played.do('concludeExit', {}).record.exit).toMatchObject({ route: 'announcedAfterRefusal' });
  });
  test('where nobody asks for the worker’s confirmation, a refusal leaves what was verified', () => {
    const played = told(WUHUA, 'deep').do('verifyExit', { kind: 'reviewingUnion' }).do('refuseExit', { validReason: false });
    expect(played.refusals('postNotice', exitNotice(played))).toEqual([]);
  });
  test('the notice of an exit that was stopped does not serve the next one', () => {
    const played = told(WUHUA, 'deep').do('verifyExit', { kind: 'reviewingUnion' });
    played.do('postNotice', exitNotice(played)).closeNotice('exit').do('refuseExit', { validReason: true }).enter('active');
    const on = played.today;
    played.do('recordRecheck', { doneOn: on, visitedOn: on, outcome: 'liftOut', hasReason: false }).do('notifyExit', {}).do('verifyExit', { kind: 'reviewingUnion' });
    expect(played.refusals('concludeExit', {})).toEqual([{ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-YN-18' }]);
  });
  test('R-YN-18: the verification comes before the notice', () => {
    const played = told(WUHUA, 'deep');
    expect(played.refusals('postNotice', exitNotice(played))).toEqual([{ code: 'EXIT_VERIFICATION_INCOMPLETE', rule: 'R-YN-18', missing: ['reviewingUnion'] }]);
  });
});

describe('the phase-out', () => {
  /** The months that may be asked for, and what it is when nobody says; by hand from R-WX-33, R-BZ-21 and A-05. */
  const BOUNDS: Record<Profile, Partial<Record<HardshipClass, { from: number; to: number; byDefault: number }>>> = {
    wuxi: { deep: { from: 0, to: 6, byDefault: 6 }, accidental: { from: 0, to: 6, byDefault: 6 }, relative: { from: 0, to: 6, byDefault: 6 } },
    bozhou: { deep: { from: 6, to: 6, byDefault: 6 } },
    yunnan: {},
    qinhuangdao: {},
  };
  const profiles = Object.keys(BOUNDS) as Profile[];
  const cases = profiles.flatMap((profile) => HARDSHIP_CLASSES.map((hardshipClass) => ({ profile, hardshipClass, bounds: BOUNDS[profile][hardshipClass] ?? { from: 0, to: 0, byDefault: 0 } })));

  describe.each(cases)('$profile, $hardshipClass: $bounds.from to $bounds.to months', ({ profile, hardshipClass, bounds: { from, to, byDefault } }) => {
    const leaving = ready(PLACES[profile], hardshipClass);
    const today = leaving.today;

    test.each([0, 1, 3, 5, 6, 7, 12])('%p months', (phaseOutMonths) => {
      const isAllowed = phaseOutMonths >= from && phaseOutMonths <= to;
      const decision = leaving.decide('concludeExit', { phaseOutMonths });
      expect(decision.accepted).toBe(isAllowed);
      if (!decision.accepted) {
        const tooLong = { code: 'PHASE_OUT_TOO_LONG', rule: 'R-WX-33', maxMonths: 6 };
        const notAllowed = { code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: [to] };
        expect(decision.refusals).toEqual([profile === 'wuxi' ? tooLong : notAllowed]);
      } else {
        const phaseOut = phaseOutMonths === 0 ? null : { months: phaseOutMonths, endsOn: addMonths(today, phaseOutMonths), aidContinues: true };
        expect(decision.value[0]).toMatchObject({ type: 'exitConcluded', phaseOut });
      }
    });
    test('left out, it is the default', () => {
      const decision = leaving.decide('concludeExit', {});
      expect(decision).toMatchObject({ accepted: true, value: [{ phaseOut: byDefault === 0 ? null : { months: byDefault } }, { type: 'monitoringOpened' }] });
    });
  });
  test.each(profiles)('R-WX-29: a cancellation has none, whatever the class (%s)', (profile) => {
    for (const hardshipClass of HARDSHIP_CLASSES) {
      const leaving = ready(PLACES[profile], hardshipClass, 'cancel');
      expect(leaving.refusals('concludeExit', { phaseOutMonths: 6 })).toEqual([{ code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: [0] }]);
      for (const facts of [{}, { phaseOutMonths: 0 }]) expect(leaving.decide('concludeExit', facts)).toMatchObject({ accepted: true, value: [{ type: 'exitConcluded', phaseOut: null }] });
    }
  });
  test('a number below 0 is no phase-out', () => {
    expect(ready().refusals('concludeExit', { phaseOutMonths: -1 })).toEqual([{ code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: [0, 1, 2, 3, 4, 5, 6] }]);
  });
  test('A-07: from 31 August six months on is the end of February', () => {
    expect(phasingOut().record.phaseOut).toEqual({ months: 6, endsOn: '2025-02-28', aidContinues: true, followUps: [] });
  });
});

test('R-WX-28: figures that fit a class again, of an update while the worker has been told, keep the household in', () => {
  const played = ready().do('updateFile', { visit: false, household: WUXI_DEEP });
  expect(played.record.assessment).toMatchObject({ eligible: ['deep', 'relative'] });
  expect(played.decide('concludeExit', {}).accepted).toBe(false);
});

describe('what a conclusion leaves behind', () => {
  test('the day, the ground, and no recheck any more', () => {
    expect(phasingOut().record).toMatchObject({ exit: { route: 'bothConfirmed', effectiveOn: LEAVES }, endState: 'lifted', recheck: null, recheckCalledFor: null });
  });
  test('R-JS-04, A-25: who was lifted out is watched for five years from the exit, the last day included', () => {
    expect(phasingOut().record.monitoring).toEqual({ group: 1, subReason: 'unstableLiftedOut', source: 'liftOut', until: '2029-08-31' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 450 }), (days) => {
        const on = addDays('2024-08-31', days);
        expect(ready().on(on).do('concludeExit', {}).record.monitoring?.until).toBe(addYears(on, 5));
      }),
      { numRuns: 30, examples: [[0], [181]] },
    );
  });
  test('R-WX-29: a cancellation is no lift-out: nobody is watched, and it is no 脱困', () => {
    expect(ready(LIANGXI, 'relative', 'cancel').do('concludeExit', {}).record).toMatchObject({ monitoring: null, endState: null, phaseOut: null, exit: { kind: 'cancel', route: 'bothConfirmed' } });
  });
});
