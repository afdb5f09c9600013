import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, family, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_ACCIDENTAL, WUXI_DEEP, WUXI_NONE, WUXI_RELATIVE } from '../played-case';
import { rechecked } from '../played-exit';

const inBozhou = (establishedOn = '2023-11-02') => PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn, on: establishedOn });
const inWuxi = () => PlayedCase.import(LIANGXI, WUXI_RELATIVE, { hardshipClass: 'relative', establishedOn: '2024-01-31', on: '2024-01-31' }).on('2024-06-03');

describe('R-BZ-20, R-BZ-22: an update serves the campaign', () => {
  test('C63: autumn by an update, spring by a visit, each once', () => {
    const played = inBozhou('2023-05-29');
    const due = [played.record.recheck?.nextDueOn];
    for (const [on, visit] of [['2023-09-20', false], ['2024-03-12', true], ['2024-09-02', false]] as const) due.push(played.on(on).do('updateFile', { visit }).record.recheck?.nextDueOn);
    expect(due).toEqual(['2023-10-31', '2024-04-30', '2024-10-31', '2025-04-30']);
    expect(played.record.fileUpdates).toEqual([{ on: '2023-09-20', visit: false }, { on: '2024-03-12', visit: true }, { on: '2024-09-02', visit: false }]);
  });
  test('an update in spring without a visit leaves the visit owing', () => {
    expect(inBozhou().on('2024-03-12').do('updateFile', { visit: false }).record.recheck).toMatchObject({ nextDueOn: '2024-04-30', campaign: { name: 'springCampaign' } });
  });
  test('a recheck is an update as well, and with a visit a visit', () => {
    const after = (visitedOn?: string) => inBozhou().on('2024-03-12').do('recordRecheck', { doneOn: '2024-03-12', visitedOn, outcome: 'keep', hasReason: false }).record.recheck;
    expect(after('2024-03-12')).toMatchObject({ nextDueOn: '2024-10-31' });
    expect(after()).toMatchObject({ nextDueOn: '2024-04-30' });
  });
  test('a visit of before a campaign, told of in a recheck of that campaign, does not serve it', () => {
    const after = (visitedOn: string) => inBozhou('2023-05-29').on('2024-03-05').do('recordRecheck', { doneOn: '2024-03-05', visitedOn, outcome: 'keep', hasReason: false }).record;
    expect(after('2023-06-01').recheck).toMatchObject({ nextDueOn: '2024-04-30', campaign: { kind: 'visit' } });
    expect(after('2024-02-29').recheck).toMatchObject({ nextDueOn: '2024-04-30' });
    expect(after('2024-03-01').recheck).toMatchObject({ nextDueOn: '2024-10-31' });
  });
  describe('R-BZ-20: a change of class asks what the campaign asked before', () => {
    const reclassed = (on: string, visitedOn?: string) =>
      inBozhou().on(on).do('recordRecheck', { doneOn: on, visitedOn, household: BOZHOU_ACCIDENTAL, outcome: 'changeClass', hasReason: false }).record;

    test('in spring without a visit the visit is still owed, and with one it is not', () => {
      expect(reclassed('2024-03-12')).toMatchObject({ hardshipClass: 'accidental', recheck: { nextDueOn: '2024-04-30', anchorOn: '2023-11-02', countsFrom: '2023-11-02' } });
      expect(reclassed('2024-03-12', '2024-03-12').recheck).toMatchObject({ nextDueOn: '2024-10-31', anchorOn: '2023-11-02' });
    });
    test('one that is overdue is not wiped out', () => {
      expect(reclassed('2024-06-12').recheck).toMatchObject({ nextDueOn: '2024-04-30' });
    });
  });
  test('a campaign that is still owed is as near, or as late, as it was', () => {
    for (const stage of ['open', 'overdue', 'escalated'] as const) {
      const played = inBozhou().on('2024-04-12').emit({ type: 'recheckStageReached', stage, dueOn: '2024-04-30' });
      expect(played.do('updateFile', { visit: false }).record.recheck).toMatchObject({ nextDueOn: '2024-04-30', stage });
      expect(played.do('updateFile', { visit: true }).record.recheck).toMatchObject({ nextDueOn: '2024-10-31', stage: 'ahead' });
    }
  });
  test('the anchor stays: an update re-classes nothing', () => {
    expect(inBozhou().on('2024-03-12').do('updateFile', { visit: true }).record.recheck).toMatchObject({ anchorOn: '2023-11-02', countsFrom: '2023-11-02' });
  });
});

describe('where rechecks come at fixed intervals', () => {
  test('an update stands in for none', () => {
    const before = inWuxi().record.recheck;
    const { record, events } = inWuxi().do('updateFile', { visit: true });
    expect(record).toMatchObject({ recheck: before, fileUpdates: [{ on: '2024-06-03', visit: true }], lastRecheck: null });
    expect(events.at(-1)?.type).toBe('fileUpdated');
  });
});

