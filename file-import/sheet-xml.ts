import { FileRefused } from './problem';

/** A block of merged cells, rows and columns counted from 0, both ends included. */
export interface Merge {
  fromRow: number;
  toRow: number;
  column: number;
}

/** No list of households is wider, and none is longer than its members' sheet. */
const COLUMNS_MAX = 300;
export const SHEET_ROWS_MAX = 100_100;

const EMPTY_CELL = /<(?:\w+:)?c\b[^<>]*\/>/g;
const EMPTY_ROW = /<((?:\w+:)?row)\b[^<>]*(?:\/>|>\s*<\/\1>)/g;
const ERROR_CELL = /(<(?:\w+:)?c\b[^<>]*\bt=")e(")/g;
const FORMULA_WITHOUT_RESULT = /<((?:\w+:)?c)\b([^<>]*)>\s*<((?:\w+:)?)f\b[^<>]*(?:\/>|>[^<]*<\/\3f>)\s*(?:<(?:\w+:)?v\s*\/>)?\s*<\/\1>/g;
const ADDRESS = /<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"/g;
const MERGED = /<(?:\w+:)?mergeCell\b[^<>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;

/** Stands for a formula that the file gives no result of: nothing reads it, so that the row is told of it. */
export const NO_RESULT = '#公式无结果';

/**
 * A sheet without the rows and cells that are only formatted (a list that was formatted to its end has a million), with
 * error values and formulas without a result as texts: the reader would take them for empty, and empty can mean zero.
 *
 * @throws FileRefused tooManyRows for one that reaches further than any list
 */
export function tidySheet(xml: string): { xml: string; merges: Merge[] } {
  const tidy = xml
    .replaceAll(EMPTY_CELL, '')
    .replaceAll(EMPTY_ROW, '')
    .replaceAll(ERROR_CELL, '$1str$2')
    .replaceAll(FORMULA_WITHOUT_RESULT, (_cell, tag: string, attributes: string, prefix: string) => `<${tag}${attributes.replace(/\st="\w*"/, '')} t="str"><${prefix}v>${NO_RESULT}</${prefix}v></${tag}>`);
  for (const [, column = '', row = ''] of tidy.matchAll(ADDRESS)) {
    if (Number(row) > SHEET_ROWS_MAX || columnIndex(column) >= COLUMNS_MAX) throw new FileRefused('tooManyRows');
  }
  const merges = [...xml.matchAll(MERGED)].map(([, column = '', from = '', , to = '']) => ({
    fromRow: Number(from) - 1,
    toRow: Math.min(Number(to), SHEET_ROWS_MAX) - 1,
    column: columnIndex(column),
  }));
  return { xml: tidy, merges: merges.filter(({ fromRow, toRow }) => toRow > fromRow) };
}

function columnIndex(letters: string): number {
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}
