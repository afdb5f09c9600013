import { loadPolicies } from '../../../policies/load';
import { PolicyMistakes } from '../../../policies/mistakes';
import { ProfileFolder } from './profile-folder';

let folder: ProfileFolder;
beforeEach(() => {
  folder = new ProfileFolder();
});
afterEach(() => {
  folder.remove();
});

function mistakes(): string[] {
  try {
    loadPolicies(folder.dir);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    return error.mistakes.map(({ file, path, message }) => `${file} ${path}: ${message}`);
  }
}

const WX = 'wuxi-2023.v1.json';

describe('a mistake in a value is reported with the path to its leaf', () => {
  test.each([
    ['an unknown key', 'notice.workDays', { value: 7, assumption: 'A-04' }, 'notice.workDays: unknown key'],
    ['an unknown key in the head', 'tier', 1, 'tier: unknown key'],
    [
      'an unknown key beside a value',
      'notice.workingDays',
      { value: 7, assumption: 'A-04', unit: 'days' },
      'notice.workingDays.unit: unknown key',
    ],
    [
      'no citation',
      'notice.workingDays',
      { value: 7 },
      'notice.workingDays: no citation: give exactly one of rule, assumption, fact',
    ],
    [
      'two citations',
      'notice.workingDays',
      { value: 7, rule: 'R-WX-04', assumption: 'A-04' },
      'notice.workingDays: 2 citations (rule, assumption): give exactly one of rule, assumption, fact',
    ],
    ['a rule that does not exist', 'notice.workingDays', { value: 7, rule: 'R-WX-99' }, 'notice.workingDays.rule: no such rule'],
    [
      'an assumption that does not exist',
      'notice.workingDays',
      { value: 7, assumption: 'A-33' },
      'notice.workingDays.assumption: no such assumption',
    ],
    ['a bare value', 'notice.workingDays', 7, 'notice.workingDays: Invalid input: expected object, received number'],
    [
      'a wrong number',
      'notice.workingDays',
      { value: 0, assumption: 'A-04' },
      'notice.workingDays.value: Too small: expected number to be >=1',
    ],
    ['three notices', 'notice.required', { value: 3, rule: 'R-WX-02' }, 'notice.required.value: neither 1 nor 2'],
    [
      'a third decimal',
      'classes.deep.netMax',
      { value: { times: 1.005, inclusive: true }, rule: 'R-WX-07' },
      'classes.deep.netMax.value.times: more than two decimals',
    ],
    [
      'a route without citation',
      'routes.0',
      { classes: ['deep'], to: 'city' },
      'routes.0: no citation: give exactly one of rule, assumption',
    ],
    ['a date that does not exist', 'issuedOn', '2023-02-30', 'issuedOn: not a calendar date'],
    [
      'a campaign on 29 February',
      'recheck.campaigns',
      [{ value: { name: 'leap', kind: 'visit', from: '02-29', until: '03-31' }, rule: 'R-BZ-20' }],
      'recheck.campaigns.0.value.from: not a month and day (MM-DD)',
    ],
  ])('%s', (_what, path, leaf, message) => {
    folder.set('wuxi-2023', path, leaf);
    expect(mistakes()).toContain(`${WX} ${message}`);
  });
  test('a wrong value without a citation is both', () => {
    folder.set('wuxi-2023', 'notice.workingDays', { value: 'seven' });
    expect(mistakes()).toHaveLength(2);
  });
  test('a value that nothing gives any more', () => {
    folder.set('default', 'retentionYears', undefined);
    // Not Wuxi: it gives its own.
    expect(mistakes()).toEqual(
      ['bozhou-2023', 'default', 'jiangsu-2023', 'qinhuangdao-2017', 'yunnan'].map(
        (id) => `${id}.v1.json retentionYears: no value, neither here nor inherited`,
      ),
    );
  });
});

