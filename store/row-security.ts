import { createHash } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { ensureRoles, OWNER_ROLE, SERVICE_ROLE, USER_ROLE } from './database-roles';
import type { Db } from './db';

/** What a person's connection may do with the rows that it sees. */
type Privilege = 'select' | 'insert' | 'update';

interface Protection {
  /**
   * Which rows a person's connection sees, as a condition on the row; absent: the table holds nothing of cases or unions,
   * and no person's connection reads it.
   */
  rows?: string;
  /** Absent: none. */
  people?: readonly Privilege[];
  /** Nobody changes or deletes what is in it. */
  appendOnly?: boolean;
  /** The one column of it that the service empties once the key of the case is destroyed; a trigger allows nothing else. */
  emptied?: string;
  /** The service reads it, and writes by a function of its owner's alone. */
  byFunction?: boolean;
}

/** The scope of the connection; null where none is set, which no comparison is true of. */
const SCOPE = `nullif(current_setting('bihuan.scope', true), '')`;

/** The applicant of the connection; null where there is none. */
const APPLICANT = `decode(nullif(current_setting('bihuan.applicant', true), ''), 'hex')`;

/** In the subtree: '/' ends each id, and '0' is the character after it, so that the index on the path serves. */
const IN_SUBTREE = `path ~>=~ ${SCOPE} and path ~<~ (rtrim(${SCOPE}, '/') || '0')`;

// What these look into has row-level security of its own: an organisation outside of the subtree is not found, nor a case of it.
// One look for all columns: most of what a read of one case costs is the looks, which each of its tables has to take.
const inScope = (columns: string) => `exists (select 1 from organisation o where o.id in (${columns}))`;
// Not "not exists": what a connection sees of recusals is a handful, found once for all rows of a page instead of once for each.
const notRecused = (column: string) => `${column} not in (select r.case_id from recusal r)`;
const ofVisibleCase = (column: string) => `exists (select 1 from hardship_case c where c.id = ${column})`;
const byCase = (people?: readonly Privilege[]): Protection => ({ rows: ofVisibleCase('case_id'), people });

/**
 * The second wall, table by table: a query that has lost its predicate still shows a person nothing else.
 *
 * A table that is not here is its owner's alone: neither the service nor anybody it reads for gets at it.
 */
export const PROTECTED: Readonly<Record<string, Protection>> = {
  organisation: { rows: IN_SUBTREE, people: ['select'] },
  recusal: { rows: `user_id = any (string_to_array(current_setting('bihuan.users', true), ','))`, people: ['select'] },
  hardship_case: {
    rows: `${inScope('grassroots_org_id, reviewer_org_id, owner_org_id')} and ${notRecused('hardship_case.id')}
           or (${APPLICANT} is not null and exists (select 1 from case_applicant a where a.case_id = hardship_case.id))`,
    people: ['select'],
  },
  // Looked into by the policy of cases, so it must not look into them.
  case_applicant: { rows: `applicant_index = ${APPLICANT}`, people: ['select'] },
  case_runtime: byCase(['select']),
  case_key: byCase(['select']),
  case_private: byCase(['select']),
  case_event: { ...byCase(['select']), appendOnly: true },
  case_opening: byCase(),
  command: byCase(['select']),
  // By its own union, not by way of its case: a page of tasks would otherwise look every case up.
  task: { rows: `${inScope('org_id')} and ${notRecused('task.case_id')}`, people: ['select', 'update'] },
  household_claim: byCase(),
  disbursement: byCase(['select']),
  disbursement_account: byCase(),
  disbursement_item: { rows: 'exists (select 1 from disbursement d where d.id = disbursement_id)', people: ['select'] },
  sync_request: byCase(),
  notification: byCase(['select']),
  document: byCase(['select']),
  file_import_batch: { rows: inScope('org_id'), people: ['select'] },
  file_import_key: { rows: 'exists (select 1 from file_import_batch b where b.id = batch_id)', people: ['select'] },
  file_import_row: { rows: 'exists (select 1 from file_import_batch b where b.id = batch_id)', people: ['select'] },
  reveal: { ...byCase(['select', 'insert']), appendOnly: true, emptied: 'reason' },
  legal_hold: byCase(['select']),
  destruction: byCase(['select']),
  destruction_certificate: { ...byCase(['select']), appendOnly: true },
  personal_data_export: { ...byCase(['select']), appendOnly: true, emptied: 'reason' },
  service_rating: { ...byCase(['select', 'insert']), appendOnly: true, emptied: 'comment' },
  app_user: {},
  applicant_account: {},
  sign_in_code: {},
  sms_sandbox_message: {},
  session: {},
  document_link: {},
  second_factor: {},
  recovery_code: {},
  sign_in_delay: {},
  sign_in_place: {},
  oidc_link: {},
  oidc_attempt: {},
  machine_client: {},
  auth_event: { appendOnly: true },
  rate_limit: {},
  audit_entry: { appendOnly: true, byFunction: true },
  audit_chain: { byFunction: true },
  audit_checkpoint: { appendOnly: true },
  audit_checkpoint_head: {},
  index_key: {},
  delegation: {},
  related_person: {},
  reference_document: {},
  schema_migration: {},
  row_security: {},
};

