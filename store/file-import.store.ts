import type { PoolClient } from 'pg';
import type { StoredKey } from '../security/data-keys';
import type { Place, Seal } from '../security/envelope';
import { insertKeys, KEY_COLUMNS, storedKeyOf, type KeyColumns } from './data-key.store';
import type { Db } from './db';
import type { RecordKeys } from './record-keys';

export type ImportResult = 'imported' | 'alreadyImported' | 'refused';

/** Why a row was not imported: a code, and a sentence in Chinese that repeats no content of a cell. */
export interface ImportReason {
  code: string;
  message: string;
}

export interface ImportHeaders {
  householdHeaders: string[];
  memberHeaders: string[];
  ignoredHeaders: string[];
}

/** One upload, with the counts of its rows. */
export interface ImportBatch {
  id: string;
  orgId: string;
  uploadedBy: string;
  /** Null, and without headers, once what was uploaded is forgotten: see {@link forgetUploads}. */
  fileName: string | null;
  createdAt: Date;
  rows: number;
  imported: number;
  alreadyImported: number;
  refused: number;
  headers: ImportHeaders;
}

/** A row as it was read from the file. */
export interface NewImportRow {
  sheet: 'household' | 'member';
  rowNumber: number;
  fileNumber: string;
  body: Record<string, unknown>;
  problems: { path: string; message: string }[];
  memberRowNumbers: number[];
  cells: string[];
  memberCells: string[][];
}

export interface ClaimedRow extends Pick<NewImportRow, 'sheet' | 'body' | 'problems' | 'memberRowNumbers'> {
  batchId: string;
  ordinal: number;
  orgId: string;
  uploadedBy: string;
  attempts: number;
}

/** What is sealed of a batch: both may say whose files they are. */
export interface BatchContent {
  fileName: string;
  headers: ImportHeaders;
}

const NO_HEADERS: ImportHeaders = { householdHeaders: [], memberHeaders: [], ignoredHeaders: [] };

/** Begins a batch, with the key that seals it and its rows. */
export async function insertBatch(db: Db, seal: Seal, key: StoredKey, batch: Pick<ImportBatch, 'orgId' | 'uploadedBy'> & Pick<BatchContent, 'fileName'>): Promise<void> {
  await insertKeys(db, 'file_import_key', [{ ownerId: seal.ownerId, stored: key }]);
  const content: BatchContent = { fileName: batch.fileName, headers: NO_HEADERS };
  await db.query('insert into file_import_batch (id, org_id, uploaded_by, content, row_count) values ($1, $2, $3, $4, 0)', [
    seal.ownerId,
    batch.orgId,
    batch.uploadedBy,
    seal.seal(batchPlace(seal.ownerId), content),
  ]);
}

/** Closes the batch: its rows are all written. Part of the same transaction, so that nobody sees it before. */
export async function completeBatch(db: Db, seal: Seal, content: BatchContent, rowCount: number): Promise<void> {
  await db.query('update file_import_batch set content = $2, row_count = $3 where id = $1', [seal.ownerId, seal.seal(batchPlace(seal.ownerId), content), rowCount]);
}

/**
 * @param seal of the batch
 * @param firstOrdinal place in the batch of the first of these rows
 */
export async function insertRows(db: Db, seal: Seal, firstOrdinal: number, rows: readonly NewImportRow[]): Promise<void> {
  const sealed = rows.map(({ sheet, rowNumber, fileNumber, body, problems, memberRowNumbers, cells, memberCells }, index) => {
    const ordinal = firstOrdinal + index;
    return {
      ordinal,
      sheet,
      rowNumber,
      memberRowNumbers: JSON.stringify(memberRowNumbers),
      body: seal.seal(rowPlace(seal.ownerId, ordinal, 'body'), { body, problems }),
      cells: seal.seal(rowPlace(seal.ownerId, ordinal, 'cells'), { row: cells, members: memberCells }),
      fileNumber: seal.seal(rowPlace(seal.ownerId, ordinal, 'file_number'), fileNumber),
    };
  });
  const of = <Key extends keyof (typeof sealed)[number]>(key: Key) => sealed.map((row) => row[key]);
  await db.query(
    `insert into file_import_row (batch_id, ordinal, sheet, row_number, member_row_numbers, body, cells, file_number)
     select $1, r.ordinal, r.sheet, r.row_number, array(select jsonb_array_elements_text(r.members)::integer), r.body, r.cells, r.file_number
       from unnest($2::integer[], $3::text[], $4::integer[], $5::jsonb[], $6::bytea[], $7::bytea[], $8::bytea[])
         as r (ordinal, sheet, row_number, members, body, cells, file_number)`,
    [seal.ownerId, of('ordinal'), of('sheet'), of('rowNumber'), of('memberRowNumbers'), of('body'), of('cells'), of('fileNumber')],
  );
}

/** What is sealed in each column of a row. */
interface RowValues {
  body: RowBody;
  cells: RowCells;
  file_number: string;
}

interface RowBody {
  body: Record<string, unknown>;
  problems: NewImportRow['problems'];
}

interface RowCells {
  row: string[];
  members: string[][];
}

