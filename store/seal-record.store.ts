import type { Pool, PoolClient } from 'pg';
import type { StoredKey } from '../security/data-keys';
import type { Place, Seal } from '../security/envelope';
import { columnsOf, type CasePrivate } from './case-private.store';
import { bodyPlace } from './command.store';
import { insertKeys, KEY_TABLES, type KeyTable } from './data-key.store';
import { transaction, type Db } from './db';
import { accountPlace } from './disbursement-account.store';
import { batchPlace, rowPlace } from './file-import.store';
import type { RecordKeys } from './record-keys';

/** The migration that takes away what was readable, and must not before everything is sealed. */
export const PLAIN_COLUMNS_GO = '0007-plain-columns-go.sql';

const ROWS_AT_ONCE = 500;
/** However long a table takes. */
const REWRITTEN_WITHIN_MS = 24 * 3_600_000;
/** Held while a record is sealed, so that two processes that start at once do not both do it. */
const SEALING_LOCK = 4_201_109;

/** Tables with readable columns that are emptied here, each left without a trace of what stood there. */
const TABLES = ['case_private', 'disbursement_account', 'command', 'household_claim', 'file_import_batch', 'file_import_row'] as const;

/**
 * Seals everything personal that an older release kept readable. Goes on where it was interrupted; nothing else may write meanwhile.
 *
 * The rows are then written anew on the disk: otherwise what they held would stay there until its place is needed.
 * @param onProgress told of each some hundred rows
 */
export async function sealRecord(pool: Pool, keys: RecordKeys, onProgress: (table: string, rows: number) => void = () => undefined): Promise<void> {
  const lock = await pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [SEALING_LOCK]);
    const sealing = new RecordSealing(pool, keys, onProgress);
    await sealing.commands();
    await sealing.personalData();
    await sealing.accounts();
    await sealing.claims();
    await sealing.batches();
    await sealing.importRows();
    for (const table of TABLES) await lock.query({ text: `vacuum full ${table}`, query_timeout: REWRITTEN_WITHIN_MS } as { text: string });
  } finally {
    lock.release(true); // with its lock
  }
}

class RecordSealing {
  constructor(
    private readonly pool: Pool,
    private readonly keys: RecordKeys,
    private readonly onProgress: (table: string, rows: number) => void,
  ) {}

  /** Their digests become keyed ones, also where a key of an import repeats one. */
  commands(): Promise<void> {
    return this.walk<{ id: string; caseId: string; body: object; digest: string; idempotencyKey: string }>(
      'command',
      `select id, case_id as "caseId", plain_body as body, body_digest as digest, idempotency_key as "idempotencyKey" from command where plain_body is not null and id > $1 order by id limit $2`,
      '00000000-0000-0000-0000-000000000000',
      ({ id }) => id,
      async (db, rows) => {
        const seals = await this.seals(db, 'case_key', rows.map(({ caseId }) => caseId));
        const digests = rows.map(({ digest }) => this.keys.index.ofCommand(digest));
        await db.query(
          `update command c set plain_body = null, body = r.body, body_digest = r.digest, idempotency_key = r.key
             from unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[]) as r (id, body, digest, key) where c.id = r.id`,
          [
            rows.map(({ id }) => id),
            rows.map(({ id, caseId, body }) => seals(caseId).seal(bodyPlace(id) as Place, body)),
            digests,
            rows.map(({ idempotencyKey, digest }, index) => idempotencyKey.replace(digest, digests[index] ?? '')),
          ],
        );
      },
    );
  }

  personalData(): Promise<void> {
    return this.walk<{ caseId: string } & CasePrivate>(
      'case_private',
      `select case_id as "caseId", applicant, employer, residence, members, bank_account as "bankAccount", contact_person as "contactPerson"
         from case_private where sealed is null and case_id > $1 order by case_id limit $2`,
      '00000000-0000-0000-0000-000000000000',
      ({ caseId }) => caseId,
      async (db, rows) => {
        const seals = await this.seals(db, 'case_key', rows.map(({ caseId }) => caseId));
        for (const { caseId, ...personal } of rows) {
          await db.query(
            `update case_private set sealed = $2, name_index = $3, phone_index = $4, card_index = $5, id_indexes = $6, applicant = null, employer = null,
                    residence = null, members = null, bank_account = null, applicant_name = null, contact_person = null where case_id = $1`,
            columnsOf(this.keys.index, seals(caseId), personal),
          );
        }
      },
    );
  }

  accounts(): Promise<void> {
    return this.walk<{ id: string; caseId: string; account: object }>(
      'disbursement_account',
      `select disbursement_id as id, case_id as "caseId", plain_bank_account as account from disbursement_account
        where plain_bank_account is not null and disbursement_id > $1 order by disbursement_id limit $2`,
      '00000000-0000-0000-0000-000000000000',
      ({ id }) => id,
      async (db, rows) => {
        const seals = await this.seals(db, 'case_key', rows.map(({ caseId }) => caseId));
        await db.query(
          `update disbursement_account a set plain_bank_account = null, bank_account = r.account from unnest($1::uuid[], $2::bytea[]) as r (id, account) where a.disbursement_id = r.id`,
          [rows.map(({ id }) => id), rows.map(({ id, caseId, account }) => seals(caseId).seal(accountPlace(id) as Place, account))],
        );
      },
    );
  }

