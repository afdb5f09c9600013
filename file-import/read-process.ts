import { buffer } from 'node:stream/consumers';
import type { Organisation } from '../domain/routing';
import { importRows, type ImportRow } from './household-rows';
import { Places } from './places';
import { FileRefused, type FileFault } from './problem';
import { endQuietly } from './quiet-fault';
import { findTables, type Table } from './table';
import { readWorkbook } from './workbook';

/** What this process says, a line of JSON each: about the file, then its rows; or that the file is refused. */
export type ReaderLine =
  | { is: 'file'; headers: { householdHeaders: string[]; memberHeaders: string[]; ignoredHeaders: string[] } }
  | { is: 'row'; row: ImportRow }
  | { is: 'refused'; fault: FileFault; details: readonly string[] };

/** Lists of the size that the architecture promises, twice over. */
const HOUSEHOLDS_MAX = 20_000;

/**
 * Reads a workbook in a process of its own: a file that is made to exhaust its reader takes nothing else down with it, and a
 * large one keeps nobody waiting. Input: organisations as one line of JSON, then the file's bytes.
 */
async function main(): Promise<void> {
  const input = await buffer(process.stdin);
  const lineEnd = input.indexOf('\n');
  const places = new Places(JSON.parse(input.toString('utf8', 0, lineEnd)) as Organisation[]);
  try {
    const { households, members } = findTables(await readWorkbook(input.subarray(lineEnd + 1)));
    if (households.rows.length > HOUSEHOLDS_MAX) throw new FileRefused('tooManyRows');
    if (households.rows.length === 0) throw new FileRefused('noRows');
    await say({ is: 'file', headers: headersOf(households, members) });
    for (const row of importRows(households, members, places)) await say({ is: 'row', row });
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    await say({ is: 'refused', fault: error.fault, details: error.details });
  }
}

function headersOf(households: Table, members: Table | undefined) {
  return { householdHeaders: households.headers, memberHeaders: members?.headers ?? [], ignoredHeaders: [...households.ignored, ...(members?.ignored ?? [])] };
}

/** Waits while the reader of the lines has enough of them. */
async function say(line: ReaderLine): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

main().catch(endQuietly);
