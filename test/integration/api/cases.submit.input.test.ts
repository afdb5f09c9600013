import { LIANGXI, givenApplication } from '../given/application';
import { freshIdNumber } from '../given/id-number';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** A wrong application: the usual one with the value at a dotted path replaced, or taken away by `undefined`. */
function applicationWith(...changes: [path: string, value: unknown][]): Json {
  const application = JSON.parse(JSON.stringify(givenApplication())) as Json;
  for (const [path, value] of changes) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    const parent = steps.reduce<Json>((object, step) => object[step] as Json, application);
    parent[last] = value;
  }
  return application;
}

const submit = (application: Json) => client.call('submitApplication', LIANGXI.clerk, application);

describe('each mistake is named by its path', () => {
  test.each<[what: string, path: string, value: unknown]>([
    ['a negative amount', 'household.members.0.annualIncomeFen', -1],
    ['a fraction of a fen', 'household.rigidExpenses.medicalFen', 100.5],
    ['money in yuan as text', 'household.rigidExpenses.housingFen', '1200.00'],
    ['an amount beyond what can be added up exactly', 'household.members.0.annualIncomeFen', 9_007_199_254_740_993],
    ['31 February', 'household.members.0.birthOn', '1980-02-31'],
    ['29 February of a common year', 'household.members.0.birthOn', '1981-02-29'],
    ['a thirteenth month', 'household.members.0.birthOn', '1980-13-01'],
    ['a date in another notation', 'household.members.0.birthOn', '01.03.1980'],
    ['a date that is a number', 'household.members.0.birthOn', 19800301],
    ['an instant without an offset', 'simulation.startsAt', '2024-03-04T09:00:00'],
    ['an instant on 31 February', 'simulation.startsAt', '2024-02-31T09:00:00+08:00'],
    ['an instant in the year 1', 'simulation.startsAt', '0001-01-01T00:00:00Z'],
    ['an instant in the year 9999', 'simulation.startsAt', '9999-12-31T23:59:59Z'],
    ['a card number as a name', 'applicant.name', '6200001000000237577'],
    ['an empty name', 'applicant.name', '   '],
    ['a name as a card number', 'bankAccount.cardNumber', '柏禾禾'],
    ['a phone number of letters', 'applicant.phone', 'none'],
    ['a yes as text', 'applicant.unionMember', 'true'],
    ['an unknown channel', 'channel', 'carrierPigeon'],
    ['an unknown employment status', 'applicant.employmentStatus', 'astronaut'],
    ['an unknown affiliation', 'employer.affiliation', 'guild'],
    ['an unknown ownership', 'employer.ownership', 'family'],
    ['an unknown relation', 'household.members.0.relation', 'neighbour'],
    ['an unknown material', 'materials.0.kind', 'diary'],
    ['an unknown expense', 'claimedExpenses', ['gambling']],
    ['a region code that is none', 'residence.regionCode', '3202'],
    ['a household of nobody', 'household.members', []],
    ['a household that is text', 'household', 'three people'],
    ['no bank account', 'bankAccount', undefined],
    ['no applicant', 'applicant', undefined],
    ['no expenses', 'household.rigidExpenses', undefined],
    ['a NUL character', 'residence.address', '示例路\u0000号'],
    ['half of a character', 'residence.address', '示例路\ud800号'],
    ['an accident of unknown cause', 'household.accident', { cause: 'badLuck', eventOn: '2024-01-15', grossExpenseFen: 1, compensationFen: 0, insuranceFen: 0, mutualAidFen: 0, socialAssistanceFen: 0, socialAidFen: 0 }],
  ])('%s at %s', async (_what, path, value) => {
    const problem = expectProblem(await submit(applicationWith([path, value])), 400, 'INVALID_INPUT');
    // A mistake may lead to another: without a readable relation nobody is the applicant, and that is told as well.
    expect(pathsOf(problem).filter((named) => named.startsWith(`body.${path}`))).not.toEqual([]);
    expect(problem.errors?.every(({ message }) => message !== '')).toBe(true);
  });
});

