import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';

const ROWS_AT_ONCE = 2_000;

/** Every way in which a text may stand in a dump that was not encrypted: as it is, escaped as JSON may, as hexadecimal, as base64 at each offset. */
export function waysToWrite(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    // Without the characters that what stands before and behind has a part in.
    const [first, last] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)];
    return encoded.slice(first, last);
  });
  const escaped = text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const ways = [text, escaped, bytes.toString('hex'), ...base64, ...base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))];
  return [...new Set(ways)];
}

/**
 * Where canaries stand in any table of any database of the server, the engine's included: `database table: canary`. Which databases and tables
 * there are, the server is asked.
 */
export async function canariesOnServer(url: string, canaries: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of await databasesOf(url)) {
    const pool = new Pool({ connectionString: withDatabase(url, name), max: 1 });
    try {
      found.push(...(await canariesInRecord(pool, canaries)).map((line) => `${name} ${line}`));
    } finally {
      await pool.end();
    }
  }
  return found;
}

async function databasesOf(url: string): Promise<string[]> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    const { rows } = await pool.query<{ name: string }>('select datname as name from pg_database where datallowconn order by 1');
    return rows.map(({ name }) => name);
  } finally {
    await pool.end();
  }
}

function withDatabase(url: string, name: string): string {
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.toString();
}

/** Where canaries stand in the files below a directory: `file: canary`. Names of directories in `except` are left out. */
export function canariesInFiles(directory: string, canaries: readonly string[], except: readonly string[] = []): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return except.includes(entry.name) ? [] : canariesInFiles(path, canaries, except);
    return entry.isFile() ? canariesInText(readFileSync(path, 'latin1'), canaries.map(inLatin1)).map((index) => `${path}: ${canaries[index] ?? ''}`) : [];
  });
}

/** Which of the canaries, by their place, stand in a text, whatever way they are written. */
function canariesInText(text: string, canaries: readonly string[][]): number[] {
  return canaries.flatMap((ways, index) => (ways.some((way) => text.includes(way)) ? [index] : []));
}

/** As a file reads that is taken byte by byte. */
function inLatin1(canary: string): string[] {
  return waysToWrite(canary).map((way) => Buffer.from(way).toString('latin1'));
}

/** Where canaries stand in the rows of any table of a record: `table: canary`. Bytes are looked through as well. */
export async function canariesInRecord(pool: Pool, canaries: readonly string[]): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const ways = canaries.map((canary) => ({ canary, written: waysToWrite(canary) }));
  const found = new Set<string>();
  for (const { name } of tables) {
    for (let from = 0; ; from += ROWS_AT_ONCE) {
      const { rows } = await pool.query<{ line: string }>(`select whole_row::text as line from ${name} whole_row order by ctid offset $1 limit $2`, [from, ROWS_AT_ONCE]);
      // Composite values double their quotation marks and backslashes; bytes come as hexadecimal.
      const text = rows.map(({ line }) => line.replaceAll('\\\\', '\\')).join('\n');
      for (const { canary, written } of ways) if (written.some((way) => text.includes(way))) found.add(`${name}: ${canary}`);
      if (rows.length < ROWS_AT_ONCE) break;
    }
  }
  return [...found].sort();
}
