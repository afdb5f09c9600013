import { randomInt } from 'node:crypto';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const DAY_MS = 86_400_000;

/** An ID number that nobody bears (no region begins with 00) and no other test uses, with the date of birth inside it. */
export interface FreshPerson {
  idNumber: string;
  birthOn: string;
}

/**
 * A new person of working age. One household may have one open case only, so every test brings its own people; with
 * ten thousand regions, thousand serials and some seven thousand days two of them do not meet.
 */
export function freshPerson(): FreshPerson {
  const birthOn = new Date(Date.UTC(1968, 0, 1) + randomInt(7000) * DAY_MS).toISOString().slice(0, 10);
  return { idNumber: freshIdNumber(birthOn), birthOn };
}

export function freshIdNumber(birthOn: string): string {
  const region = `00${String(randomInt(10_000)).padStart(4, '0')}`;
  const serial = String(randomInt(1000)).padStart(3, '0');
  return withCheckDigit(`${region}${birthOn.replaceAll('-', '')}${serial}`);
}

/** GB 11643: the eighteenth character follows from the seventeen before it. */
function withCheckDigit(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits.charAt(index)), 0);
  return `${digits}${'10X98765432'.charAt(sum % 11)}`;
}
