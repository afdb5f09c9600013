import { isPlainDate } from '../domain/calendar-date';
import { isIdNumber, normaliseIdNumber } from '../domain/identity-number';
import { EXACT_DIGITS_MAX, halfWidth, isBlank, shownText, SheetNumber, wholeDigits, type CellValue } from './cell';
import type { Choices, ColumnKind } from './columns';
import type { Places } from './places';

/** A value for the body, nothing (an empty cell), or a sentence that says why the cell cannot be read. Sentences repeat no content of a cell. */
export type CellRead = { value: string | number | boolean } | { unreadable: string } | undefined;

/** Reads one cell as its column wants it. It only reads: whether the value is allowed is for the API to say. */
export function readCell(value: CellValue | undefined, kind: ColumnKind, places: Places): CellRead {
  if (value === undefined || isBlank(value)) return kind.is === 'amount' && kind.blankFen !== undefined ? { value: kind.blankFen } : undefined;
  switch (kind.is) {
    case 'text':
      return { value: shownText(value) };
    case 'name':
      return { value: nameIn(shownText(value)) };
    case 'idNumber':
      return readIdNumber(value);
    case 'digits':
      return readDigits(value);
    case 'amount':
      return readAmount(value);
    case 'date':
      return readDate(value);
    case 'yesNo':
      return readYesNo(value);
    case 'choice':
      return readChoice(value, kind.choices);
    case 'organisation':
      return places.organisation(plain(value));
    case 'region':
      return places.region(plain(value));
  }
}

function plain(value: CellValue): string {
  return halfWidth(shownText(value));
}

/** 张 三: a name of two characters is often spread with a blank to the width of three. */
function nameIn(text: string): string {
  return /^[\p{Script=Han}· ]+$/u.test(text) ? text.replaceAll(' ', '') : text;
}

const DAMAGED_ID = '身份证号码曾以数字格式保存，Excel 只保留前 15 位，后 3 位已丢失。请把该列改为“文本”格式，再照原件重新填写';
const DAMAGED_DIGITS = '号码以数字格式保存，超过 15 位的部分已被 Excel 改为 0。请把该列改为“文本”格式，再照原件重新填写';

function readIdNumber(value: CellValue): CellRead {
  const digits = digitsOf(value);
  if (digits.isDamaged) return { unreadable: DAMAGED_ID };
  const text = normaliseIdNumber(digits.text.replaceAll(/[ '‘’`]/g, ''));
  // A damaged number that was turned into text afterwards: its last three digits are zeros, and its check digit does not fit.
  if (/^\d{15}000$/.test(text) && !isIdNumber(text)) return { unreadable: DAMAGED_ID };
  return { value: text };
}

function readDigits(value: CellValue): CellRead {
  const { text, isDamaged } = digitsOf(value);
  if (isDamaged) return { unreadable: DAMAGED_DIGITS };
  return { value: /^[\d -]+$/.test(text) ? text.replaceAll(' ', '') : text };
}

/** Digits of a number or a text, and whether Excel has thrown some of them away. */
function digitsOf(value: CellValue): { text: string; isDamaged: boolean } {
  if (value instanceof SheetNumber) {
    const digits = wholeDigits(value);
    return { text: digits ?? value.text, isDamaged: (digits?.length ?? 0) > EXACT_DIGITS_MAX };
  }
  const text = plain(value).replace(/^['‘’]/, '');
  return { text, isDamaged: /^\d(\.\d+)?E\+1[5-9]$/i.test(text) };
}

const NO_AMOUNT = '不是金额。请填写以元为单位的数字，最多两位小数，如 1234.56';
/** What binary fractions leave behind of two decimals, far below half a fen. */
const FEN_NOISE = 1e-3;

function readAmount(value: CellValue): CellRead {
  if (value instanceof SheetNumber) {
    const hundredfold = Number(value.text) * 100;
    const fen = Math.round(hundredfold);
    return Number.isSafeInteger(fen) && Math.abs(hundredfold - fen) < FEN_NOISE ? { value: fen } : { unreadable: NO_AMOUNT };
  }
  const text = plain(value).replaceAll(' ', '').replace(/^[¥￥]/, '').replace(/元$/, '');
  const [, sign = '', yuan = '', fraction = ''] = /^(-?)(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2})0*)?$/.exec(text) ?? [];
  if (yuan === '') return { unreadable: NO_AMOUNT };
  const fen = Number(yuan.replaceAll(',', '')) * 100 + Number(fraction.padEnd(2, '0'));
  return { value: sign === '-' ? -fen : fen };
}

const NO_DATE = '不是日期。请填写年月日，如 2023-11-13、2023/11/13 或 2023年11月13日';
const EXCEL_DAY_0_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;
/** Serial numbers of 1954 to 2099: a date whose cell has lost its date format. */
const SERIAL = { min: 20_000, max: 73_050 };

function readDate(value: CellValue): CellRead {
  const date = value instanceof Date ? dayOf(value.getTime()) : value instanceof SheetNumber ? dateOfNumber(value) : dateOfText(plain(value));
  return date !== undefined && isPlainDate(date) ? { value: date } : { unreadable: NO_DATE };
}

function dateOfNumber(number: SheetNumber): string | undefined {
  const serial = Number(number.text);
  return serial >= SERIAL.min && serial <= SERIAL.max ? dayOf(EXCEL_DAY_0_MS + Math.floor(serial) * DAY_MS) : dateOfText(number.text);
}

function dateOfText(text: string): string | undefined {
  const day = text.replace(/ ?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/, '').replaceAll(' ', '');
  const [, year, month = '', date = ''] = /^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})[日号]?$/.exec(day) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(day) ?? [];
  return year === undefined ? undefined : `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

const YES = new Set(['是', '有', '对', 'Y', 'YES', '1', 'TRUE', '√', '✓']);
const NO = new Set(['否', '无', '不是', '没有', 'N', 'NO', '0', 'FALSE', '×', '✗']);

function readYesNo(value: CellValue): CellRead {
  const text = plain(value).toUpperCase();
  if (YES.has(text)) return { value: true };
  return NO.has(text) ? { value: false } : { unreadable: '无法识别，请填“是”或“否”' };
}

function readChoice(value: CellValue, choices: Choices): CellRead {
  const text = withoutBlanks(plain(value));
  for (const [code, words] of choices) {
    if (code === text || words.some((word) => withoutBlanks(halfWidth(word)) === text)) return { value: code };
  }
  return { unreadable: `无法识别，可填：${[...choices.values()].map(([word]) => word).join('、')}` };
}

function withoutBlanks(text: string): string {
  return text.replaceAll(' ', '');
}
