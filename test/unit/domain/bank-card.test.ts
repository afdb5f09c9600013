import fc from 'fast-check';
import { cardNumberWarnings, isSameAccount, maskCardNumber } from '../../../domain/bank-card';

describe('cardNumberWarnings (A-29)', () => {
  test('a number of the schemes’ documentation has none, with and without blanks', () => {
    expect(cardNumberWarnings('6200000000000005')).toEqual([]);
    expect(cardNumberWarnings('6200 0000 0000 0005')).toEqual([]);
  });
  test.each([
    ['620000000005', ['length']],
    ['62000000000000000000', ['length', 'luhn']],
    ['6200000000000006', ['luhn']],
    ['passbook 12', ['length', 'luhn']],
    ['', ['length', 'luhn']],
  ])('%p: %p', (card, warnings) => {
    expect(cardNumberWarnings(card)).toEqual(warnings);
  });
  test('one wrong digit is always found', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 9 }), (place, shift) => {
        const card = '6200000000000005';
        const digit = (Number(card.charAt(place)) + shift) % 10;
        expect(cardNumberWarnings(card.slice(0, place) + String(digit) + card.slice(place + 1))).toEqual(['luhn']);
      }),
    );
  });
});

test('maskCardNumber shows the last four digits only, and nothing of a number too short for that', () => {
  expect(maskCardNumber('6200 0000 0000 0005')).toBe('************0005');
  expect(maskCardNumber('12345678')).toBe('********');
});

describe('one account or another', () => {
  const account = { holderName: '岑言言', bankName: '示例银行', cardNumber: '6200000000000005' };
  test('blanks between the digits make no other account', () => {
    expect(isSameAccount(account, { ...account, cardNumber: '6200 0000 0000 0005' })).toBe(true);
  });
  test.each([{ holderName: '岑禾禾' }, { bankName: '另一银行' }, { cardNumber: '6200000000000006' }, { cardNumber: '06200000000000005' }])('another with %j', (change) => {
    expect(isSameAccount(account, { ...account, ...change })).toBe(false);
    expect(isSameAccount({ ...account, ...change }, account)).toBe(false);
  });
});
