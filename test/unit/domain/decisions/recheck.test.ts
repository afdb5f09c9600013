import type { RecheckOutcome } from '../../../../domain/case-facts';
import { recordRecheck } from '../../../../domain/decisions/recheck';
import type { RecheckFacts } from '../../../../domain/decisions/recheck-judgement';
import { HARDSHIP_CLASSES, type HardshipClass } from '../../../../domain/hardship-class-names';
import type { Household } from '../../../../domain/household';
import { fileTermsOf, standingOf } from '../../../../domain/standing';
import { refusalsOf, valueOf } from '../given';
import { actor, BOZHOU_DEEP, family, HAIGANG, JIANGYIN, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_ACCIDENTAL, WUXI_DEEP, WUXI_NONE, WUXI_RELATIVE, type Place } from '../played-case';
import { exitNotice, told } from '../played-exit';

const HEAD = actor('head', 'wx-liangxi');
const IMPORTED = '2024-01-31';
const DONE = '2024-06-20';

/** A file of a class that was taken as it is, whatever its figures say. */
const filed = (hardshipClass: HardshipClass, household: Household = WUXI_RELATIVE, at: Place = LIANGXI) =>
  PlayedCase.import(at, household, { hardshipClass, establishedOn: IMPORTED, on: IMPORTED }).on(DONE);
const recheck = (outcome: RecheckOutcome, facts: Partial<RecheckFacts> = {}): RecheckFacts => ({ doneOn: DONE, visitedOn: DONE, outcome, hasReason: false, ...facts });

/** Figures of Liangxi in June 2024, the classes that they fit, and the recommended one; by hand from R-WX-07…09 and A-03. */
const FIGURES: Record<string, { household: Household; eligible: HardshipClass[]; recommended: HardshipClass | 'none' }> = {
  deep: { household: WUXI_DEEP, eligible: ['deep', 'relative'], recommended: 'deep' },
  accidental: { household: WUXI_ACCIDENTAL, eligible: ['accidental', 'relative'], recommended: 'accidental' },
  relative: { household: WUXI_RELATIVE, eligible: ['relative'], recommended: 'relative' },
  none: { household: WUXI_NONE, eligible: [], recommended: 'none' },
};
const OUTCOMES: RecheckOutcome[] = ['keep', 'changeClass', 'liftOut', 'relieve'];
const COMBINATIONS = HARDSHIP_CLASSES.flatMap((current) => Object.keys(FIGURES).flatMap((figures) => OUTCOMES.map((outcome) => ({ current, figures, outcome }))));

function bearsOut(outcome: RecheckOutcome, current: HardshipClass, { eligible, recommended }: { eligible: HardshipClass[]; recommended: string }): boolean {
  switch (outcome) {
    case 'keep':
      return eligible.includes(current);
    case 'changeClass':
      return recommended !== 'none' && recommended !== current;
    case 'liftOut':
      return eligible.length === 0;
    default:
      return false; // Wuxi does not know 解困
  }
}