/** Where what is sealed of a batch lies. */
export function batchPlace(batchId: string): Place<BatchContent> {
  return { table: 'file_import_batch', column: 'content', rowId: batchId };
}

/** Where what is sealed of a row lies. */
export function rowPlace<Column extends keyof RowValues>(batchId: string, ordinal: number, column: Column): Place<RowValues[Column]> {
  return { table: 'file_import_row', column, rowId: `${batchId}/${ordinal}` };
}

const BATCH = `b.id, b.org_id as "orgId", b.uploaded_by as "uploadedBy", b.created_at as "createdAt", b.content, ${KEY_COLUMNS},
  b.row_count as rows, coalesce(n.imported, 0) as imported, coalesce(n."alreadyImported", 0) as "alreadyImported", coalesce(n.refused, 0) as refused`;
const COUNTS = `left join lateral (
    select (count(*) filter (where result = 'imported'))::int as imported, (count(*) filter (where result = 'alreadyImported'))::int as "alreadyImported",
           (count(*) filter (where result = 'refused'))::int as refused
      from file_import_row where batch_id = b.id) n on true
    join file_import_key y on y.batch_id = b.id`;

type BatchColumns = Omit<ImportBatch, keyof BatchContent> & { content: Buffer } & KeyColumns;

async function openedBatch({ imports }: RecordKeys, { content, keyProfile, keyMasterId, keyWrapped, ...batch }: BatchColumns): Promise<ImportBatch> {
  if (keyWrapped === null) return { ...batch, fileName: null, headers: NO_HEADERS };
  const seal = await imports.sealOf(batch.id, storedKeyOf({ keyProfile, keyMasterId, keyWrapped }));
  return { ...batch, ...seal.open(batchPlace(batch.id), content) };
}

/** A batch of this organisation; undefined for an unknown one and for another organisation's alike. */
export async function findBatch(db: Db, keys: RecordKeys, id: string, orgId: string): Promise<ImportBatch | undefined> {
  const { rows } = await db.query<BatchColumns>({
    name: 'findImportBatch',
    text: `select ${BATCH} from file_import_batch b ${COUNTS} where b.id = $1 and b.org_id = $2`,
    values: [id, orgId],
  });
  return rows[0] && openedBatch(keys, rows[0]);
}

/** Batches of an organisation, the latest first. */
export async function listBatches(db: Db, keys: RecordKeys, orgId: string, page: { before?: { createdAt: string; id: string }; limit: number }): Promise<ImportBatch[]> {
  const { rows } = await db.query<BatchColumns>(
    `select ${BATCH} from file_import_batch b ${COUNTS}
      where b.org_id = $1 and ($2::timestamptz is null or (date_trunc('milliseconds', b.created_at), b.id) < ($2, $3::uuid))
      order by date_trunc('milliseconds', b.created_at) desc, b.id desc limit $4`,
    [orgId, page.before?.createdAt ?? null, page.before?.id ?? null, page.limit],
  );
  return Promise.all(rows.map((row) => openedBatch(keys, row)));
}

/**
 * Takes the next row that waits, for as long as the transaction lasts: whoever dies over it leaves it free, and nobody else
 * takes it meanwhile.
 */
export async function claimRow(db: PoolClient, { imports }: RecordKeys): Promise<ClaimedRow | undefined> {
  const { rows } = await db.query<Omit<ClaimedRow, keyof RowBody> & { body: Buffer } & KeyColumns>({
    name: 'claimImportRow',
    text: `select r.batch_id as "batchId", r.ordinal, r.sheet, r.body, r.member_row_numbers as "memberRowNumbers", r.attempts,
                  b.org_id as "orgId", b.uploaded_by as "uploadedBy", ${KEY_COLUMNS}
             from file_import_row r join file_import_batch b on b.id = r.batch_id join file_import_key y on y.batch_id = b.id
            where r.result is null and (r.not_before is null or r.not_before <= now())
            order by r.ordinal, r.batch_id limit 1 for update of r skip locked`,
  });
  if (!rows[0]) return undefined;
  const { body, keyProfile, keyMasterId, keyWrapped, ...row } = rows[0];
  const seal = await imports.sealOf(row.batchId, storedKeyOf({ keyProfile, keyMasterId, keyWrapped }));
  return { ...row, ...seal.open(rowPlace(row.batchId, row.ordinal, 'body'), body) };
}

/** Leaves a row for later. */
export async function postponeRow(db: Db, { batchId, ordinal }: ClaimedRow, seconds: number): Promise<void> {
  await db.query('update file_import_row set attempts = attempts + 1, not_before = now() + make_interval(secs => $3) where batch_id = $1 and ordinal = $2', [
    batchId,
    ordinal,
    seconds,
  ]);
}

export interface RowOutcome {
  result: ImportResult;
  reasons: readonly ImportReason[];
  caseId: string | null;
}

