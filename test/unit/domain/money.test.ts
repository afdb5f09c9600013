import fc from 'fast-check';
import { formatYuan, isAmountFen, sumFen } from '../../../domain/money';
import { anyAmountFen } from './given';

test.each([0, 1, Number.MAX_SAFE_INTEGER])('%p fen is an amount', (value) => {
  expect(isAmountFen(value)).toBe(true);
});
test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])('%p is no amount in fen', (value) => {
  expect(isAmountFen(value)).toBe(false);
});

describe('sums', () => {
  test('of nothing are nothing', () => {
    expect(sumFen([])).toBe(0);
  });
  test('do not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(anyAmountFen), (amounts) => {
        expect(sumFen([...amounts].reverse())).toBe(sumFen(amounts));
      }),
    );
  });
  test('that cannot be exact are a fault and never a wrong number', () => {
    expect(sumFen([Number.MAX_SAFE_INTEGER - 1, 1])).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => sumFen([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
    expect(() => sumFen([0.1, 0.2])).toThrow(RangeError);
  });
});

describe('yuan for reading', () => {
  test.each([
    [0, '0.00'],
    [5, '0.05'],
    [100, '1.00'],
    [442_050, '4420.50'],
    [-1, '-0.01'],
    [-150, '-1.50'],
  ])('%i fen reads %s', (amountFen, text) => {
    expect(formatYuan(amountFen)).toBe(text);
  });
  test('lose no fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), (amountFen) => {
        expect(BigInt(formatYuan(amountFen).replace('.', ''))).toBe(BigInt(amountFen));
      }),
    );
  });
});
