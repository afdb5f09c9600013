/** An amount of money in whole fen (分). Never yuan, never a fraction. */
export type Fen = number;

/** Whether `value` is an amount that may be stored: a whole number of fen, safe to add and multiply, not negative. */
export function isAmountFen(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Sum of amounts in fen.
 *
 * @throws RangeError when the sum leaves the range in which integers are exact: a wrong sum must not decide a case
 */
export function sumFen(amounts: readonly Fen[]): Fen {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  if (!Number.isSafeInteger(sum)) throw new RangeError('sum of amounts is not an exact integer of fen');
  return sum;
}

/** Yuan with two decimals, for texts that a person reads; never for computing. */
export function formatYuan(amountFen: Fen): string {
  const sign = amountFen < 0 ? '-' : '';
  const fen = Math.abs(amountFen);
  return `${sign}${String(Math.floor(fen / 100))}.${String(fen % 100).padStart(2, '0')}`;
}
