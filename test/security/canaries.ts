import type { Pool } from 'pg';

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