/**
 * Brings rights and row-level security of all tables to what stands above. Does nothing where that is so already.
 *
 * @param db a transaction of whoever owns the tables
 */
export async function secureRecord(db: Db): Promise<void> {
  const { rows } = await db.query<{ name: string; database: string }>(
    `select relname as name, current_database() as database from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
  );
  await ensureRoles(db);
  const ours = rows.flatMap(({ name }) => (PROTECTED[name] ? statementsFor(name, PROTECTED[name]) : []));
  const statements = [...ours, ...forAll(rows[0]?.database ?? '')];
  const digest = createHash('sha256').update(statements.join('\n')).digest('hex');
  const { rowCount } = await db.query('select from row_security where digest = $1', [digest]);
  if (rowCount === 1 && (await rolesHaveRights(db))) return;
  for (const statement of statements) await db.query(statement);
  await db.query('insert into row_security (digest) values ($1) on conflict (only_row) do update set digest = $1', [digest]);
}

function statementsFor(table: string, { rows, people = [], appendOnly = false, emptied, byFunction = false }: Protection): string[] {
  const name = escapeIdentifier(table);
  const changes = appendOnly ? 'select, insert' : 'select, insert, update, delete';
  const service = byFunction ? 'select' : changes;
  return [
    `revoke all on ${name} from public, ${SERVICE_ROLE}, ${USER_ROLE}`,
    `grant ${service} on ${name} to ${SERVICE_ROLE}`,
    ...(emptied === undefined ? [] : [`grant update (${emptied}) on ${name} to ${SERVICE_ROLE}`]),
    ...(people.length === 0 ? [] : [`grant ${people.join(', ')} on ${name} to ${USER_ROLE}`]),
    `drop policy if exists for_service on ${name}`,
    `drop policy if exists for_people on ${name}`,
    ...(rows === undefined ? [] : policiesFor(name, rows)),
  ];
}

/** `force`: also whoever owns the table gets in by its policies only. */
function policiesFor(name: string, rows: string): string[] {
  return [
    `alter table ${name} enable row level security`,
    `alter table ${name} force row level security`,
    `create policy for_service on ${name} to ${OWNER_ROLE}, ${SERVICE_ROLE} using (true) with check (true)`,
    `create policy for_people on ${name} to ${USER_ROLE} using (${rows}) with check (${rows})`,
  ];
}

function forAll(database: string): string[] {
  return [
    `grant connect on database ${escapeIdentifier(database)} to ${SERVICE_ROLE}, ${USER_ROLE}`,
    `grant usage on schema public to ${SERVICE_ROLE}, ${USER_ROLE}`,
    `grant usage on all sequences in schema public to ${SERVICE_ROLE}`,
    `revoke execute on function append_audit_entries(text[]) from public`,
    `grant execute on function append_audit_entries(text[]) to ${SERVICE_ROLE}`,
  ];
}

/** A record that was copied to another server comes without the rights of roles that were not there. */
async function rolesHaveRights(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ ok: boolean }>(
    `select has_table_privilege('${SERVICE_ROLE}', 'public.hardship_case', 'select') and has_table_privilege('${USER_ROLE}', 'public.hardship_case', 'select') as ok`,
  );
  return rows[0]?.ok === true;
}
