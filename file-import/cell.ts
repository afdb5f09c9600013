/** A number as the file spells it: as a JavaScript number it could lose digits that the file still has. */
export class SheetNumber {
  constructor(readonly text: string) {}
}

/** What a cell of a spreadsheet can hold. A `Date` means its UTC calendar day. */
export type CellValue = string | boolean | Date | SheetNumber | null;

/** Excel keeps fifteen significant digits of a number; whatever came behind them is zero now. */
export const EXACT_DIGITS_MAX = 15;

const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]|\p{Cc}/gu;
const BLANKS = /[\s\u3000]+/gu;

/** Text as somebody sees it: without what has no shape, and with one plain blank for any number of blanks. */
export function cleanText(text: string): string {
  return text
    .replaceAll(/[\r\n\t]/g, ' ')
    .replaceAll(INVISIBLE, '')
    .replaceAll(BLANKS, ' ')
    .trim()
    .toWellFormed();
}

/** Full-width digits, letters and signs as plain ones: for numbers, dates and words of a list, not for names and addresses. */
export function halfWidth(text: string): string {
  return text.replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}

/** Whether nothing can be seen in a cell. */
export function isBlank(value: CellValue | undefined): boolean {
  return value === null || value === undefined || (typeof value === 'string' && cleanText(value) === '');
}

/** A whole number's digits in full, also where the file writes it as 3.2E+17; undefined for what is no whole number. */
export function wholeDigits({ text }: SheetNumber): string | undefined {
  const number = Number(text);
  if (/^\d+$/.test(text)) return text;
  return Number.isInteger(number) && number >= 0 && number < 1e30 ? BigInt(number).toString() : undefined;
}

/** The cell as a person would type it again: what the result file shows. */
export function shownText(value: CellValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (value instanceof SheetNumber) return (wholeDigits(value) ?? '').length > EXACT_DIGITS_MAX ? value.text : String(Number(value.text));
  return cleanText(value);
}