describe('R-WX-18: an outcome and the figures that come with it', () => {
  test.each(COMBINATIONS)('a $current file with figures of $figures: $outcome', ({ current, figures, outcome }) => {
    const { household, eligible, recommended } = FIGURES[figures]!;
    const supported = [...OUTCOMES.filter((each) => bearsOut(each, current, { eligible, recommended })), ...(eligible.includes(current) ? [] : ['cancel'])];
    const facts = recheck(outcome, { household });
    if (bearsOut(outcome, current, { eligible, recommended })) {
      const { record } = filed(current).do('recordRecheck', facts);
      expect(record).toMatchObject({ lastRecheck: { doneOn: DONE, outcome, visitedOn: DONE }, assessment: { onDate: DONE, eligible, recommended }, household });
      expect(record.hardshipClass).toBe(outcome === 'changeClass' ? recommended : current);
    } else {
      expect(filed(current).refusals('recordRecheck', facts)).toEqual([{ code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome, supported }]);
      expect(filed(current).refusals('recordRecheck', { ...facts, hasReason: true })).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
      expect(filed(current).refusals('recordRecheck', facts, HEAD)).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
    }
  });
  test.each(COMBINATIONS)('the head with a reason may go against the figures, and it stays on record: a $current file, figures of $figures, $outcome', ({ current, figures, outcome }) => {
    const { household, ...rest } = FIGURES[figures]!;
    const played = filed(current);
    const isBorneOut = bearsOut(outcome, current, rest);
    if (outcome === 'relieve') {
      // A reason does not give a profile an outcome that it does not know.
      expect(played.refusals('recordRecheck', recheck(outcome, { household, hasReason: true }), HEAD)).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18' }]);
    } else if (outcome === 'changeClass' && rest.recommended === 'none') {
      expect(played.refusals('recordRecheck', recheck(outcome, { household, hasReason: true }), HEAD)).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: [] }]);
    } else if (outcome === 'changeClass' && !isBorneOut) {
      // The class it has is no change: the head cannot begin the series of rechecks anew by it.
      expect(played.refusals('recordRecheck', recheck(outcome, { household, hasReason: true }), HEAD)).toEqual([{ code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome, supported: ['keep'] }]);
    } else {
      expect(valueOf(played.decide('recordRecheck', recheck(outcome, { household, hasReason: true }), HEAD))[0]).toMatchObject({ type: 'recheckRecorded', outcome, overridden: !isBorneOut });
    }
  });
  describe.each(HARDSHIP_CLASSES)('R-WX-29: a cancellation of a %s file', (current) => {
    const recorded = (played: PlayedCase) => played.events.find(({ type }) => type === 'recheckRecorded');

    test.each(Object.keys(FIGURES))('needs a reason, of the head as well; new figures of %s count against it where they still fit', (figures) => {
      const { household, eligible } = FIGURES[figures]!;
      const without = recheck('cancel', { household });
      for (const by of [undefined, HEAD]) expect(filed(current).refusals('recordRecheck', without, by)).toEqual([{ code: 'REASON_REQUIRED', rule: 'R-WX-29' }]);
      const fits = eligible.includes(current);
      const refusals = filed(current).refusals('recordRecheck', { ...without, hasReason: true });
      expect(refusals.map(({ code }) => code)).toEqual(fits ? ['OUTCOME_NOT_SUPPORTED'] : []);
      expect(recorded(filed(current).do('recordRecheck', { ...without, hasReason: true }, HEAD))).toMatchObject({ outcome: 'cancel', overridden: fits });
    });
    test('a death or a false statement may come without figures, and then a reason is enough', () => {
      for (const { household } of Object.values(FIGURES)) {
        expect(recorded(filed(current, household).do('recordRecheck', recheck('cancel', { hasReason: true })))).toMatchObject({ outcome: 'cancel', overridden: false });
      }
      expect(filed(current).refusals('recordRecheck', recheck('cancel'))).toEqual([{ code: 'REASON_REQUIRED', rule: 'R-WX-29' }]);
    });
  });
  test('a class that is kept against another recommended one needs no reason', () => {
    const { record } = filed('relative').do('recordRecheck', recheck('keep', { household: WUXI_DEEP }));
    expect(record).toMatchObject({ hardshipClass: 'relative', assessment: { recommended: 'deep' }, lastRecheck: { outcome: 'keep' } });
  });
  test('A-02: the standard in force on the day of the recheck counts, not the one of the application', () => {
    // One fen above 2 × 109 500 × 36 net of rigid expense; 2 × 111 500 from July on.
    const household = family({ incomeFen: 9_000_000, medicalFen: 1_115_999 });
    expect(filed('relative').refusals('recordRecheck', recheck('keep', { household }))).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
    const july = filed('relative').on('2024-07-01').do('recordRecheck', recheck('keep', { household, doneOn: '2024-07-01', visitedOn: undefined }));
    expect(july.record.assessment).toMatchObject({ minLivingStandardFen: 111_500, eligible: ['relative'] });
  });
});

