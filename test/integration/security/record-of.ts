import type { Pool } from 'pg';

/** Kept beside the record: how a request was asked, by whom, and what was refused. */
const ABOUT_ASKING = new Set(['command', 'case_runtime', 'audit_entry']);

/**
 * What the record holds of these cases and these users, in one word for each table: whoever compares two of them sees whether
 * anything was changed in between. Refused commands are no change; neither are entries of the audit, sessions and clocks.
 */
export async function recordOf(pool: Pool, caseIds: readonly string[], userIds: readonly string[]): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = 'case_id' order by 1`,
  );
  const ofCases = rows.filter(({ name }) => !ABOUT_ASKING.has(name)).map(({ name }): [string, string, readonly string[]] => [name, `select * from ${name} where case_id = any($1)`, caseIds]);
  const parts: [string, string, readonly string[]][] = [
    ...ofCases,
    ['hardship_case', 'select * from hardship_case where id = any($1)', caseIds],
    ['command', `select id from command where case_id = any($1) and state = 'accepted'`, caseIds],
    ['commands of these', `select id from command where actor = any($1) and state = 'accepted'`, userIds],
    ['app_user', 'select * from app_user where id = any($1)', userIds],
    ['delegation', 'select * from delegation where from_user = any($1) or created_by = any($1)', userIds],
    ['related_person', 'select * from related_person where user_id = any($1) or declared_by = any($1)', userIds],
    ['machine_client', 'select id, revoked_at from machine_client where created_by = any($1)', userIds],
    ['file_import_batch', 'select * from file_import_batch where uploaded_by = any($1)', userIds],
    ['created', 'select id from app_user where created_by = any($1)', userIds],
  ];
  const words = await Promise.all(
    parts.map(async ([name, text, values]) => {
      const found = await pool.query<{ word: string }>(`select count(*) || ' ' || md5(coalesce(string_agg(md5(line::text), '' order by md5(line::text)), '')) as word from (${text}) line`, [values]);
      return [name, found.rows[0]?.word ?? ''];
    }),
  );
  return Object.fromEntries(words) as Record<string, string>;
}
