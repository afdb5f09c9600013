import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { Pool } from 'pg';
import { mayUse } from '../access/operations';
import { FileRefused } from '../file-import/problem';
import type { ReaderLine } from '../file-import/read-process';
import type { ResultRow } from '../file-import/result-sheets';
import { templateWorkbook } from '../file-import/template';
import { mustBeWorkbook } from '../file-import/workbook';
import { transaction } from '../store/db';
import { completeBatch, findBatch, insertBatch, insertRows, listRows, type ImportBatch, type ImportHeaders, type NewImportRow, type ReportedRow } from '../store/file-import.store';
import { keysetPages } from '../store/keyset-pages';
import type { RecordKeys } from '../store/record-keys';
import type { ScopedRecords } from '../store/scoped-records';
import type { User } from '../store/user.store';
import { isUuid } from './case-id';
import { SheetProcessFailed, startSheetProcess } from './file-import-process';
import { fileRefused, fileUnreadable, tooManyUploads } from './file-import-words';
import { notFound } from './problem';
import { scopeOf } from './scope';
import type { ReferenceTables } from './reference-tables';

const ROWS_AT_ONCE = 500;
/** One workbook is open at a time, a few wait; each holds up to 20 MB of memory. */
const WAITING_MAX = 4;

/** Uploaded spreadsheets: taking them in, and giving their results out. */
export class FileImportBatches {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private template: Promise<Buffer> | undefined;

  /** @param onRows is told when there is work */
  constructor(
    private readonly pool: Pool,
    private readonly records: ScopedRecords,
    private readonly keys: RecordKeys,
    private readonly tables: ReferenceTables,
    private readonly onRows: () => void,
  ) {}

  getTemplate(): Promise<Buffer> {
    return (this.template ??= templateWorkbook());
  }

  /** A batch of the user's own organisation. @throws HttpProblem NOT_FOUND */
  async get(batchId: string, user: User): Promise<ImportBatch> {
    const batch = isUuid(batchId) ? await findBatch(this.records.of(scopeOf(user)), this.keys, batchId, user.orgId) : undefined;
    if (!batch) throw notFound();
    return batch;
  }

  /**
   * Reads a file and writes its rows down, all or none. When it returns, they are safe.
   *
   * @throws HttpProblem with what is wrong with the file as a whole
   */
  async upload(user: User, fileName: string, file: Buffer): Promise<ImportBatch> {
    try {
      mustBeWorkbook(file);
      const id = randomUUID();
      await this.inTurn(() => this.store(id, user, fileName, file));
      this.onRows();
      return await this.get(id, user);
    } catch (error) {
      if (error instanceof FileRefused) throw fileRefused(error.fault, error.details);
      if (error instanceof SheetProcessFailed) throw fileUnreadable();
      throw error;
    }
  }

  /** The result file: the uploaded rows with what became of each. What stood in them is for those who may upload it again, and for nobody else. */
  async resultFile(batch: ImportBatch, user: User): Promise<Buffer> {
    const db = this.records.of(scopeOf(user));
    const showsCells = mayUse('uploadFileImport', user.roles);
    return this.inTurn(async () => {
      const writer = startSheetProcess(require.resolve('../file-import/result-process'));
      const file = buffer(writer.output);
      const send = async (line: unknown) => {
        if (!writer.input.write(`${JSON.stringify(line)}\n`)) await Promise.race([once(writer.input, 'drain'), writer.ended]);
      };
      try {
        await send(batch.headers);
        const pages = keysetPages<ReportedRow, number>((after) => listRows(db, this.keys, batch.id, after ?? 0, ROWS_AT_ONCE), ({ ordinal }) => ordinal);
        for await (const page of pages) for (const row of page) await send(resultRow(showsCells ? row : { ...row, cells: null }));
        writer.input.end();
        await writer.ended;
        return await file;
      } catch (error) {
        writer.kill();
        throw error;
      }
    });
  }

  private async store(id: string, user: User, fileName: string, file: Buffer): Promise<void> {
    const reader = startSheetProcess(require.resolve('../file-import/read-process'));
    try {
      const { seal, stored } = await this.keys.imports.create(id);
      reader.input.write(`${JSON.stringify([...this.tables.organisations.values()])}\n`);
      reader.input.end(file);
      await transaction(this.pool, async (db) => {
        await insertBatch(db, seal, stored, { orgId: user.orgId, uploadedBy: user.id, fileName });
        let headers: ImportHeaders | undefined;
        let count = 0;
        const keep = async (rows: NewImportRow[]) => {
          if (rows.length > 0) await insertRows(db, seal, count + 1, rows);
          count += rows.length;
        };
        let rows: NewImportRow[] = [];
        for await (const text of createInterface({ input: reader.output })) {
          const line = JSON.parse(text) as ReaderLine;
          if (line.is === 'refused') throw new FileRefused(line.fault, line.details);
          if (line.is === 'row') rows.push(line.row);
          if (rows.length === ROWS_AT_ONCE) {
            await keep(rows);
            rows = [];
          }
          if (line.is === 'file') headers = line.headers;
        }
        await reader.ended; // one that died has not said all
        if (!headers) throw new SheetProcessFailed('the reader of workbooks said nothing');
        await keep(rows);
        await completeBatch(db, seal, { fileName, headers }, count);
      });
    } finally {
      reader.kill();
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= WAITING_MAX) throw tooManyUploads();
    this.waiting += 1;
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined); // its own caller is told
    try {
      return await turn;
    } finally {
      this.waiting -= 1;
    }
  }
}

function resultRow({ reasons, cells, memberRowNumbers, ...row }: ReportedRow): ResultRow {
  const { sheet, rowNumber, fileNumber, result, caseNumber } = row;
  const members = (cells?.members ?? []).map((own, index) => ({ rowNumber: memberRowNumbers[index] ?? 0, cells: own }));
  return { sheet, rowNumber, fileNumber, result, caseNumber, reasons: (reasons ?? []).map(({ message }) => message), cells: cells?.row ?? null, members };
}