describe('without new figures', () => {
  test('the old ones stay as they are and are not assessed again', () => {
    const before = filed('relative').record;
    const { record, events } = filed('relative').do('recordRecheck', recheck('keep'));
    expect(record).toMatchObject({ household: before.household, assessment: before.assessment, hardshipClass: 'relative' });
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['recheckRecorded', 'recheckScheduled']);
  });
  test('nobody is lifted out on figures on record that say otherwise', () => {
    expect(filed('relative').refusals('recordRecheck', recheck('liftOut'))).toEqual([
      { code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome: 'liftOut', supported: ['keep'] },
    ]);
    expect(filed('relative', WUXI_NONE).do('recordRecheck', recheck('liftOut')).record.lastRecheck).toMatchObject({ outcome: 'liftOut' });
  });
  test('a class changes only to one that the figures on record bear out, whoever asks and for whatever reason', () => {
    const refusals = (hardshipClass: HardshipClass | undefined, by?: typeof HEAD) =>
      filed('deep', WUXI_DEEP).refusals('recordRecheck', recheck('changeClass', { hardshipClass, hasReason: true }), by);
    for (const by of [undefined, HEAD]) {
      expect(refusals('accidental', by)).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: ['deep', 'relative'] }]);
      for (const same of [undefined, 'deep'] as const) expect(refusals(same, by)).toEqual([{ code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome: 'changeClass', supported: ['keep'] }]);
    }
    expect(filed('relative', WUXI_NONE).refusals('recordRecheck', recheck('changeClass', { hardshipClass: 'deep', hasReason: true }))).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: [] }]);
  });
  test('A-03: another class than the figures on record recommend needs a reason, and counts as chosen; the recommended one needs none', () => {
    const toRelative = recheck('changeClass', { hardshipClass: 'relative' });
    expect(filed('deep', WUXI_DEEP).refusals('recordRecheck', toRelative)).toEqual([{ code: 'CLASS_REASON_REQUIRED', recommended: 'deep' }]);
    expect(filed('deep', WUXI_DEEP).do('recordRecheck', { ...toRelative, hasReason: true }).record).toMatchObject({ hardshipClass: 'relative', classChosen: true });
    expect(filed('relative', WUXI_DEEP).do('recordRecheck', recheck('changeClass')).record).toMatchObject({ hardshipClass: 'deep', classChosen: false });
  });
  test('where there are none at all, a class is named with a reason', () => {
    const inYunnan = () => PlayedCase.import(WUHUA, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);
    for (const facts of [{ hasReason: true }, { hardshipClass: 'relative' as const }, { hardshipClass: 'deep' as const, hasReason: true }]) {
      expect(inYunnan().refusals('recordRecheck', recheck('changeClass', facts))).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
    }
    expect(inYunnan().do('recordRecheck', recheck('changeClass', { hardshipClass: 'relative', hasReason: true })).record.hardshipClass).toBe('relative');
  });
});

describe('which class it becomes', () => {
  test('A-03: another eligible class than the recommended one needs a reason, and counts as chosen', () => {
    const facts = recheck('changeClass', { household: WUXI_ACCIDENTAL, hardshipClass: 'relative' });
    expect(filed('deep').refusals('recordRecheck', facts)).toEqual([{ code: 'CLASS_REASON_REQUIRED', recommended: 'accidental' }]);
    expect(filed('deep').do('recordRecheck', { ...facts, hasReason: true }).record).toMatchObject({ hardshipClass: 'relative', classChosen: true });
    expect(filed('deep').do('recordRecheck', { ...facts, hardshipClass: 'accidental' }).record).toMatchObject({ hardshipClass: 'accidental', classChosen: false });
  });
  test('no class that the figures exclude, whoever asks', () => {
    const facts = recheck('changeClass', { household: WUXI_RELATIVE, hardshipClass: 'deep', hasReason: true });
    for (const by of [undefined, HEAD]) expect(filed('accidental').refusals('recordRecheck', facts, by)).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: ['relative'] }]);
  });
});

