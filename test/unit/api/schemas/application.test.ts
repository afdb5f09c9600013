import { Application, type ApplicationInput } from '../../../../api/schemas/application';
import { application } from '../given';

type Change = (input: ApplicationInput) => void;

/** Where the mistakes are, each path once. */
function mistakesIn(...changes: Change[]): string[] {
  const input = application();
  for (const change of changes) change(input);
  const parsed = Application.safeParse(input);
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
}
/** Puts a value of any type at a path. */
const put =
  (path: string, value: unknown): Change =>
  (input) => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const holder = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], input) as Record<string, unknown>;
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
  };

test('an application in which nothing is wrong is taken as it is', () => {
  expect(Application.parse(application())).toEqual(application());
});
test('R-WX-06: nobody is turned away for membership, employment status or having no employer', () => {
  for (const status of ['employed', 'laidOff', 'unemployed', 'unpaidFurlough', 'flexible', 'retired']) {
    expect(mistakesIn(put('applicant.unionMember', false), put('applicant.employmentStatus', status), put('employer', null))).toEqual([]);
  }
});
test.each<[string, unknown, string]>([
  ['applicant.name', '6222020000000000000', 'a card number as a name'],
  ['applicant.name', '', 'an empty name'],
  ['applicant.phone', 'call me', 'words as a telephone number'],
  ['applicant.unionMember', 'yes', 'a word for a yes or no'],
  ['applicant.employmentStatus', 'migrant', 'an unknown status'],
  ['bankAccount.cardNumber', '岑言言', 'a name as a card number'],
  ['household.members.0.annualIncomeFen', -1, 'negative money'],
  ['household.members.0.annualIncomeFen', 0.5, 'half a fen'],
  ['household.members.0.annualIncomeFen', '100', 'money as text'],
  ['household.members.0.annualIncomeFen', 1e15, 'money beyond exact sums'],
  ['household.members.1.birthOn', '2023-02-29', 'a date that does not exist'],
  ['household.members.1.birthOn', '29.02.2024', 'a date in another form'],
  ['household.members.1.birthOn', '0001-01-01', 'a date of another age'],
  ['household.members.1.memberNo', 0, 'no member number'],
  ['household.rigidExpenses.medicalFen', undefined, 'a missing amount'],
  ['materials.1.validUntil', '2023-13-01', 'a thirteenth month'],
  ['materials.0.kind', 'passport', 'an unknown paper'],
  ['residence.regionCode', '32021', 'a short region code'],
  ['employer.affiliation', 'cityUnion', 'an unknown affiliation'],
  ['channel', 'rumour', 'an unknown channel'],
  ['claimedExpenses.0', 'holidays', 'an unknown expense'],
  ['simulation.startsAt', '2023-11-13', 'a date for an instant'],
  ['simulation.startsAt', '9999-12-31T00:00:00Z', 'an instant beyond every calendar'],
])('%s: %j is refused by its path (%s)', (path, value) => {
  expect(mistakesIn(put(path, value))).toEqual([path]);
});
test('all mistakes are named at once, each by its path', () => {
  const wrong = mistakesIn(
    put('channel', 'rumour'),
    put('applicant.phone', 'x'),
    put('household.members.2.annualIncomeFen', -1),
    put('household.rigidExpenses.otherFen', 1.5),
    put('bankAccount', undefined),
  );
  expect(wrong.sort()).toEqual(['applicant.phone', 'bankAccount', 'channel', 'household.members.2.annualIncomeFen', 'household.rigidExpenses.otherFen']);
});

describe('the household as a whole', () => {
  test.each([
    ['nobody', put('household.members.0.relation', 'sibling')],
    ['two', put('household.members.1.relation', 'self')],
  ])('with %s as the applicant is refused', (_, change) => {
    expect(mistakesIn(change)).toContain('household.members');
  });
  test('has each member number once, and each ID number once, whatever its case', () => {
    expect(mistakesIn(put('household.members.2.memberNo', 1))).toEqual(['household.members']);
    expect(mistakesIn(put('household.members.1.idNumber', '99010020120321200X'), put('household.members.2.idNumber', '99010020120321200x'))).toEqual(['household.members']);
  });
  test('has the ID number of the applicant where it gives one, and may leave it out', () => {
    expect(mistakesIn(put('household.members.0.idNumber', '990100198009021994'))).toEqual(['applicant.idNumber']);
    expect(mistakesIn(put('household.members.0.idNumber', undefined))).toEqual([]);
  });
  test('has thirty members at most and one at least', () => {
    const members = (count: number) => Array.from({ length: count }, (_, index) => ({ memberNo: index + 1, relation: index === 0 ? 'self' : 'other', annualIncomeFen: 0 }));
    expect(mistakesIn(put('household.members', members(30)))).toEqual([]);
    expect(mistakesIn(put('household.members', members(31)))).toEqual(['household.members']);
    expect(mistakesIn(put('household.members', []))).toContain('household.members');
  });
});

test.each([
  ['a wrong text', 'applicant.phone', 'x'],
  ['a wrong type', 'applicant.unionMember', 'yes'],
  ['a missing field', 'bankAccount', undefined],
])('a mistake between members is named together with %s elsewhere', (_, path, value) => {
  expect(mistakesIn(put(path, value), put('household.members.1.relation', 'self')).sort()).toEqual([path, 'household.members'].sort());
});
test('a mistake between members is named together with a wrong type in the household', () => {
  expect(mistakesIn(put('household.members.2.annualIncomeFen', '100'), put('household.members.1.relation', 'self'))).toEqual(expect.arrayContaining(['household.members']));
});
test('an ID number that is not the applicant’s is named together with a wrong type elsewhere', () => {
  const mistakes = mistakesIn(put('bankAccount', undefined), put('household.members.0.idNumber', '990100198009021994'));
  expect(mistakes).toEqual(expect.arrayContaining(['bankAccount', 'applicant.idNumber']));
});
test('blanks around what people type are taken off', () => {
  const input = { ...application(), residence: { regionCode: '320213', address: '  示例路217号 ' } };
  expect(Application.parse(input).residence.address).toBe('示例路217号');
});
test.each(['岑言言', '买买提·艾力', "O'Neill", 'Anna Maria', '李 一'])('%s is a name', (name) => {
  expect(mistakesIn(put('bankAccount.holderName', name))).toEqual([]);
});