describe('new figures', () => {
  test('are kept and assessed; where they bear the class out nothing is called for', () => {
    const household = family({ incomeFen: 9_000_000, medicalFen: 2_100_000 });
    expect(inWuxi().do('updateFile', { visit: false, household }).record).toMatchObject({ household, assessment: { onDate: '2024-06-03', eligible: ['relative'] }, recheckCalledFor: null });
  });
  test('that speak against the class call for a recheck, and change nothing before it', () => {
    const before = inWuxi().record;
    const { record } = inWuxi().do('updateFile', { visit: false, household: WUXI_NONE });
    expect(record).toMatchObject({ recheckCalledFor: { since: '2024-06-03', because: 'figures' }, hardshipClass: 'relative', standing: before.standing, hardshipFile: before.hardshipFile, state: 'active' });
  });
  test('R-BZ-22, A-03: that recommend another class call for one too, whether worse or better', () => {
    expect(inWuxi().do('updateFile', { visit: false, household: WUXI_DEEP }).record).toMatchObject({ assessment: { recommended: 'deep' }, recheckCalledFor: { because: 'figures' }, hardshipClass: 'relative' });
    const deep = PlayedCase.import(LIANGXI, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2024-01-31', on: '2024-01-31' }).on('2024-06-03');
    expect(deep.do('updateFile', { visit: false, household: WUXI_RELATIVE }).record).toMatchObject({ recheckCalledFor: { because: 'figures' }, hardshipClass: 'deep' });
  });
  test('call for none where the class was chosen with a reason and still fits; for one where it does not', () => {
    const chosen = () => inWuxi().do('recordRecheck', { doneOn: '2024-06-03', household: WUXI_ACCIDENTAL, outcome: 'changeClass', hasReason: false });
    const relativeByChoice = () => chosen().do('recordRecheck', { doneOn: '2024-06-03', outcome: 'changeClass', hardshipClass: 'relative', hasReason: true });
    expect(relativeByChoice().record).toMatchObject({ hardshipClass: 'relative', classChosen: true });
    expect(relativeByChoice().do('updateFile', { visit: false, household: WUXI_ACCIDENTAL }).record.recheckCalledFor).toBeNull();
    expect(relativeByChoice().do('updateFile', { visit: false, household: WUXI_NONE }).record.recheckCalledFor).toMatchObject({ because: 'figures' });
  });
  describe('R-WX-28: of a household that is about to be lifted out', () => {
    const found = () => rechecked(LIANGXI, 'relative', 'liftOut').on('2024-10-01');

    test.each([['its own class', WUXI_RELATIVE], ['a worse one', WUXI_DEEP]] as const)('call for a recheck where they fit %s again', (_, household) => {
      expect(found().do('updateFile', { visit: false, household }).record).toMatchObject({ lastRecheck: { outcome: 'liftOut' }, recheckCalledFor: { since: '2024-10-01', because: 'figures' } });
      const compared = found().do('signAuthorization', { signers: [1, 2], signedOn: '2024-10-01' });
      expect(compared.do('recordComparison', { result: 'consistent', extraIncomeFen: 0, household }).record.recheckCalledFor).toMatchObject({ because: 'figures' });
    });
    test('call for nothing where they fit none, as before', () => {
      expect(found().do('updateFile', { visit: false, household: WUXI_NONE }).record.recheckCalledFor).toBeNull();
    });
  });
  test('of a household that is about to be cancelled call for nothing where they fit no class, as before', () => {
    const found = rechecked(LIANGXI, 'relative', 'cancel').on('2024-10-01');
    expect(found.do('updateFile', { visit: false, household: WUXI_NONE }).record.recheckCalledFor).toBeNull();
  });
  test('a recheck settles it', () => {
    const played = inWuxi().do('updateFile', { visit: false, household: WUXI_NONE });
    expect(played.do('recordRecheck', { doneOn: '2024-06-03', outcome: 'liftOut', hasReason: false }).record).toMatchObject({ recheckCalledFor: null, lastRecheck: { outcome: 'liftOut' } });
  });
  test('are kept without an assessment where the profile has no classes', () => {
    const played = PlayedCase.import(WUHUA, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2024-01-31', on: '2024-01-31' });
    expect(played.do('updateFile', { visit: false, household: WUXI_NONE }).record).toMatchObject({ household: WUXI_NONE, assessment: null, recheckCalledFor: null });
  });
  test('of a day to come are refused', () => {
    const household = { ...WUXI_RELATIVE, members: WUXI_RELATIVE.members.map((member) => ({ ...member, birthOn: '2024-06-04' })) };
    expect(inWuxi().refusals('updateFile', { visit: false, household })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'household.members.0.birthOn' }]);
  });
});