describe('R-WX-18, A-24: a change of class moves everything that follows from it, in the one step', () => {
  const TO: Record<HardshipClass, Household> = { deep: WUXI_DEEP, accidental: WUXI_ACCIDENTAL, relative: WUXI_RELATIVE };
  const changes = HARDSHIP_CLASSES.flatMap((from) => HARDSHIP_CLASSES.filter((to) => to !== from).map((to) => ({ from, to })));

  test.each([LIANGXI, JIANGYIN].flatMap((at) => changes.map((change) => ({ ...change, at, where: at.territory.countyOrgId }))))('$where: $from to $to', ({ at, from, to }) => {
    const played = filed(from, TO[from], at);
    const before = played.record;
    const { record, events } = played.do('recordRecheck', recheck('changeClass', { household: TO[to] }));
    const standing = valueOf(standingOf(to, at.territory, played.policy()));
    expect(record).toMatchObject({ hardshipClass: to, standing, hardshipFile: { ownerOrgId: standing.reviewerOrgId, establishedOn: IMPORTED } });
    expect(record.recheck).toMatchObject({ everyMonths: standing.recheckMonths, anchorOn: DONE, nextDueOn: to === 'deep' ? '2025-06-20' : '2024-12-20' });
    expect(record.standing?.comparison.required).toBe(true);
    expect(record.notices).toEqual(before.notices); // no new notices
    const owners = [before.hardshipFile?.ownerOrgId, standing.reviewerOrgId];
    const moved = events.filter(({ type }) => type === 'transferred');
    expect(moved).toEqual(owners[0] === owners[1] ? [] : [expect.objectContaining({ fromOrgId: owners[0], toOrgId: owners[1] })]);
    expect(events.at(-1)?.type).toBe('recheckScheduled');
  });
  test('the city owns a deep file of Liangxi, the county takes it over when it becomes relative; Jiangyin keeps its own (R-WX-05a/b, A-11)', () => {
    const ownerAfter = (at: Place, from: HardshipClass, household: Household, owner: string) =>
      PlayedCase.import(at, household, { hardshipClass: from, establishedOn: IMPORTED, on: IMPORTED, ownerOrgId: owner })
        .on(DONE)
        .do('recordRecheck', recheck('changeClass', { household: from === 'deep' ? WUXI_RELATIVE : WUXI_DEEP })).record.hardshipFile?.ownerOrgId;
    expect(ownerAfter(LIANGXI, 'deep', WUXI_DEEP, 'wx')).toBe('wx-liangxi');
    expect(ownerAfter(LIANGXI, 'relative', WUXI_RELATIVE, 'wx-liangxi')).toBe('wx');
    expect(ownerAfter(JIANGYIN, 'relative', WUXI_RELATIVE, 'wx-jiangyin')).toBe('wx-jiangyin');
  });
  test('R-BZ-F9, R-BZ-F10: in Bozhou the comparison duty and the phase-out right go and come with the class', () => {
    const played = PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);
    const accidental = family({ incomeFen: 8_000_000 }, 2_000_000);
    const after = played.do('recordRecheck', recheck('changeClass', { household: accidental })).record;
    expect(after).toMatchObject({ hardshipClass: 'accidental', standing: { comparison: { required: false }, phaseOut: null }, hardshipFile: { ownerOrgId: 'bz-woyang' } });
    const back = played.on('2024-09-10').do('recordRecheck', recheck('changeClass', { household: BOZHOU_DEEP, doneOn: '2024-09-10', visitedOn: undefined })).record;
    expect(back).toMatchObject({ hardshipClass: 'deep', standing: { comparison: { required: true }, phaseOut: { minMonths: 6, maxMonths: 6 } } });
  });
  test('where the profile does not say who reviews, the owner stays and the class moves all the same', () => {
    const played = PlayedCase.import(WUHUA, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);
    const { record, events } = played.do('recordRecheck', recheck('changeClass', { hardshipClass: 'relative', hasReason: true }));
    expect(record).toMatchObject({ hardshipClass: 'relative', standing: null, hardshipFile: { ownerOrgId: 'km-wuhua' } });
    expect(events.map(({ type }) => type)).not.toContain('transferred');
  });
  test('R-WX-12: the outside systems are told of it', () => {
    expect(filed('deep').do('recordRecheck', recheck('changeClass', { household: WUXI_RELATIVE })).events.slice(-4).map(({ type }) => type)).toContain('syncRequested');
  });
});

