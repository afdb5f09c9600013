import fc from 'fast-check';
import { birthOnOf, isIdNumber, maskIdNumber, normaliseIdNumber } from '../../../domain/identity-number';

/** The standard's own examples; no other valid number may stand here, it could be a real person's. */
const EXAMPLES = ['11010519491231002X', '440524188001010014'] as const;
const [EXAMPLE] = EXAMPLES;

/** Numbers with a region part that GB/T 2260 never assigns, so that they belong to nobody. */
const nobodysNumber = fc
  .record({
    region: fc.integer({ min: 0, max: 9999 }),
    year: fc.integer({ min: 1900, max: 2099 }),
    serial: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ region, year, serial }) =>
    withCheckCharacter(`00${String(region).padStart(4, '0')}${year}0516${String(serial).padStart(3, '0')}`),
  );

/** The check character by its definition: Σ a(i) · 2^(i−1) ≡ 1 (mod 11), counted from the right. */
function withCheckCharacter(seventeen: string): string {
  return Array.from('0123456789X')
    .map((character) => seventeen + character)
    .find((number) => weightedSum(number) % 11 === 1)!;
}
function weightedSum(number: string): number {
  return Array.from(number).reduce(
    (sum, character, index) => sum + (character === 'X' ? 10 : Number(character)) * (2 ** (17 - index) % 11),
    0,
  );
}

describe('isIdNumber (GB 11643)', () => {
  test.each(EXAMPLES)('%s, an example of the standard, is valid', (number) => {
    expect(isIdNumber(number)).toBe(true);
  });
  test('a lower-case check character is valid once normalised', () => {
    expect(isIdNumber(EXAMPLE.toLowerCase())).toBe(false);
    expect(isIdNumber(normaliseIdNumber(` ${EXAMPLE.toLowerCase()} `))).toBe(true);
  });
  test('every number with a right check character is valid', () => {
    fc.assert(fc.property(nobodysNumber, (number) => isIdNumber(number)));
  });
  test('one wrong digit is always found', () => {
    fc.assert(
      fc.property(nobodysNumber, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
        const digit = (Number(number.charAt(place)) + shift) % 10;
        expect(isIdNumber(number.slice(0, place) + String(digit) + number.slice(place + 1))).toBe(false);
      }),
    );
  });
  test('two neighbouring digits swapped are always found', () => {
    fc.assert(
      fc.property(nobodysNumber, fc.integer({ min: 0, max: 15 }), (number, place) => {
        const [first, second] = [number.charAt(place), number.charAt(place + 1)];
        fc.pre(first !== second);
        expect(isIdNumber(number.slice(0, place) + second + first + number.slice(place + 2))).toBe(false);
      }),
    );
  });
  test.each([
    '000100900516204',
    '',
    '0001001978051620',
    'A00100197805162047',
    withCheckCharacter('00010019780230204'),
    withCheckCharacter('00010017990516204'),
  ])('%p is refused: 15 digits, other lengths, letters, a date that does not exist or is too old', (text) => {
    expect(isIdNumber(text)).toBe(false);
  });
});

test('birthOnOf reads the date of birth, and names no number when there is none', () => {
  expect(birthOnOf(EXAMPLE)).toBe('1949-12-31');
  expect(() => birthOnOf('110105194912310021')).toThrow(/^not a valid ID number$/);
});

describe('maskIdNumber (A-20)', () => {
  test('neither the date of birth nor the serial can be read', () => {
    expect(maskIdNumber(EXAMPLE)).toBe('110**************X');
  });
  test('no text shows more than four characters', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(maskIdNumber(text)).toHaveLength(text.length);
        expect(maskIdNumber(text.replace(/\*/g, '0')).replace(/\*/g, '').length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