/** Writes down what became of a row, and forgets what stood in it: the body in any case, the cells unless somebody has to correct them. */
export async function finishRow(db: Db, { batchId, ordinal }: ClaimedRow, { result, reasons, caseId }: RowOutcome): Promise<void> {
  await db.query({
    name: 'finishImportRow',
    text: `update file_import_row set result = $3, reasons = $4, case_id = $5, done_at = now(), attempts = attempts + 1, not_before = null,
                  body = null, cells = case when $3 = 'refused' then cells end
            where batch_id = $1 and ordinal = $2`,
    values: [batchId, ordinal, result, JSON.stringify(reasons), caseId],
  });
}

/** A case that was imported from this very content by this organisation. `isRecorded`: its first step is in the record. */
export interface ImportedBefore {
  caseId: string;
  isRecorded: boolean;
}

/**
 * @param digest of the command, see `bodyDigest`
 */
export async function findImportedBefore(db: Db, orgId: string, digest: string): Promise<ImportedBefore | undefined> {
  const { rows } = await db.query<ImportedBefore>({
    name: 'findImportedBefore',
    text: `select c.case_id as "caseId", c.state = 'accepted' as "isRecorded"
             from command c join app_user u on u.id = c.actor join case_opening o on o.case_id = c.case_id
            where c.operation = 'importFile' and c.body_digest = $1 and c.state <> 'refused' and u.org_id = $2
            order by c.created_at limit 1`,
    values: [digest, orgId],
  });
  return rows[0];
}

/**
 * Whether no row has been answered with this case yet, and the case comes from a spreadsheet at all. Rows that ask at once are
 * told one after the other.
 *
 * @param keyPrefix of the idempotency keys that imports from spreadsheets use
 */
export async function isFirstRowOf(db: PoolClient, caseId: string, keyPrefix: string): Promise<boolean> {
  await db.query('select from case_opening where case_id = $1 for update', [caseId]);
  const { rows } = await db.query<{ isFirst: boolean }>({
    name: 'isFirstRowOf',
    text: `select exists (select from command where case_id = $1 and operation = 'importFile' and starts_with(idempotency_key, $2))
              and not exists (select from file_import_row where case_id = $1 and result = 'imported') as "isFirst"`,
    values: [caseId, keyPrefix],
  });
  return rows[0]?.isFirst ?? false;
}

/** Notes that a batch has no waiting rows any more. */
export async function markFinished(db: Db, batchId: string | null): Promise<void> {
  await db.query(
    `update file_import_batch b set finished_at = now()
      where b.finished_at is null and ($1::uuid is null or b.id = $1)
        and not exists (select from file_import_row r where r.batch_id = b.id and r.result is null)`,
    [batchId],
  );
}

/**
 * Forgets what was uploaded, `days` after its batch was done: its key is destroyed, and what that had sealed goes, the name of the file and the
 * headers as well. What became of each row stays. @returns how many rows were emptied
 */
export async function forgetUploads(db: Db, days: number): Promise<number> {
  const { rowCount } = await db.query(
    `with done as (update file_import_key k set wrapped = null, destroyed_at = now() from file_import_batch b
                    where b.id = k.batch_id and k.wrapped is not null and b.finished_at < now() - make_interval(days => $1) returning k.batch_id),
          batch as (update file_import_batch b set content = '' from done where b.id = done.batch_id)
     update file_import_row r set cells = null, file_number = null from done where r.batch_id = done.batch_id and (r.cells is not null or r.file_number is not null)`,
    [days],
  );
  return rowCount ?? 0;
}

/** A row for the result file. */
export interface ReportedRow {
  ordinal: number;
  sheet: 'household' | 'member';
  rowNumber: number;
  fileNumber: string | null;
  result: ImportResult | null;
  reasons: ImportReason[] | null;
  caseNumber: string | null;
  cells: { row: string[]; members: string[][] } | null;
  memberRowNumbers: number[];
}

/** Rows of a batch in its order, some at a time. */
export async function listRows(db: Db, { imports }: RecordKeys, batchId: string, afterOrdinal: number, limit: number): Promise<ReportedRow[]> {
  const { rows } = await db.query<Omit<ReportedRow, 'fileNumber' | 'cells'> & { fileNumber: Buffer | null; cells: Buffer | null }>({
    name: 'listImportRows',
    text: `select r.ordinal, r.sheet, r.row_number as "rowNumber", r.file_number as "fileNumber", r.result, r.reasons, c.number as "caseNumber", r.cells,
                  r.member_row_numbers as "memberRowNumbers"
             from file_import_row r left join hardship_case c on c.id = r.case_id
            where r.batch_id = $1 and r.ordinal > $2 order by r.ordinal limit $3`,
    values: [batchId, afterOrdinal, limit],
  });
  // Of rows that are forgotten there is nothing to open, and no key.
  const seal = rows.some(({ fileNumber, cells }) => fileNumber ?? cells) ? await imports.sealOf(batchId) : undefined;
  return rows.map(({ fileNumber, cells, ...row }) => ({
    ...row,
    fileNumber: (fileNumber && seal?.open(rowPlace(batchId, row.ordinal, 'file_number'), fileNumber)) ?? null,
    cells: (cells && seal?.open(rowPlace(batchId, row.ordinal, 'cells'), cells)) ?? null,
  }));
}