describe('profiles without class rules (Yunnan, Qinhuangdao)', () => {
  const imported = (at: Place) => PlayedCase.import(at, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);

  test.each([['Yunnan', WUHUA], ['Qinhuangdao', HAIGANG]] as const)('%s: new figures are kept and cannot be assessed; every finding but 解困 is the rechecker’s', (_, at) => {
    for (const outcome of ['keep', 'liftOut'] as const) {
      const { record } = imported(at).do('recordRecheck', recheck(outcome, { household: WUXI_NONE }));
      expect(record).toMatchObject({ household: WUXI_NONE, assessment: null, lastRecheck: { outcome } });
    }
    expect(imported(at).do('recordRecheck', recheck('changeClass', { household: WUXI_NONE, hardshipClass: 'relative', hasReason: true })).record.hardshipClass).toBe('relative');
    expect(imported(at).refusals('recordRecheck', recheck('changeClass', { household: WUXI_NONE, hardshipClass: 'relative' }))).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
  });
  test('R-QHD-04: 解困 keeps the file; Yunnan does not know it, nor does Wuxi', () => {
    expect(imported(HAIGANG).do('recordRecheck', recheck('relieve')).record).toMatchObject({ state: 'active', endState: 'relieved', exit: null, hardshipFile: { withdrawnOn: null } });
    for (const played of [imported(WUHUA), filed('relative')]) expect(played.refusals('recordRecheck', recheck('relieve'))).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
  });
  test('R-QHD-04: a file that is only kept stays eased; any other finding ends that', () => {
    const after = (outcome: RecheckOutcome) =>
      imported(HAIGANG).do('recordRecheck', recheck('relieve')).do('recordRecheck', recheck(outcome, { hardshipClass: 'relative', hasReason: true })).record.endState;
    expect((['keep', 'relieve', 'changeClass', 'liftOut', 'cancel'] as const).map(after)).toEqual(['relieved', 'relieved', null, null, null]);
  });
  test('R-QHD-06: where a profile has classes and 解困, the income must reach the living standard, the standard itself included', () => {
    const [wuxi] = [filed('relative').policy()];
    const easing = { ...LIANGXI, reference: { ...LIANGXI.reference, policies: [{ ...wuxi, recheck: { ...wuxi.recheck, relieves: { value: true, rule: 'R-QHD-04' } } }] } };
    const relieved = (incomeFen: number) => filed('deep', WUXI_DEEP, easing).decide('recordRecheck', recheck('relieve', { household: family({ incomeFen, medicalFen: 5_000_000 }) })).accepted;
    expect([3_941_999, 3_942_000].map(relieved)).toEqual([false, true]);
  });
});

