import { policyOn } from '../../../domain/policy';
import { loadPolicies, policiesForOrg } from '../../../policies/load';
import type { LoadedPolicies } from '../../../policies/load';
import { ProfileFolder } from './profile-folder';

const shipped = loadPolicies();
const PROFILES = ['jiangsu-2023', 'wuxi-2023', 'bozhou-2023', 'yunnan', 'qinhuangdao-2017'];
const latest = (id: string, loaded: LoadedPolicies = shipped) => loaded.policies.filter((policy) => policy.id === id).at(-1)!;
const wuxiPath = ['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'];

let folder: ProfileFolder;
beforeEach(() => {
  folder = new ProfileFolder();
});
afterEach(() => {
  folder.remove();
});

describe('the shipped profiles', () => {
  test.each(PROFILES)('%s loads', (id) => {
    expect(latest(id)).toMatchObject({ id, version: 1 });
  });
  test('each hangs where its document counts, the defaults nowhere', () => {
    expect(shipped.attachments).toEqual(
      expect.arrayContaining([
        { orgId: 'js', profileId: 'jiangsu-2023' },
        { orgId: 'wx', profileId: 'wuxi-2023' },
        { orgId: 'bz', profileId: 'bozhou-2023' },
        { orgId: 'yn', profileId: 'yunnan' },
        { orgId: 'qhd', profileId: 'qinhuangdao-2017' },
      ]),
    );
    expect(shipped.attachments).toHaveLength(PROFILES.length);
  });
  test('one document’s rules are cited by its own profile and what inherits it, by no other', () => {
    const seeds = {
      'jiangsu-2023': ['JS'],
      'wuxi-2023': ['WX', 'JS'],
      'bozhou-2023': ['BZ'],
      yunnan: ['YN'],
      'qinhuangdao-2017': ['QHD'],
      default: [],
    };
    for (const [id, prefixes] of Object.entries(seeds)) {
      const rules = [...JSON.stringify(latest(id)).matchAll(/"rule":"R-([A-Z]+)-/g)].map(([, prefix]) => prefix);
      expect(prefixes).toEqual(expect.arrayContaining(rules));
    }
  });
});

describe('where the documents disagree they stay apart', () => {
  const table = (read: (policy: ReturnType<typeof latest>) => unknown) =>
    Object.fromEntries(PROFILES.map((id) => [id, read(latest(id))]));

  test('notices before confirmation', () => {
    expect(table(({ notice }) => notice.required?.value)).toEqual({
      'wuxi-2023': 2,
      'bozhou-2023': 1,
      'jiangsu-2023': undefined,
      yunnan: undefined,
      'qinhuangdao-2017': undefined,
    });
  });
  test('a notice before every exit', () => {
    expect(table(({ exit }) => exit.noticeAlways.value)).toEqual({
      'wuxi-2023': false,
      'bozhou-2023': false,
      'jiangsu-2023': false,
      yunnan: true,
      'qinhuangdao-2017': false,
    });
  });
  test('the worker’s confirmation of an exit', () => {
    expect([latest('wuxi-2023'), latest('bozhou-2023')].map(({ exit }) => exit.workerConfirms.value)).toEqual([true, false]);
  });
  test('phase-out: up to six months for all, exactly six for deep only, none', () => {
    const bounds = table(({ phaseOut }) => [
      Object.keys(phaseOut.monthsMax).sort(),
      phaseOut.monthsMin.deep?.value,
      phaseOut.monthsMax.deep?.value,
    ]);
    expect(bounds).toEqual({
      'wuxi-2023': [['accidental', 'deep', 'relative'], 0, 6],
      'bozhou-2023': [['deep'], 6, 6],
      'jiangsu-2023': [[], undefined, undefined],
      yunnan: [[], undefined, undefined],
      'qinhuangdao-2017': [[], undefined, undefined],
    });
  });
  test('recheck: by interval, by campaign, or not said', () => {
    expect(table(({ recheck }) => [recheck.months?.relative?.value, recheck.campaigns?.map(({ value }) => value.name)])).toEqual({
      'wuxi-2023': [6, undefined],
      'bozhou-2023': [undefined, ['springCampaign', 'autumnCampaign']],
      'jiangsu-2023': [12, undefined],
      yunnan: [undefined, undefined],
      'qinhuangdao-2017': [undefined, undefined],
    });
  });
  test('class thresholds: only where given', () => {
    expect(PROFILES.filter((id) => latest(id).classes)).toEqual(['wuxi-2023', 'bozhou-2023']);
  });
  test('comparison: first for all, or after the review for two classes', () => {
    expect(
      [latest('wuxi-2023'), latest('bozhou-2023')].map(({ comparison }) => [
        comparison.requiredFor.value.length,
        comparison.position.value,
      ]),
    ).toEqual([
      [4, 'beforeUpperReview'],
      [2, 'afterUpperReview'],
    ]);
  });
  test('filing with the city, the living floor and the certificate', () => {
    expect(
      [latest('wuxi-2023'), latest('bozhou-2023')].map(({ filing, aid, certificate }) => [
        filing.required.value,
        aid.livingFloor.value,
        certificate?.value,
      ]),
    ).toEqual([
      [false, false, 'hardshipCertificate'],
      [true, true, undefined],
    ]);
  });
});

describe('a changed value', () => {
  test('counts where it is written and for who inherits it, nowhere else', () => {
    const loaded = loadPolicies(folder.set('jiangsu-2023', 'notice.workingDays', { value: 7, rule: 'R-JS-56' }).dir);
    expect(latest('wuxi-2023', loaded).notice.workingDays).toEqual({ value: 7, rule: 'R-JS-56' });
    expect(latest('bozhou-2023', loaded).notice.workingDays).toEqual({ value: 5, assumption: 'A-04' });
  });
  test('leaves the other values of its section as they were', () => {
    const loaded = loadPolicies(folder.set('wuxi-2023', 'notice.workingDays', { value: 7, assumption: 'A-04' }).dir);
    expect(latest('wuxi-2023', loaded).notice).toEqual({
      ...latest('wuxi-2023').notice,
      workingDays: { value: 7, assumption: 'A-04' },
    });
  });
  test('does not keep the citation of the value it replaces', () => {
    const loaded = loadPolicies(folder.set('wuxi-2023', 'monitoringYears', { value: 3, assumption: 'A-25' }).dir);
    expect(latest('wuxi-2023', loaded).monitoringYears).toEqual({ value: 3, assumption: 'A-25' });
  });
  test('a list is replaced whole', () => {
    const routes = [{ classes: ['deep', 'accidental', 'relative', 'none'], to: 'city', assumption: 'A-14' }];
    expect(latest('wuxi-2023', loadPolicies(folder.set('wuxi-2023', 'routes', routes).dir)).routes).toEqual(routes);
  });
  test('a child inherits from the parent’s version in force when it begins, or from the earliest', () => {
    const next = (version: number, effectiveFrom: string, workingDays: number) => ({
      ...folder.profile('jiangsu-2023', { version, effectiveFrom, issuedOn: effectiveFrom }),
      notice: { workingDays: { value: workingDays, rule: 'R-JS-56' } },
    });
    folder.write('jiangsu-2023.v2.json', next(2, '2024-06-01', 8)).write('jiangsu-2023.v3.json', next(3, '2025-06-01', 9));
    folder.write(
      'wuxi-2023.v2.json',
      folder.profile('wuxi-2023', { version: 2, effectiveFrom: '2024-12-01', issuedOn: '2024-12-01' }),
    );
    const versions = loadPolicies(folder.dir).policies.filter(({ id }) => id === 'wuxi-2023');
    expect(versions.map(({ version, notice }) => [version, notice.workingDays.value])).toEqual([
      [1, 5],
      [2, 8],
    ]);
  });
});

describe('policiesForOrg: the profile in force for an organisation', () => {
  const inForce = (orgPath: string[], date: string, loaded = shipped) => {
    const policy = policyOn(policiesForOrg(orgPath, loaded), date);
    return policy && `${policy.id} v${policy.version}`;
  };

  test('the province’s later opinion does not replace the city’s notice', () => {
    expect(inForce(wuxiPath, '2023-11-03')).toBe('wuxi-2023 v1');
    expect(inForce(wuxiPath, '2023-11-13')).toBe('wuxi-2023 v1');
    expect(inForce(wuxiPath, '2030-01-01')).toBe('wuxi-2023 v1');
  });
  test('before its first day a profile does not count', () => {
    expect(inForce(wuxiPath, '2023-11-02')).toBeUndefined();
    expect(inForce(['js'], '2023-11-12')).toBeUndefined();
  });
  test('a city without a profile of its own has its province’s', () => {
    expect(inForce(['nj-e1', 'nj', 'js'], '2023-11-13')).toBe('jiangsu-2023 v1');
    expect(inForce(['km-wuhua-e1', 'km-wuhua', 'km', 'yn'], '2024-05-01')).toBe('yunnan v1');
  });
  test('no profile on the path, no policy', () => {
    expect(policiesForOrg(['ah'], shipped)).toEqual([]);
  });
  test('the farther profile counts until the nearer one begins, and its versions after that no more', () => {
    folder.set('jiangsu-2023', 'effectiveFrom', '2022-01-01').set('jiangsu-2023', 'issuedOn', '2022-01-01');
    folder.write(
      'jiangsu-2023.v2.json',
      folder.profile('jiangsu-2023', { version: 2, effectiveFrom: '2023-06-01', issuedOn: '2023-06-01' }),
    );
    folder.write(
      'jiangsu-2023.v3.json',
      folder.profile('jiangsu-2023', { version: 3, effectiveFrom: '2025-01-01', issuedOn: '2025-01-01' }),
    );
    folder.write(
      'wuxi-2023.v2.json',
      folder.profile('wuxi-2023', { version: 2, effectiveFrom: '2025-06-01', issuedOn: '2025-06-01' }),
    );
    const loaded = loadPolicies(folder.dir);
    const days = ['2021-12-31', '2022-01-01', '2023-06-01', '2023-11-02', '2023-11-03', '2025-01-01', '2025-05-31', '2025-06-01'];
    expect(days.map((day) => inForce(wuxiPath, day, loaded))).toEqual([
      undefined,
      'jiangsu-2023 v1',
      'jiangsu-2023 v2',
      'jiangsu-2023 v2',
      'wuxi-2023 v1',
      'wuxi-2023 v1',
      'wuxi-2023 v1',
      'wuxi-2023 v2',
    ]);
    expect(inForce(['js'], '2025-06-01', loaded)).toBe('jiangsu-2023 v3');
  });
  test('a profile attached at a county wins over its city’s', () => {
    folder.write(
      'jiangyin.v1.json',
      folder.profile('wuxi-2023', {
        id: 'jiangyin',
        inherits: 'wuxi-2023',
        organisations: ['wx-jiangyin'],
        effectiveFrom: '2024-01-01',
        issuedOn: '2024-01-01',
      }),
    );
    const loaded = loadPolicies(folder.dir);
    const path = ['wx-jiangyin-e1', 'wx-jiangyin', 'wx', 'js'];
    expect([
      inForce(path, '2023-12-31', loaded),
      inForce(path, '2024-01-01', loaded),
      inForce(wuxiPath, '2024-01-01', loaded),
    ]).toEqual(['wuxi-2023 v1', 'jiangyin v1', 'wuxi-2023 v1']);
  });
});
