import { HARDSHIP_CLASSES } from '../../../../domain/hardship-class-names';
import { importFile, type ImportFacts } from '../../../../domain/decisions/import-file';
import { standingOf } from '../../../../domain/standing';
import { policy, refusalsOf, valueOf } from '../given';
import { actor, BOZHOU_DEEP, HAIGANG, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_DEEP, WUXI_NONE, WUXI_RELATIVE, type Place } from '../played-case';

const facts = (changes: Partial<ImportFacts> = {}, at: Place = LIANGXI): ImportFacts => ({
  caseId: 'c0000000-0000-4000-8000-000000000001',
  number: 'TEST-2024-000001',
  territory: at.territory,
  household: WUXI_RELATIVE,
  hardshipClass: 'relative',
  establishedOn: '2023-11-13',
  monthlyLivingAidFen: null,
  ownerOrgId: at.territory.countyOrgId,
  simulated: true,
  ...changes,
});
const imported = (changes: Partial<ImportFacts> = {}, at: Place = LIANGXI, today = '2024-05-02') =>
  importFile(facts(changes, at), { today, actor: actor('handler', at.territory.countyOrgId), commandId: 'command-1', reference: at.reference });
const played = (at: Place, hardshipClass: 'deep' | 'relative', household = WUXI_RELATIVE) => PlayedCase.import(at, household, { hardshipClass, establishedOn: '2023-11-13', on: '2024-05-02' }).record;

describe('a file that existed before', () => {
  test('is active at once, of the importing union, with its own day, a certificate of that day and word to the systems', () => {
    expect(valueOf(imported()).map(({ type, effectiveOn }) => [type, effectiveOn ?? 'today'])).toEqual([
      ['fileImported', 'today'],
      ['assessed', 'today'],
      ['certificateIssued', '2023-11-13'],
      ['syncRequested', 'today'],
      ['phaseEntered', 'today'],
      ['recheckScheduled', 'today'],
    ]);
    expect(played(LIANGXI, 'relative')).toMatchObject({
      state: 'active',
      channel: null,
      previousCaseId: null,
      hardshipClass: 'relative',
      classChosen: false,
      hardshipFile: { ownerOrgId: 'wx-liangxi', establishedOn: '2023-11-13', withdrawnOn: null, retentionEndsOn: null, reopenedOn: null },
      certificate: { kind: 'hardshipCertificate', state: 'issued' },
      notices: [],
      comparison: null,
      payments: [],
      lastRecheck: null,
    });
  });
  test.each(HARDSHIP_CLASSES)('its class is taken as it is given, whatever the figures say: %s', (hardshipClass) => {
    for (const household of [WUXI_DEEP, WUXI_NONE]) {
      const record = PlayedCase.import(LIANGXI, household, { hardshipClass, establishedOn: '2023-11-13', on: '2024-05-02' }).record;
      expect(record).toMatchObject({ hardshipClass, standing: { hardshipClass }, recheckCalledFor: null });
    }
  });
  test.each(['wx', 'wx-liangxi'])('the importing union owns it, and all else is as the class has it: %s', (ownerOrgId) => {
    const record = PlayedCase.import(LIANGXI, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-11-13', on: '2024-05-02', ownerOrgId }).record;
    const usual = valueOf(standingOf('deep', LIANGXI.territory, policy('wuxi-2023')));
    expect(record.hardshipFile?.ownerOrgId).toBe(ownerOrgId);
    expect(record.standing).toEqual({ ...usual, reviewerOrgId: ownerOrgId });
  });
  test('the figures are assessed by the tables of the day on which it comes in, so that the next recheck has something to compare with', () => {
    expect(played(LIANGXI, 'relative').assessment).toMatchObject({ onDate: '2024-05-02', minLivingStandardFen: 109_500, eligible: ['relative'] });
  });
  test('what it gets each month is its level of aid since it was established', () => {
    expect(PlayedCase.import(LIANGXI, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-11-13', on: '2024-05-02', monthlyLivingAidFen: 60_000 }).record.aidLevel).toEqual({ monthlyLivingAidFen: 60_000, setOn: '2023-11-13' });
    expect(played(LIANGXI, 'deep').aidLevel).toBeNull();
  });
});

describe('where the tables say less', () => {
  test.each([['Yunnan', WUHUA], ['Qinhuangdao', HAIGANG]] as const)('%s says nothing of classes and reviews: the file lives all the same', (_, at) => {
    expect(played(at, 'deep')).toMatchObject({ state: 'active', hardshipClass: 'deep', standing: null, assessment: null, certificate: null, recheck: { everyMonths: null, nextDueOn: null } });
  });
  test('R-QHD-14: Qinhuangdao’s own system is told', () => {
    expect(played(HAIGANG, 'deep').syncs).toEqual([{ system: 'unionAidSystem', state: 'pending' }]);
  });
  test('without a living standard the file comes in unassessed', () => {
    const bare = { ...LIANGXI, reference: { ...LIANGXI.reference, standards: [] } };
    expect(played(bare, 'relative')).toMatchObject({ state: 'active', assessment: null, standing: { hardshipClass: 'relative' } });
  });
  test('without a policy in force nobody knows what the file asks for: refused by name', () => {
    expect(refusalsOf(imported({ establishedOn: '2016-12-31' }, LIANGXI, '2016-12-31'))).toMatchObject([{ code: 'POLICY_VALUE_MISSING' }]);
  });
});

describe('the days of an import', () => {
  test('established on a day that has come', () => {
    expect(refusalsOf(imported({ establishedOn: '2024-05-03' }))).toEqual([{ code: 'DATE_NOT_POSSIBLE', field: 'establishedOn', latest: '2024-05-02' }]);
    expect(imported({ establishedOn: '2024-05-02' }).accepted).toBe(true);
    expect(imported({ establishedOn: '1998-05-02' }).accepted).toBe(true);
  });
  test('nobody in the household is born after it comes in', () => {
    const household = { ...WUXI_RELATIVE, members: WUXI_RELATIVE.members.map((member) => ({ ...member, birthOn: '2024-05-03' })) };
    expect(refusalsOf(imported({ household }))).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'household.members.0.birthOn' }]);
  });
  test('R-BZ-20, A-26: campaigns that were over before it came in are nobody’s debt', () => {
    const due = (establishedOn: string, on: string) => PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn, on }).record.recheck?.nextDueOn;
    expect(due('2019-06-01', '2024-05-02')).toBe('2024-10-31');
    expect(due('2019-06-01', '2024-04-30')).toBe('2024-04-30');
    expect(due('2024-03-15', '2024-04-20')).toBe('2024-10-31');
  });
});

test('the same import decided twice says the same: it is judged before it is carried out', () => {
  expect(imported()).toEqual(imported());
});