describe('the living standard of a recheck (A-27)', () => {
  const inBozhou = () => PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);

  test('a published one may not be replaced, by the head neither', () => {
    const facts = recheck('liftOut', { household: WUXI_RELATIVE, minLivingStandardFen: 1, hasReason: true });
    for (const by of [undefined, HEAD]) {
      expect(filed('relative').refusals('recordRecheck', facts, by)).toEqual([{ code: 'LIVING_STANDARD_PUBLISHED', regionCode: '320213', fenPerPersonMonth: 109_500 }]);
    }
  });
  test('one is not made up where none is listed, by the head neither', () => {
    const imported = filed('relative');
    const unlisted = { ...imported.context(HEAD), reference: { ...LIANGXI.reference, standards: [] } };
    const facts = recheck('liftOut', { household: WUXI_DEEP, minLivingStandardFen: 1, hasReason: true });
    expect(refusalsOf(recordRecheck(imported.record, facts, unlisted))).toEqual([{ code: 'LIVING_STANDARD_MISSING', regionCode: '320213', onDate: DONE }]);
  });
  test('one that no figures could be measured by is refused as well', () => {
    expect(filed('relative', WUXI_NONE).refusals('recordRecheck', recheck('liftOut', { minLivingStandardFen: 1 }))).toMatchObject([{ code: 'LIVING_STANDARD_PUBLISHED' }]);
  });
  test('a test value may, for this one recheck', () => {
    const household = family({ incomeFen: 3_600_000 }); // 1× at 70 000 is 2 520 000, at 100 001 it is 3 600 036
    expect(inBozhou().do('recordRecheck', recheck('changeClass', { household })).record).toMatchObject({ hardshipClass: 'relative', assessment: { minLivingStandardFen: 70_000 } });
    expect(inBozhou().do('recordRecheck', recheck('keep', { household, minLivingStandardFen: 100_001 })).record).toMatchObject({ hardshipClass: 'deep', assessment: { minLivingStandardFen: 100_001 } });
  });
});

