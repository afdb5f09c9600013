import { createInterface } from 'node:readline';
import { endQuietly } from './quiet-fault';
import { resultWorkbook, type ResultHeaders, type ResultRow } from './result-sheets';

/** Writes a result file in a process of its own. Input: the headers, then the rows, a line of JSON each. Output: the file. */
async function main(): Promise<void> {
  let headers: ResultHeaders | undefined;
  const rows: ResultRow[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (headers) rows.push(JSON.parse(line) as ResultRow);
    else headers = JSON.parse(line) as ResultHeaders;
  }
  if (!headers) throw new Error('nothing to write was sent');
  process.stdout.write(await resultWorkbook(headers, rows));
}

main().catch(endQuietly);