  /** The number is the key of its row until all are done: it goes with the next migration, and from the disk with what is written anew there. */
  async claims(): Promise<void> {
    // The key of the table cannot be emptied, so rows without a number get another key here.
    await this.walk<{ idNumber: string }>(
      'household_claim',
      `select id_number as "idNumber" from household_claim where id_index is null and id_number > $1 order by id_number limit $2`,
      '',
      ({ idNumber }) => idNumber,
      async (db, rows) => {
        const indexes = rows.map(({ idNumber }) => this.keys.index.of('idNumber', idNumber));
        await db.query(
          `update household_claim h set id_index = r.id_index, id_number = encode(r.id_index, 'hex') from unnest($1::text[], $2::bytea[]) as r (id_number, id_index) where h.id_number = r.id_number`,
          [rows.map(({ idNumber }) => idNumber), indexes],
        );
      },
    );
  }

  batches(): Promise<void> {
    return this.walk<{ id: string; fileName: string; headers: object }>(
      'file_import_batch',
      `select id, file_name as "fileName", headers from file_import_batch where content is null and id > $1 order by id limit $2`,
      '00000000-0000-0000-0000-000000000000',
      ({ id }) => id,
      async (db, rows) => {
        const seals = await this.seals(db, 'file_import_key', rows.map(({ id }) => id));
        await db.query(
          `update file_import_batch b set file_name = null, headers = null, content = r.content from unnest($1::uuid[], $2::bytea[]) as r (id, content) where b.id = r.id`,
          [rows.map(({ id }) => id), rows.map(({ id, fileName, headers }) => seals(id).seal(batchPlace(id) as Place, { fileName, headers }))],
        );
      },
    );
  }

  async importRows(): Promise<void> {
    const { rows: batches } = await this.pool.query<{ id: string }>(
      'select distinct batch_id as id from file_import_row where plain_body is not null or plain_cells is not null or plain_file_number is not null',
    );
    for (const { id } of batches) {
      await this.walk<{ ordinal: number; body: object | null; problems: object; cells: object | null; fileNumber: string | null }>(
        'file_import_row',
        `select ordinal, plain_body as body, problems, plain_cells as cells, plain_file_number as "fileNumber" from file_import_row
          where batch_id = '${id}' and (plain_body is not null or plain_cells is not null or plain_file_number is not null) and ordinal > $1 order by ordinal limit $2`,
        0,
        ({ ordinal }) => ordinal,
        async (db, rows) => {
          const seal = (await this.seals(db, 'file_import_key', [id]))(id);
          const sealed = (column: 'body' | 'cells' | 'file_number', ordinal: number, value: unknown) => (value === null ? null : seal.seal(rowPlace(id, ordinal, column), value));
          await db.query(
            `update file_import_row i set plain_body = null, plain_cells = null, plain_file_number = null, problems = '[]', body = r.body, cells = r.cells, file_number = r.file_number
               from unnest($2::integer[], $3::bytea[], $4::bytea[], $5::bytea[]) as r (ordinal, body, cells, file_number) where i.batch_id = $1 and i.ordinal = r.ordinal`,
            [
              id,
              rows.map(({ ordinal }) => ordinal),
              rows.map(({ ordinal, body, problems }) => sealed('body', ordinal, body && { body, problems })),
              rows.map(({ ordinal, cells }) => sealed('cells', ordinal, cells)),
              rows.map(({ ordinal, fileNumber }) => sealed('file_number', ordinal, fileNumber)),
            ],
          );
        },
      );
    }
  }

  /** Row after row by its key, some hundred in one transaction. */
  private async walk<Row extends object>(
    table: string,
    select: string,
    first: string | number,
    keyOf: (row: Row) => string | number,
    seal: (db: PoolClient, rows: Row[]) => Promise<void>,
  ): Promise<void> {
    for (let after = first, count = 0; ; ) {
      const rows = await transaction(this.pool, async (db) => {
        const page = await db.query<Row>(select, [after, ROWS_AT_ONCE]);
        if (page.rows.length > 0) await seal(db, page.rows);
        return page.rows;
      });
      const last = rows.at(-1);
      if (!last) return;
      after = keyOf(last);
      this.onProgress(table, (count += rows.length));
    }
  }

  /** The seals of these owners; who has no key yet gets one in this transaction. */
  private async seals(db: Db, table: KeyTable, ownerIds: readonly string[]): Promise<(ownerId: string) => Seal> {
    const keys = table === 'case_key' ? this.keys.cases : this.keys.imports;
    const owners = [...new Set(ownerIds)];
    const { rows } = await db.query<{ id: string } & StoredKey>(
      `select ${KEY_TABLES[table]} as id, profile, master_key_id as "masterKeyId", wrapped from ${table} where ${KEY_TABLES[table]} = any($1)`,
      [owners],
    );
    const known = new Map(rows.map(({ id, ...stored }) => [id, stored]));
    const created: { ownerId: string; stored: StoredKey }[] = [];
    const seals = new Map(
      await Promise.all(
        owners.map(async (ownerId) => {
          const stored = known.get(ownerId);
          if (stored) return [ownerId, await keys.sealOf(ownerId, stored)] as const;
          const made = await keys.create(ownerId);
          created.push({ ownerId, stored: made.stored });
          return [ownerId, made.seal] as const;
        }),
      ),
    );
    if (created.length > 0) await insertKeys(db, table, created);
    return (ownerId) => {
      const seal = seals.get(ownerId);
      if (!seal) throw new Error(`no key was made for ${ownerId}`);
      return seal;
    };
  }
}
