import { cleanText, halfWidth, isBlank, shownText, type CellValue } from './cell';
import { HOUSEHOLD_COLUMNS, MEMBER_COLUMNS, RESULT_HEADERS, RESULT_WORDS, type Column } from './columns';
import { FileRefused } from './problem';
import type { Sheet } from './workbook';

/** A line of a sheet. `number`: as Excel shows it at the left. */
export interface TableRow {
  number: number;
  cells: readonly CellValue[];
}

/** A sheet whose columns are known. */
export interface Table {
  name: string;
  /** Headers as they were written, in the order of the sheet, without those of a result. */
  headers: string[];
  /** Index of each known column. */
  at: ReadonlyMap<Column, number>;
  /** Headers that mean nothing to the import. */
  ignored: string[];
  rows: TableRow[];
  /** The cells of a row under `headers`, as text. */
  shown: (row: TableRow) => string[];
}

/** Titles and notes may stand above the headers. */
const HEADER_WITHIN_ROWS = 20;
/** A sheet is taken for a list when this much of its first line is known. */
const HEADERS_KNOWN_MIN = 3;
/** Lines below a list that are no household. */
const CLOSING_LINE = /^(合计|总计|小计|填表|制表|审核|备注|说明|注[:：])/;

/**
 * The sheet of the households and, where there is one, that of their members; found by their columns, whatever the sheets
 * are called.
 *
 * @throws FileRefused noHouseholdSheet, severalSheets, columnsMissing, columnsTwice
 */
export function findTables(sheets: readonly Sheet[]): { households: Table; members: Table | undefined } {
  const members = candidates(sheets, MEMBER_COLUMNS, ['与申请人关系', '年收入（元）']);
  const households = candidates(sheets, HOUSEHOLD_COLUMNS, ['困难类别', '建档日期']).filter(({ sheet }) => !members.some((other) => other.sheet === sheet));
  const [found, ...others] = households;
  if (!found) throw new FileRefused('noHouseholdSheet');
  if (others.length > 0) throw new FileRefused('severalSheets', households.map(({ sheet }) => sheet.name));
  if (members.length > 1) throw new FileRefused('severalSheets', members.map(({ sheet }) => sheet.name));
  return { households: tableOf(found, HOUSEHOLD_COLUMNS), members: members[0] && tableOf(members[0], MEMBER_COLUMNS) };
}

interface Candidate {
  sheet: Sheet;
  headerAt: number;
}

/** Sheets with a header line of these columns; one of the telling headers is enough, so that a missing one is named and not guessed at. */
function candidates(sheets: readonly Sheet[], columns: readonly Column[], telling: readonly string[]): Candidate[] {
  return sheets.flatMap((sheet) => {
    const headerAt = sheet.rows.slice(0, HEADER_WITHIN_ROWS).findIndex((cells) => {
      const found = columns.filter((column) => cells.some((cell) => isHeaderOf(cell, column)));
      return found.length >= HEADERS_KNOWN_MIN && found.some(({ header }) => telling.includes(header));
    });
    return headerAt < 0 ? [] : [{ sheet, headerAt }];
  });
}

function tableOf({ sheet, headerAt }: Candidate, columns: readonly Column[]): Table {
  const header = sheet.rows[headerAt] ?? [];
  const indexes = columns.map((column) => ({ column, found: header.flatMap((cell, index) => (isHeaderOf(cell, column) ? [index] : [])) }));
  const missing = indexes.filter(({ column, found }) => column.required && found.length === 0);
  if (missing.length > 0) throw new FileRefused('columnsMissing', [`《${sheet.name}》`, ...missing.map(({ column }) => column.header)]);
  const twice = indexes.filter(({ found }) => found.length > 1);
  if (twice.length > 0) throw new FileRefused('columnsTwice', [`《${sheet.name}》`, ...twice.map(({ column }) => column.header)]);

  const at = new Map(indexes.flatMap(({ column, found: [index] }) => (index === undefined ? [] : [[column, index] as const])));
  const kept = header.flatMap((cell, index) => (isBlank(cell) || isResultHeader(cell) ? [] : [index]));
  const known = new Set(at.values());
  const ownCells = (cells: readonly CellValue[]) => kept.map((index) => cells[index]);
  const outcomeAt = header.findIndex((cell) => shownText(cell) === RESULT_HEADERS[0]);
  const isOpen = (cells: readonly CellValue[]) => isLine(ownCells(cells), at.size) && !isDone(ownCells(cells), cells[outcomeAt]);
  const rows = sheet.rows.flatMap((cells, index) => (index > headerAt && isOpen(cells) ? [{ number: index + 1, cells }] : []));
  return {
    name: sheet.name,
    headers: kept.map((index) => shownText(header[index])),
    at,
    ignored: kept.filter((index) => !known.has(index)).map((index) => shownText(header[index])),
    rows,
    shown: (row) => ownCells(row.cells).map(shownText),
  };
}

/** Whether somebody has written a line there: no empty one, and none of those that close a list. */
function isLine(cells: (CellValue | undefined)[], width: number): boolean {
  const filled = cells.filter((cell) => !isBlank(cell));
  if (filled.length === 0) return false;
  return !(filled.length < width / 2 && filled.some((cell) => CLOSING_LINE.test(shownText(cell))));
}

/** A line of a result file of which nothing but the number is left, because it was imported. */
function isDone(cells: (CellValue | undefined)[], outcome: CellValue | undefined): boolean {
  const words: readonly string[] = [RESULT_WORDS.imported, RESULT_WORDS.alreadyImported];
  return cells.filter((cell) => !isBlank(cell)).length <= 1 && words.includes(shownText(outcome));
}

function isHeaderOf(cell: CellValue | undefined, { header, also = [] }: Column): boolean {
  if (typeof cell !== 'string') return false;
  const text = spelled(cell);
  return [header, ...also].some((name) => spelled(name) === text);
}

function isResultHeader(cell: CellValue | undefined): boolean {
  return typeof cell === 'string' && RESULT_HEADERS.some((header) => header === spelled(cell));
}

/** A header without blanks, stars and what is explained in brackets. */
function spelled(header: string): string {
  return halfWidth(cleanText(header)).replaceAll(/\([^()]*\)|[\s*:]/g, '');
}