test('all mistakes of an application are told at once', async () => {
  const problem = expectProblem(
    await submit(
      applicationWith(
        ['channel', 'carrierPigeon'],
        ['applicant.name', '6200001000000237577'],
        ['applicant.unionMember', undefined],
        ['household.members.0.birthOn', '1980-02-31'],
        ['household.members.0.annualIncomeFen', -1],
        ['household.rigidExpenses.medicalFen', 0.5],
        ['materials.1.kind', 'diary'],
        ['bankAccount.cardNumber', undefined],
      ),
    ),
    400,
    'INVALID_INPUT',
  );
  expect(pathsOf(problem)).toEqual([
    'body.applicant.name',
    'body.applicant.unionMember',
    'body.bankAccount.cardNumber',
    'body.channel',
    'body.household.members.0.annualIncomeFen',
    'body.household.members.0.birthOn',
    'body.household.rigidExpenses.medicalFen',
    'body.materials.1.kind',
  ]);
});

test('every organisation that does not exist is named', async () => {
  const application = applicationWith(['employer.orgId', 'wx-nowhere-e1'], ['residence.communityOrgId', 'wx-nowhere-c1'], ['filedAtOrgId', 'wx-nowhere']);
  const problem = expectProblem(await submit(application), 400, 'INVALID_INPUT');
  expect(pathsOf(problem)).toEqual(['body.employer.orgId', 'body.filedAtOrgId', 'body.residence.communityOrgId']);
});

test('two members under one number, nobody or two who are the applicant: a mistake of the household', async () => {
  const self = { memberNo: 1, relation: 'self', annualIncomeFen: 0 };
  const spouse = { memberNo: 1, relation: 'spouse', annualIncomeFen: 0 };
  for (const members of [[self, spouse], [spouse], [self, { ...self, memberNo: 2 }]]) {
    const problem = expectProblem(await submit(applicationWith(['household.members', members])), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)).toEqual(['body.household.members']);
  }
});

describe('an ID number whose check character is wrong is refused by its path', () => {
  const wrong = (idNumber: string) => idNumber.slice(0, 17) + (idNumber.endsWith('1') ? '2' : '1');

  test('of the applicant and of a member, both at once', async () => {
    const idNumber = wrong(freshIdNumber('1980-01-01'));
    const spouse = { memberNo: 2, relation: 'spouse', idNumber: wrong(freshIdNumber('1981-01-01')), annualIncomeFen: 0 };
    const application = applicationWith(['applicant.idNumber', idNumber], ['household.members.0.idNumber', idNumber]);
    (application.household as { members: Json[] }).members.push(spouse);
    const problem = expectProblem(await submit(application), 422, 'ID_NUMBER_INVALID');
    expect(problem.paths).toEqual(['applicant.idNumber', 'household.members.0.idNumber', 'household.members.1.idNumber']);
  });

  test('a date of birth that does not exist makes the number wrong as well', async () => {
    const idNumber = freshIdNumber('1980-02-30');
    expectProblem(await submit(applicationWith(['applicant.idNumber', idNumber], ['household.members.0.idNumber', idNumber])), 422, 'ID_NUMBER_INVALID');
  });
});

test('who is an adult by the ID number cannot be declared a child and be spared the signature', async () => {
  const { status, body } = await submit(applicationWith(['household.members.0.birthOn', '2015-01-01']));
  expect([status, body.authorization]).toEqual([201, { complete: false, missingMemberNos: [1] }]);
});

test.each<[what: string, path: string, value: unknown]>([
  ['born after the day of the application', 'household.members', [{ memberNo: 1, relation: 'self', annualIncomeFen: 0 }, { memberNo: 2, relation: 'child', birthOn: '2150-01-01', annualIncomeFen: 0 }]],
  ['struck by an accident after it', 'household.accident', { cause: 'majorIllness', eventOn: '2150-01-01', grossExpenseFen: 1, compensationFen: 0, insuranceFen: 0, mutualAidFen: 0, socialAssistanceFen: 0, socialAidFen: 0 }],
])('nobody is %s', async (_what, path, value) => {
  expect(expectProblem(await submit(applicationWith([path, value])), 422, 'DATE_NOT_POSSIBLE').latest).toBe('2024-03-04');
});

test('an application that is refused leaves no case, and the household free to apply', async () => {
  const application = applicationWith(['household.members.0.annualIncomeFen', -1]);
  expectProblem(await submit(application), 400, 'INVALID_INPUT');
  const { idNumber } = application.applicant as { idNumber: string };
  const right = applicationWith(['applicant.idNumber', idNumber], ['household.members.0.idNumber', idNumber]);
  expect((await submit(right)).status).toBe(201);
});
