import fc from 'fast-check';
import { isAnother, numbersOfOthers, type Bearer } from '../../../access/number-bearers';

const HER: Bearer = { memberNo: 2, relation: 'spouse', name: '淳于配偶', idNumber: '990213198009020027' };
const HIS = { name: '钟离之子', idNumber: '990213200403210035' };

describe('who is meant by a known number', () => {
  test.each<[string, Partial<Bearer>, boolean]>([
    ['figures alone', {}, false],
    ['the same name and number', { name: HER.name, idNumber: HER.idNumber }, false],
    ['a name that was typed wrong, with the same number', { name: '淳于佩偶', idNumber: HER.idNumber }, false],
    ['a number that was typed wrong, with the same name', { name: HER.name, idNumber: '990213198009020043' }, false],
    ['the same number, in small letters and with blanks', { idNumber: ' 990213198009020027 ' }, false],
    ['the number alone of somebody else', { idNumber: HIS.idNumber }, true],
    ['the name alone of somebody else', { name: HIS.name }, true],
    ['name and number of somebody else', HIS, true],
    ['another relation, with the same name', { relation: 'other', name: HER.name }, false],
    ['another relation, with the same number', { relation: 'other', idNumber: HER.idNumber }, false],
    ['another relation, and figures alone', { relation: 'child' }, true],
    ['the applicant', { relation: 'self' }, true],
    ['the applicant, with her name', { relation: 'self', name: HER.name }, true],
  ])('%s', (_what, given, another) => {
    expect(isAnother(HER, { memberNo: 2, relation: 'spouse', ...given })).toBe(another);
    expect(isAnother({ memberNo: 2, relation: 'spouse', ...given }, HER)).toBe(another);
  });
  test('where nothing was known of her, whoever says the name first names her', () => {
    expect(isAnother({ memberNo: 2, relation: 'spouse' }, HER)).toBe(false);
    expect(isAnother({ memberNo: 2, relation: 'spouse', name: HER.name }, { ...HER, name: undefined })).toBe(false);
  });
});

test('the applicant keeps the number, and nobody else gets it', () => {
  const known: Bearer[] = [{ memberNo: 1, relation: 'self' }, HER];
  expect(numbersOfOthers(known, [{ memberNo: 3, relation: 'self' }])).toEqual([3]);
  expect(numbersOfOthers(known, [{ memberNo: 1, relation: 'spouse' }, { memberNo: 2, relation: 'self' }])).toEqual([1, 2]);
  expect(numbersOfOthers(known, [{ memberNo: 1, relation: 'self' }, { memberNo: 3, relation: 'spouse' }])).toEqual([]);
});

describe('whatever households replace each other', () => {
  const PEOPLE = ['赵甲', '钱乙', '孙丙', '李丁', '周戊'].map((name, index) => ({ name, idNumber: `99021319800902${index}` }));
  /** Who stands at which number, and what of the person is said. */
  const line = fc.record({ memberNo: fc.integer({ min: 2, max: 5 }), person: fc.nat(PEOPLE.length - 1), says: fc.constantFrom('name', 'idNumber', 'both') });
  const told = ({ memberNo, person, says }: { memberNo: number; person: number; says: string }): Bearer => {
    const { name, idNumber } = PEOPLE[person]!;
    return { memberNo, relation: 'other', ...(says === 'idNumber' ? {} : { name }), ...(says === 'name' ? {} : { idNumber }) };
  };
  const households = fc.array(fc.uniqueArray(line, { selector: ({ memberNo }) => memberNo, maxLength: 4 }), { maxLength: 12 });

  test('a number whose bearer is known by both never comes to a second person, absent in between or not', () => {
    fc.assert(
      fc.property(households, (replacements) => {
        const known = new Map<number, { bearer: Bearer; person: number }>();
        for (const lines of replacements) {
          const taken = numbersOfOthers([...known.values()].map(({ bearer }) => bearer), lines.map(told));
          expect(taken).toEqual(lines.filter(({ memberNo, person }) => (known.get(memberNo)?.person ?? person) !== person).map(({ memberNo }) => memberNo));
          if (taken.length > 0) continue;
          for (const one of lines) known.set(one.memberNo, { bearer: told({ ...one, says: 'both' }), person: one.person });
        }
      }),
    );
  });
});
