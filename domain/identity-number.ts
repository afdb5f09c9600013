import { isPlainDate } from './calendar-date';
import type { PlainDate } from './calendar-date';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** An ID number as it is stored: without surrounding blanks, check character in upper case. */
export function normaliseIdNumber(text: string): string {
  return text.trim().toUpperCase();
}

/**
 * Whether `text` is an 18-character ID number by GB 11643: an existing date of birth and a right check character.
 *
 * The region part is only digits, not looked up: it is the code of the registration at the time and may be abolished since.
 * 15-digit numbers are refused (the unions' forms ask for 18). Expects the normalised form.
 */
export function isIdNumber(text: string): boolean {
  return /^\d{17}[\dX]$/.test(text) && isPlainDate(birthPart(text)) && checkCharacter(text) === text.charAt(17);
}

/**
 * Date of birth inside an ID number.
 *
 * @throws RangeError for what is not a valid ID number; the number itself is not in the message, so that no log gets it
 */
export function birthOnOf(idNumber: string): PlainDate {
  if (!isIdNumber(idNumber)) throw new RangeError('not a valid ID number');
  return birthPart(idNumber);
}

/**
 * The ID number with everything hidden but three digits of the region and the check character: neither the date of birth nor
 * the serial (whose last digit tells the sex) can be read. What is too short to keep a secret is hidden whole.
 */
export function maskIdNumber(idNumber: string): string {
  if (idNumber.length < 15) return '*'.repeat(idNumber.length);
  return idNumber.slice(0, 3) + '*'.repeat(idNumber.length - 4) + idNumber.slice(-1);
}

function birthPart(idNumber: string): PlainDate {
  return `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`;
}

/** ISO 7064 MOD 11-2 over the first 17 digits. */
function checkCharacter(idNumber: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(idNumber.charAt(index)), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}
