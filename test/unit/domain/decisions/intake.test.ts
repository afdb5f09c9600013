import type { CommandFacts } from '../../../../workflows/case/commands';
import { ALL_MATERIALS, LIANGXI, PlayedCase, WUXI_DEEP } from '../played-case';

const applied = (on = '2023-11-13', materials = ALL_MATERIALS) => PlayedCase.apply(LIANGXI, WUXI_DEEP, { on, materials });
const sign = (signers: number[], signedOn: string): CommandFacts['signAuthorization'] => ({ signers, signedOn });

describe('signing the authorisation (R-BZ-A2)', () => {
  test('who is not of the household cannot sign, and is named', () => {
    expect(applied().refusals('signAuthorization', sign([1, 7, 9], '2023-11-13'))).toEqual([{ code: 'MEMBER_UNKNOWN', memberNos: [7, 9] }]);
  });
  test('a signature of tomorrow is refused', () => {
    expect(applied().refusals('signAuthorization', sign([1], '2023-11-14'))).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'signedOn' }]);
  });
  test('a member named twice signs once', () => {
    expect(applied().do('signAuthorization', sign([1, 1, 2], '2023-11-13')).record.authorizations).toEqual([
      { memberNo: 1, signedOn: '2023-11-13' },
      { memberNo: 2, signedOn: '2023-11-13' },
    ]);
  });
  test('who signs again has the newer date, the others keep theirs', () => {
    const played = applied().do('signAuthorization', sign([1, 2], '2023-11-13')).on('2023-11-20').do('signAuthorization', sign([2], '2023-11-20'));
    expect(played.record.authorizations).toEqual([
      { memberNo: 1, signedOn: '2023-11-13' },
      { memberNo: 2, signedOn: '2023-11-20' },
    ]);
  });
});