describe('R-QHD-05, R-QHD-06: 脱困 takes an income above the living standard, 解困 one that reaches it', () => {
  const STANDARD_FEN = 60_000; // × 12 × 3 = 2 160 000 fen for the family
  const inHaigang = (rows = [{ regionCode: '130302', from: '2023-01-01', fenPerPersonMonth: STANDARD_FEN, basis: 'fixture' as const, source: 'test' }]) =>
    PlayedCase.import({ ...HAIGANG, reference: { ...HAIGANG.reference, standards: rows } }, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);
  const LEVELS = [
    { level: 'below', incomeFen: 2_159_999, supported: ['keep', 'cancel'] },
    { level: 'at', incomeFen: 2_160_000, supported: ['keep', 'relieve', 'cancel'] },
    { level: 'above', incomeFen: 2_160_001, supported: ['keep', 'liftOut', 'relieve', 'cancel'] },
  ];
  const headOfHaigang = actor('head', 'qhd-haigang');

  describe.each(LEVELS)('$level it', ({ incomeFen, supported }) => {
    const household = family({ incomeFen });

    test.each(['keep', 'liftOut', 'relieve', 'cancel'] as const)('%s', (outcome) => {
      const refusals = inHaigang().refusals('recordRecheck', recheck(outcome, { household, hasReason: true }));
      expect(refusals).toEqual(supported.includes(outcome) ? [] : [{ code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-QHD-05', outcome, supported }]);
    });
    test('the head with a reason may go against it, and it stays on record', () => {
      for (const outcome of ['liftOut', 'relieve'] as const) {
        const [recorded] = valueOf(inHaigang().decide('recordRecheck', recheck(outcome, { household, hasReason: true }), headOfHaigang));
        expect(recorded).toMatchObject({ type: 'recheckRecorded', outcome, overridden: !supported.includes(outcome) });
        if (!supported.includes(outcome)) expect(inHaigang().refusals('recordRecheck', recheck(outcome, { household }), headOfHaigang)).toMatchObject([{ rule: 'R-QHD-05' }]);
      }
    });
  });
  test('the income of all, divided by all: a fourth member brings it down', () => {
    const three = family({ incomeFen: 2_160_001 });
    const four = { ...three, members: [...three.members, { memberNo: 4, relation: 'parent' as const, birthOn: '1950-01-01', annualIncomeFen: 0 }] };
    expect(inHaigang().refusals('recordRecheck', recheck('liftOut', { household: three }))).toEqual([]);
    expect(inHaigang().refusals('recordRecheck', recheck('liftOut', { household: four }))).toMatchObject([{ supported: ['keep', 'cancel'] }]);
  });
  test('a standard that is given for the recheck replaces a test value', () => {
    const facts = recheck('liftOut', { household: family({ incomeFen: 2_160_001 }), minLivingStandardFen: 60_001 });
    expect(inHaigang().refusals('recordRecheck', facts)).toMatchObject([{ rule: 'R-QHD-05', supported: ['keep', 'cancel'] }]);
  });
  test('where nobody knows the standard, or nobody brought figures, the finding is the rechecker’s', () => {
    const household = family({ incomeFen: 1 });
    for (const outcome of ['liftOut', 'relieve'] as const) {
      expect(inHaigang([]).refusals('recordRecheck', recheck(outcome, { household }))).toEqual([]);
      expect(inHaigang().refusals('recordRecheck', recheck(outcome))).toEqual([]);
    }
  });
  test('a standard is not made up where none is listed', () => {
    expect(inHaigang([]).refusals('recordRecheck', recheck('liftOut', { household: WUXI_NONE, minLivingStandardFen: 1 }))).toMatchObject([{ code: 'LIVING_STANDARD_MISSING' }]);
  });
  test('Yunnan does not measure by it', () => {
    const rows = [{ regionCode: '530102', from: '2023-01-01', fenPerPersonMonth: STANDARD_FEN, basis: 'fixture' as const, source: 'test' }];
    const inYunnan = PlayedCase.import({ ...WUHUA, reference: { ...WUHUA.reference, standards: rows } }, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: IMPORTED, on: IMPORTED }).on(DONE);
    expect(inYunnan.refusals('recordRecheck', recheck('liftOut', { household: family({ incomeFen: 1 }) }))).toEqual([]);
  });
});

describe('a recheck while an exit is going on', () => {
  const leaving = () => told(WUHUA, 'deep').do('verifyExit', { kind: 'reviewingUnion' });
  const again = (played: PlayedCase) => played.do('recordRecheck', { doneOn: played.today, visitedOn: played.today, outcome: 'liftOut', hasReason: true });

  test('ends that exit and takes its open notice down', () => {
    const played = leaving();
    played.do('postNotice', exitNotice(played)).on('2024-08-16');
    expect(again(played).record).toMatchObject({ exit: null, lastRecheck: { doneOn: '2024-08-16', outcome: 'liftOut' }, notices: [{ kind: 'exit', outcome: 'abandoned', closedOn: '2024-08-16' }] });
  });
  test('the exit that follows begins from nothing: the old verification and notice do not serve it', () => {
    const played = leaving();
    played.do('postNotice', exitNotice(played)).closeNotice('exit');
    again(played).enter('active').do('notifyExit', {});
    expect(played.refusals('concludeExit', {})).toMatchObject([{ code: 'EXIT_VERIFICATION_INCOMPLETE' }]);
    expect(played.do('verifyExit', { kind: 'reviewingUnion' }).refusals('concludeExit', {})).toMatchObject([{ code: 'EXIT_NOTICE_REQUIRED' }]);
  });
  test('takes down nothing where no exit is going on', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active').on(DONE);
    expect(played.do('recordRecheck', recheck('keep')).events.filter(({ type }) => type === 'noticeClosed')).toHaveLength(2); // those of the application
  });
});

describe('the days of a recheck', () => {
  const refusals = (facts: Partial<RecheckFacts>) => filed('relative').refusals('recordRecheck', recheck('keep', facts));

  test('done on a day that has come, and not before the file', () => {
    expect(refusals({ doneOn: '2024-06-21' })).toEqual([{ code: 'DATE_NOT_POSSIBLE', field: 'doneOn', earliest: IMPORTED, latest: DONE }]);
    expect(refusals({ doneOn: '2024-01-30', visitedOn: undefined })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'doneOn' }]);
    expect(refusals({ doneOn: IMPORTED, visitedOn: undefined })).toEqual([]);
  });
  test('not before the recheck that was done last; the same day is a second look', () => {
    const played = filed('relative').do('recordRecheck', recheck('keep', { doneOn: '2024-05-02', visitedOn: undefined }));
    expect(played.refusals('recordRecheck', recheck('keep', { doneOn: '2024-05-01', visitedOn: undefined }))).toEqual([
      { code: 'DATE_NOT_POSSIBLE', field: 'doneOn', earliest: '2024-05-02', latest: DONE },
    ]);
    expect(played.refusals('recordRecheck', recheck('keep', { doneOn: '2024-05-02', visitedOn: undefined }))).toEqual([]);
  });
  test('A-01: visited within the income window before it, and not after it', () => {
    expect(refusals({ doneOn: '2024-06-10', visitedOn: '2024-06-11' })).toEqual([{ code: 'DATE_NOT_POSSIBLE', field: 'visitedOn', earliest: '2023-06-10', latest: '2024-06-10' }]);
    expect(refusals({ visitedOn: '2023-06-19' })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'visitedOn', earliest: '2023-06-20' }]);
    expect(refusals({ visitedOn: '2023-06-20' })).toEqual([]);
  });
  test('nobody in the household is born after today', () => {
    const [self, ...others] = WUXI_RELATIVE.members;
    const household = { ...WUXI_RELATIVE, members: [{ ...self!, birthOn: '2024-06-21' }, ...others] };
    expect(refusals({ household })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'household.members.0.birthOn', latest: DONE }]);
  });
  test('C26: month-end clamp, early and late rechecks, no drift', () => {
    const played = PlayedCase.import(LIANGXI, WUXI_ACCIDENTAL, { hardshipClass: 'accidental', establishedOn: '2024-08-30', on: '2024-08-30' });
    const due = [played.record.recheck?.nextDueOn];
    for (const doneOn of ['2025-02-26', '2025-09-03']) due.push(played.on(doneOn).do('recordRecheck', recheck('keep', { doneOn, visitedOn: doneOn })).record.recheck?.nextDueOn);
    expect(due).toEqual(['2025-02-28', '2025-08-30', '2026-02-28']);
  });
});

describe('what a recheck answers', () => {
  test('what called for it is settled, and an exit that was stopped is answered', () => {
    const played = filed('relative', WUXI_NONE).do('recordRecheck', recheck('liftOut')).do('notifyExit', {}).enter('exiting').do('refuseExit', { validReason: true }).enter('active');
    expect(played.record).toMatchObject({ exit: { stoppedBy: 'validRefusal' }, recheckCalledFor: { because: 'exitRefused' } });
    expect(played.do('recordRecheck', recheck('keep', { household: WUXI_RELATIVE })).record).toMatchObject({ exit: null, recheckCalledFor: null, lastRecheck: { outcome: 'keep' } });
  });
  test('a case whose profile says nothing of the day is refused by name', () => {
    const early = filed('relative').on('2022-12-31');
    expect(early.refusals('recordRecheck', recheck('keep'))).toMatchObject([{ code: 'POLICY_VALUE_MISSING' }]);
  });
  test('the terms of the file are those of its class', () => {
    const { record } = filed('relative').do('recordRecheck', recheck('changeClass', { household: WUXI_DEEP }));
    expect(record.standing).toMatchObject(fileTermsOf('deep', filed('deep').policy()));
  });
});
