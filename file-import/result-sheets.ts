import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { HOUSEHOLD_SHEET, MEMBER_SHEET, RESULT_HEADERS, RESULT_WORDS } from './columns';

/** A line of the result file. The cells are those that were uploaded, as far as they are still kept. */
export interface ResultRow {
  sheet: 'household' | 'member';
  rowNumber: number;
  fileNumber: string | null;
  /** Null while the row is waiting. */
  result: keyof typeof RESULT_WORDS | null;
  reasons: string[];
  caseNumber: string | null;
  cells: string[] | null;
  /** Lines of the members' sheet that go with a household. */
  members: { rowNumber: number; cells: string[] }[];
}

export interface ResultHeaders {
  householdHeaders: string[];
  memberHeaders: string[];
}

/**
 * The result as a workbook in the form of the uploaded one, with result, reason, case number and the line in the uploaded
 * file before its columns. Every cell is a text and none a formula, whatever it begins with; a corrected file can be
 * uploaded as it is.
 */
export async function resultWorkbook({ householdHeaders, memberHeaders }: ResultHeaders, rows: readonly ResultRow[]): Promise<Buffer> {
  const households: SheetData = [header(householdHeaders)];
  const members: SheetData = [header(memberHeaders)];
  const numberAt = householdHeaders.findIndex((name) => name.includes('编号') || name.includes('档案号'));
  for (const row of rows) {
    if (row.sheet === 'household') households.push([...outcome(row), ...(row.cells ?? onlyNumber(row.fileNumber, numberAt)).map(text)]);
    else members.push([...outcome(row), ...(row.cells ?? []).map(text)]);
    for (const member of row.members) members.push([null, null, null, text(String(member.rowNumber)), ...member.cells.map(text)]);
  }
  const sheet = (name: string, data: SheetData) => ({ sheet: name, data, stickyRowsCount: 1, columns: [{ width: 12 }, { width: 60 }, { width: 24 }, { width: 8 }] });
  const sheets = [sheet(HOUSEHOLD_SHEET, households), ...(memberHeaders.length > 0 || members.length > 1 ? [sheet(MEMBER_SHEET, members)] : [])];
  return writeExcelFile(sheets).toBuffer();
}

function outcome({ result, reasons, caseNumber, rowNumber }: ResultRow) {
  return [text(result === null ? '等待中' : RESULT_WORDS[result]), text(reasons.join('；')), text(caseNumber ?? ''), text(String(rowNumber))];
}

function onlyNumber(fileNumber: string | null, at: number): string[] {
  return fileNumber === null || at < 0 ? [] : [...Array<string>(at).fill(''), fileNumber];
}

function header(names: readonly string[]) {
  return [...RESULT_HEADERS, ...names].map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
}

/** `type` makes it a text for certain, and `@` keeps it one when somebody edits the cell. */
function text(value: string) {
  return value === '' ? null : { value, type: String, format: '@' };
}