describe('accepting an application', () => {
  test('R-BZ-32: all that is missing is named at once, the authorisation with it', () => {
    const [refusal, ...others] = applied('2023-11-13', [{ kind: 'application' }, { kind: 'idCard' }]).refusals('acceptApplication', {});
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({
      code: 'MATERIALS_MISSING',
      rule: 'R-BZ-32',
      missing: [
        { requirement: 'checkAuthorization' },
        { requirement: 'householdRegister' },
        { requirement: 'labourRelation' },
        { requirement: 'income', anyOf: ['bankStatement'] },
        { requirement: 'causeProof.medical', anyOf: ['chronicDiseaseProof', 'diagnosisOrDischarge', 'medicalBill'] },
      ],
    });
  });
  test('R-BZ-A2: with complete papers the adults who have not signed are named; the child need not', () => {
    const played = applied().do('signAuthorization', sign([1], '2023-11-13'));
    expect(played.refusals('acceptApplication', {})).toEqual([{ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: [2] }]);
    expect(applied().do('signAuthorization', sign([1, 2], '2023-11-13')).decide('acceptApplication', {}).accepted).toBe(true);
  });
  test('R-BZ-A2: a sheet in the list of papers is no signature', () => {
    expect(applied().refusals('acceptApplication', {})).toMatchObject([{ code: 'AUTHORIZATION_MISSING', memberNos: [1, 2] }]);
  });
  test.each([
    ['2023-05-13', '2023-11-13', 'six months ago to the day'],
    ['2023-08-31', '2024-02-29', 'on 31 August, on the last day of February of a leap year'],
    ['2024-08-31', '2025-02-28', 'on 31 August, on the last day of February'],
  ])('A-31, A-07: an authorisation signed %s still counts on %s (%s)', (signedOn, on) => {
    const played = applied(on).do('signAuthorization', sign([1, 2], signedOn));
    expect(played.decide('acceptApplication', {}).accepted).toBe(true);
  });
  test.each([
    ['2023-05-12', '2023-11-13'],
    ['2023-08-31', '2024-03-01'],
    ['2024-02-29', '2024-08-30'],
  ])('A-31: an authorisation signed %s counts no more on %s', (signedOn, on) => {
    const played = applied(on).do('signAuthorization', sign([1, 2], signedOn));
    expect(played.refusals('acceptApplication', {})).toMatchObject([{ code: 'AUTHORIZATION_MISSING', memberNos: [1, 2] }]);
  });
  test('who comes of age between application and acceptance must sign as well', () => {
    const [first, second, child] = WUXI_DEEP.members;
    const household = { ...WUXI_DEEP, members: [first!, second!, { ...child!, birthOn: '2005-11-14' }] };
    const played = PlayedCase.apply(LIANGXI, household).do('signAuthorization', sign([1, 2], '2023-11-13'));
    expect(played.decide('acceptApplication', {}).accepted).toBe(true);
    expect(played.on('2023-11-14').refusals('acceptApplication', {})).toMatchObject([{ memberNos: [3] }]);
  });
  test('R-BZ-A4: a certificate counts if it was valid on the day of application, however late it is accepted', () => {
    const papers = ALL_MATERIALS.filter(({ kind }) => !['chronicDiseaseProof', 'diagnosisOrDischarge', 'medicalBill'].includes(kind));
    const played = (validUntil: string) =>
      applied('2023-11-13', [...papers, { kind: 'medicalBill', validUntil }]).do('signAuthorization', sign([1, 2], '2023-11-13')).on('2023-12-20');
    expect(played('2023-11-13').decide('acceptApplication', {}).accepted).toBe(true);
    expect(played('2023-11-12').refusals('acceptApplication', {})).toMatchObject([{ missing: [{ requirement: 'causeProof.medical' }] }]);
  });
  test('what is handed in later completes the application', () => {
    const played = applied('2023-11-13', ALL_MATERIALS.filter(({ kind }) => kind !== 'idCard')).do('signAuthorization', sign([1, 2], '2023-11-13'));
    expect(played.refusals('acceptApplication', {})).toMatchObject([{ missing: [{ requirement: 'idCard' }] }]);
    expect(played.do('addMaterials', { items: [{ kind: 'idCard' }] }).do('acceptApplication', {}).record.acceptedOn).toBe('2023-11-13');
  });
  test('R-WX-06: membership and employment are not among what an acceptance looks at', () => {
    expect(Object.keys(applied().record.territory)).not.toEqual(expect.arrayContaining(['unionMember', 'employmentStatus']));
    expect(Object.keys(applied().record)).not.toEqual(expect.arrayContaining(['unionMember', 'employmentStatus']));
  });
  test('without a policy in force nothing is accepted, and the date is named', () => {
    expect(applied('2016-05-01').refusals('acceptApplication', {})).toMatchObject([{ code: 'POLICY_VALUE_MISSING', missing: [expect.stringContaining('2016-05-01')] }]);
  });
});

describe.each(['returnForCorrection', 'withdrawApplication'] as const)('%s', (command) => {
  test('takes an open notice down with it', () => {
    const played = applied().to('passed').enter('notice1').do('postNotice', applied().notice('first')).on('2023-11-15').do(command, {});
    expect(played.record.notices).toMatchObject([{ outcome: 'abandoned', closedOn: '2023-11-15' }]);
  });
  test('leaves a closed notice as it ended', () => {
    const closedOn = applied().to('noticed').record.notices[0]?.closedOn;
    expect(applied().to('noticed').do(command, {}).record.notices).toMatchObject([{ outcome: 'noObjection', closedOn }]);
  });
});
test('R-BZ-A2: a return says from where; a withdrawal ends the case', () => {
  expect(applied().to('passed').do('returnForCorrection', {}).events.at(-1)).toMatchObject({ type: 'returnedForCorrection', from: 'preliminaryReview' });
  expect(applied().do('withdrawApplication', {}).record.state).toBe('withdrawn');
});
