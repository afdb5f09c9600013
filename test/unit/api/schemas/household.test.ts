import fc from 'fast-check';
import { factsOf, Household } from '../../../../api/schemas/household';
import { ACCIDENT_CAUSES, RELATIONS } from '../../../../domain/household';
import { application, PERSONAL } from '../given';

const CANARY = 'CANARY-岑';

/** A household as the schema lets it in, with the canary in every field that holds text. */
const anyHousehold = fc
  .record({
    members: fc.array(
      fc.record(
        {
          name: fc.constant('岑金丝雀'),
          idNumber: fc.constant(CANARY),
          relation: fc.constantFrom(...RELATIONS),
          birthOn: fc.constant('1980-09-02'),
          annualIncomeFen: fc.nat(),
          health: fc.constant(CANARY),
          student: fc.boolean(),
          ableBodied: fc.boolean(),
        },
        { requiredKeys: ['relation', 'annualIncomeFen'] },
      ),
      { minLength: 1, maxLength: 5 },
    ),
    accident: fc.option(fc.constantFrom(...ACCIDENT_CAUSES), { nil: undefined }),
  })
  .map(({ members, accident }) => {
    const noCost = { grossExpenseFen: 1, compensationFen: 0, insuranceFen: 0, mutualAidFen: 0, socialAssistanceFen: 0, socialAidFen: 0 };
    return {
      members: members.map((member, index) => ({ ...member, memberNo: index + 1 })),
      rigidExpenses: application().household.rigidExpenses,
      ...(accident ? { accident: { cause: accident, eventOn: '2023-02-01', ...noCost } } : {}),
    };
  });

describe('the coded facts of a household', () => {
  test('hold no name, no ID number and no word about anybody’s health, whatever was declared', () => {
    fc.assert(
      fc.property(anyHousehold, (household) => {
        expect(JSON.stringify(factsOf(Household.parse(household)))).not.toMatch(/CANARY|金丝雀/);
      }),
    );
  });
  test('hold no field that nobody asked for, wherever it was put', () => {
    const household = { ...application().household, note: CANARY, undeclaredIncomeFen: 1 };
    const stuffed = {
      ...household,
      members: household.members.map((member) => ({ ...member, nickname: CANARY })),
      rigidExpenses: { ...household.rigidExpenses, remark: CANARY },
    };
    const facts = factsOf(Household.parse(stuffed));
    expect(JSON.stringify(facts)).not.toContain('CANARY');
    expect(facts).not.toHaveProperty('undeclaredIncomeFen');
  });
  test('keep everything that decides: relations, dates of birth, money, the accident', () => {
    fc.assert(
      fc.property(anyHousehold, (household) => {
        const facts = factsOf(Household.parse(household));
        expect(facts.members.map(({ memberNo, relation, annualIncomeFen }) => [memberNo, relation, annualIncomeFen])).toEqual(
          household.members.map(({ memberNo, relation, annualIncomeFen }) => [memberNo, relation, annualIncomeFen]),
        );
        expect(facts.members.map(({ birthOn }) => birthOn)).toEqual(household.members.map(({ birthOn }) => birthOn));
        expect(facts.rigidExpenses).toEqual(household.rigidExpenses);
        expect(facts.accident).toEqual(household.accident);
      }),
    );
  });
  test('survive JSON unchanged: what is not known has no field', () => {
    fc.assert(
      fc.property(anyHousehold, (household) => {
        const facts = factsOf(Household.parse(household));
        expect(JSON.parse(JSON.stringify(facts))).toStrictEqual(facts);
      }),
    );
  });
  test('of an ordinary application hold nothing personal', () => {
    const text = JSON.stringify(factsOf(application().household));
    expect(PERSONAL.filter((personal) => text.includes(personal))).toEqual([]);
  });
});
describe('a date of birth', () => {
  const facts = (member: object, known?: Map<number, string>) =>
    factsOf(Household.parse({ members: [{ memberNo: 1, relation: 'self', annualIncomeFen: 0, ...member }], rigidExpenses: application().household.rigidExpenses }), known).members[0];

  test('is that of the ID number where there is one, whatever was typed beside it', () => {
    expect(facts({ idNumber: '990100197805161984', birthOn: '2010-01-01' })).toMatchObject({ birthOn: '1978-05-16' });
    expect(facts({ birthOn: '2010-01-01' }, new Map([[1, '990100197805161984']]))).toMatchObject({ birthOn: '1978-05-16' });
  });
  test('is the declared one where no ID number is known, or where it is none', () => {
    expect(facts({ birthOn: '2010-01-01' }, new Map([[2, '990100197805161984']]))).toMatchObject({ birthOn: '2010-01-01' });
    expect(facts({ idNumber: '123', birthOn: '2010-01-01' })).toMatchObject({ birthOn: '2010-01-01' });
    expect(facts({})).not.toHaveProperty('birthOn');
  });
  test('follows the number that came with the household before the one on record', () => {
    expect(facts({ idNumber: '990100198009021993' }, new Map([[1, '990100197805161984']]))).toMatchObject({ birthOn: '1980-09-02' });
  });
});
test('a household by itself, as a visit brings it, needs no applicant and no names', () => {
  const members = [{ memberNo: 4, relation: 'child' as const, annualIncomeFen: 0 }];
  expect(Household.safeParse({ members, rigidExpenses: application().household.rigidExpenses }).success).toBe(true);
});
