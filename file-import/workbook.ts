import readXlsxFile, { InvalidInputError, InvalidSpreadsheetError } from 'read-excel-file/node';
import { SheetNumber, type CellValue } from './cell';
import { FileRefused } from './problem';
import { tidySheet, type Merge } from './sheet-xml';
import { listZip, unzip, zipStored } from './zip-archive';

export interface Sheet {
  name: string;
  /** All rows from the first of the sheet on; the values of merged cells stand in each of their rows. */
  rows: CellValue[][];
}

/** Everything that is unpacked, together: some 20,000 households with their members come to half of it. */
const UNPACKED_BYTES_MAX = 96 * 1024 * 1024;
const WORKBOOK = 'xl/workbook.xml';
const NEEDED = /^(_rels\/\.rels|xl\/.*\.xml(\.rels)?)$/i;
const NOT_NEEDED = /^xl\/(drawings|charts|chartsheets|theme|media|pivot\w*|externalLinks|comments\w*|threadedComments|persons|customXml|ctrlProps|activeX|slicer\w*|tables|queryTables)\/|^xl\/(calcChain|connections|comments\w*)\.xml$/i;
const SHEET = /^xl\/worksheets\/[^/]+\.xml$/i;
const OLE2 = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP = Buffer.from('504b0304', 'hex');

/**
 * Whether the bytes are a workbook, whatever the file is called: a ZIP archive with a workbook in it.
 *
 * @throws FileRefused oldXls, notXlsx
 */
export function mustBeWorkbook(file: Buffer): void {
  if (file.subarray(0, OLE2.length).equals(OLE2)) throw new FileRefused('oldXls');
  if (!file.subarray(0, ZIP.length).equals(ZIP)) throw new FileRefused('notXlsx');
  if (!listZip(file).some(({ name }) => name === WORKBOOK)) throw new FileRefused('notXlsx');
}

/**
 * Reads the sheets of a workbook that somebody sent.
 *
 * What the archive says of itself is not believed: parts are unpacked here within a budget, looked at, and only then handed to
 * the reader in an archive of our own.
 * @throws FileRefused
 */
export async function readWorkbook(file: Buffer): Promise<Sheet[]> {
  mustBeWorkbook(file);
  const { parts, mergesOf } = tidyParts(file);
  const paths = sheetPaths(parts);
  try {
    const sheets = await readXlsxFile<SheetNumber>(zipStored(parts), { parseNumber: (text) => new SheetNumber(text) });
    return sheets.map(({ sheet, data }, index) => {
      const merges = mergesOf.get(paths[index] ?? '') ?? [];
      return { name: sheet, rows: withMergesFilled((data as unknown as CellValue[][] | undefined) ?? [], merges) };
    });
  } catch (error) {
    if (error instanceof InvalidInputError) throw new FileRefused('notXlsx');
    if (error instanceof InvalidSpreadsheetError) throw new FileRefused('cellUnreadable', placeIn(error.message));
    throw error;
  }
}

function tidyParts(file: Buffer): { parts: Map<string, Buffer>; mergesOf: Map<string, Merge[]> } {
  const parts = new Map<string, Buffer>();
  const mergesOf = new Map<string, Merge[]>();
  let left = UNPACKED_BYTES_MAX;
  for (const entry of listZip(file)) {
    if (!NEEDED.test(entry.name) || NOT_NEEDED.test(entry.name) || parts.has(entry.name)) continue;
    const content = unzip(file, entry, left);
    left -= content.length;
    if (!SHEET.test(entry.name)) parts.set(entry.name, content);
    else {
      const { xml, merges } = tidySheet(content.toString('utf8'));
      parts.set(entry.name, Buffer.from(xml, 'utf8'));
      mergesOf.set(entry.name, merges);
    }
  }
  return { parts, mergesOf };
}

/** Paths of the sheets' parts in the order of the workbook, which is the order in which the reader gives them. */
function sheetPaths(parts: ReadonlyMap<string, Buffer>): string[] {
  const relations = new Map(
    tags(parts.get('xl/_rels/workbook.xml.rels'), 'Relationship').map((tag) => [attribute(tag, 'Id'), attribute(tag, 'Target')]),
  );
  return tags(parts.get(WORKBOOK), 'sheet')
    .filter((tag) => attribute(tag, 'name') !== '')
    .map((tag) => relations.get(attribute(tag, '(?:\\w+:)?id')) ?? '')
    .map((target) => (target.startsWith('/') ? target.slice(1) : `xl/${target}`));
}

function tags(part: Buffer | undefined, name: string): string[] {
  return part?.toString('utf8').match(new RegExp(`<(?:\\w+:)?${name}\\b[^<>]*>`, 'g')) ?? [];
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}

/** Downwards only, in the first column of the block: a cell merged across columns says nothing about the other columns. */
function withMergesFilled(rows: CellValue[][], merges: readonly Merge[]): CellValue[][] {
  for (const { fromRow, toRow, column } of merges) {
    const value = rows[fromRow]?.[column];
    if (value === undefined || value === null) continue;
    for (let row = fromRow + 1; row <= Math.min(toRow, rows.length - 1); row += 1) {
      const cells = rows[row];
      if (cells && column < cells.length) cells[column] ??= value;
    }
  }
  return rows;
}

/** The reader names the place of a cell that it cannot read by numbers. */
function placeIn(message: string): string[] {
  const [, row, column] = /row (\d+),? col(?:umn)? (\d+)/.exec(message) ?? [];
  return row === undefined || column === undefined ? [] : [`第 ${row} 行第 ${column} 列`];
}