describe('values that contradict each other', () => {
  const wx = 'wuxi-2023';
  test.each([
    [
      'a phase-out that must be longer than it may',
      'phaseOut.monthsMin.deep',
      { value: 7, assumption: 'A-05' },
      'phaseOut.monthsMin.deep: 7 is more than monthsMax 6',
    ],
    [
      'a default outside its bounds',
      'phaseOut.monthsDefault.deep',
      { value: 9, assumption: 'A-05' },
      'phaseOut.monthsDefault.deep: 9 is outside 0 to 6',
    ],
    [
      'bounds without a default',
      'phaseOut.monthsDefault.deep',
      undefined,
      'phaseOut: deep needs all of monthsMin, monthsMax and monthsDefault, or none',
    ],
    [
      'two notices and no place for the second',
      'notice.secondPlaces',
      undefined,
      'notice.secondPlaces: two notices are required, and there is no place for the second',
    ],
    [
      'a payment that waits for a filing nobody makes',
      'filing.gatesPayment',
      { value: true, assumption: 'A-13' },
      'filing.gatesPayment: payment would wait for a filing that is not required',
    ],
    [
      'a class without a reviewer',
      'routes',
      [{ classes: ['deep', 'accidental', 'relative'], to: 'city', rule: 'R-WX-01' }],
      'routes: no line for class none: such a case would have no reviewer',
    ],
    [
      'a line that can never fit',
      'routes.2',
      { classes: ['deep'], onlyRegions: ['320281'], exceptRegions: ['320281'], to: 'county', assumption: 'A-11' },
      'routes.2: exceptRegions takes away all of onlyRegions: the line can never fit',
    ],
    [
      'a class that can never be recommended',
      'classPrecedence',
      { value: ['deep', 'relative'], assumption: 'A-03' },
      'classes.accidental: not in classPrecedence: could never be recommended',
    ],
    [
      'a class hidden behind another',
      'classes.deep',
      {
        incomeMax: { value: { times: 3, inclusive: true }, rule: 'R-WX-07' },
        netMax: { value: { times: 2, inclusive: true }, rule: 'R-WX-07' },
        deducts: { value: 'rigidExpenses', rule: 'R-WX-07' },
      },
      'classes.relative: could never be recommended: deep comes first and takes every household that fits',
    ],
    [
      'a class that takes everyone',
      'classes.deep',
      { deducts: { value: 'rigidExpenses', rule: 'R-WX-07' } },
      'classes.deep: no condition: every household would fit',
    ],
  ])('%s', (_what, path, leaf, message) => {
    folder.set(wx, path, leaf);
    expect(mistakes()).toEqual([`${WX} ${message}`]);
  });
  test('a campaign named twice', () => {
    const campaign = { value: { name: 'spring', kind: 'visit', from: '03-01', until: '04-30' }, rule: 'R-BZ-20' };
    folder.set('bozhou-2023', 'recheck.campaigns', [campaign, campaign]);
    expect(mistakes()).toEqual(['bozhou-2023.v1.json recheck.campaigns.1: a second campaign named spring']);
  });
  test('limits that differ only in the boundary case are no contradiction', () => {
    folder.set(wx, 'classes.deep', {
      incomeMax: { value: { times: 3, inclusive: true }, rule: 'R-WX-07' },
      netMax: { value: { times: 2, inclusive: false }, rule: 'R-WX-07' },
      deducts: { value: 'rigidExpenses', rule: 'R-WX-07' },
    });
    expect(mistakes()).toEqual([]);
  });
  test('what is inherited is reported where it is written, not again below', () => {
    folder.set('jiangsu-2023', 'filing.gatesPayment', { value: true, assumption: 'A-13' });
    expect(mistakes()).toEqual([
      'jiangsu-2023.v1.json filing.gatesPayment: payment would wait for a filing that is not required',
    ]);
  });
});

describe('profiles among each other', () => {
  const copy = (changes: object) =>
    folder.profile('wuxi-2023', { version: 2, effectiveFrom: '2024-01-01', issuedOn: '2024-01-01', ...changes });

  test('two versions from the same day', () => {
    folder.write('wuxi-2023.v2.json', copy({ effectiveFrom: '2023-11-03', issuedOn: '2023-11-03' }));
    expect(mistakes()).toEqual([`wuxi-2023.v2.json effectiveFrom: ${WX} is in force from the same day`]);
  });
  test('a version that is there twice', () => {
    folder.write('wuxi-2023.v2.json', copy({ version: 1 }));
    expect(mistakes()).toEqual([`wuxi-2023.v2.json version: version 1 of wuxi-2023 is also in ${WX}`]);
  });
  test('two profiles at one organisation', () => {
    folder.write('other.v1.json', copy({ id: 'other' }));
    expect(mistakes()).toEqual(['wuxi-2023.v1.json organisations: wx has the profile other already (other.v1.json)']);
  });
  test('a profile that moves from version to version', () => {
    folder.write('wuxi-2023.v2.json', copy({ organisations: ['wx-jiangyin'] }));
    expect(mistakes()).toEqual([`wuxi-2023.v2.json organisations: other organisations than in ${WX}`]);
  });
  test('a parent that does not exist', () => {
    folder.set('wuxi-2023', 'inherits', 'zhejiang');
    expect(mistakes()).toEqual([`${WX} inherits: no profile zhejiang`]);
  });
  test('a profile that inherits itself', () => {
    folder.set('jiangsu-2023', 'inherits', 'wuxi-2023');
    expect(mistakes()).toContain(`${WX} inherits: inherits itself: wuxi-2023 → jiangsu-2023 → wuxi-2023`);
  });
  test('a version that counts from another day than that of issue says why', () => {
    folder.set('wuxi-2023', 'effectiveFrom', '2023-12-01');
    expect(mistakes()).toEqual([`${WX} effectiveFromNote: say why the version does not count from its day of issue`]);
  });
});

describe('all mistakes come at once', () => {
  test('of several files, one of them not even JSON; a child of a wrong file is not blamed for it', () => {
    folder.write('default.v1.json', '{').set('bozhou-2023', 'notice.required', { value: 1 }).set('yunnan', 'colour', 'red');
    const found = mistakes();
    expect(found.map((mistake) => mistake.split(' ')[0])).toEqual(
      expect.arrayContaining(['default.v1.json', 'bozhou-2023.v1.json', 'yunnan.v1.json']),
    );
  });
  test('a child of a profile with a mistake is not blamed for it', () => {
    folder.set('jiangsu-2023', 'colour', 'red');
    expect(mistakes()).toEqual(['jiangsu-2023.v1.json colour: unknown key']);
  });
  test('the message of the error has a line for each', () => {
    folder.set('wuxi-2023', 'colour', 'red').set('yunnan', 'colour', 'red');
    expect(() => loadPolicies(folder.dir)).toThrow('wuxi-2023.v1.json: colour: unknown key\nyunnan.v1.json: colour: unknown key');
  });
  test.each([true, false])('a folder without profiles (there: %p)', (isThere) => {
    folder.clear(isThere);
    expect(mistakes()).toEqual([`${folder.dir} : no profile (*.json) here`]);
  });
});
