/** An account that money goes to, as it stands on file. */
export interface BankAccount {
  holderName: string;
  bankName: string;
  cardNumber: string;
}

/** Whether two accounts are one: holder, bank, and the digits of the card; blanks between them are ignored. */
export function isSameAccount(a: BankAccount, b: BankAccount): boolean {
  const digits = ({ cardNumber }: BankAccount) => cardNumber.replace(/\s/g, '');
  return a.holderName === b.holderName && a.bankName === b.bankName && digits(a) === digits(b);
}

/** `length`: not 13 to 19 digits. `luhn`: the check digit is wrong. */
export type CardNumberWarning = 'length' | 'luhn';

/**
 * What looks wrong with a card number; blanks between the digits are ignored. Warnings only, never a reason to refuse: passbook
 * numbers have no check digit, and the gate is that the account belongs to the applicant.
 *
 * @see A-29, R-BZ-07
 */
export function cardNumberWarnings(card: string): CardNumberWarning[] {
  const digits = card.replace(/\s/g, '');
  const warnings: CardNumberWarning[] = [];
  if (!/^\d{13,19}$/.test(digits)) warnings.push('length');
  if (!passesLuhn(digits)) warnings.push('luhn');
  return warnings;
}

/** The card number with all but its last four digits hidden; blanks are dropped. */
export function maskCardNumber(card: string): string {
  const digits = card.replace(/\s/g, '');
  const visible = digits.length > 8 ? 4 : 0;
  return '*'.repeat(digits.length - visible) + digits.slice(digits.length - visible);
}

function passesLuhn(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - place));
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += place % 2 === 0 ? digit : doubled;
  }
  return sum % 10 === 0;
}
