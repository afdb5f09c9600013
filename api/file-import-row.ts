import type { Pool, PoolClient } from 'pg';
import { mayUse, reachFor } from '../access/operations';
import type { Refusal } from '../domain/refusal';
import { KeyServiceAway } from '../security/key-provider';
import { findCase } from '../store/case.store';
import { bodyDigest, findCommandByKey } from '../store/command.store';
import { isRecordAway } from '../store/db';
import { findImportedBefore, isFirstRowOf, type ClaimedRow, type ImportReason, type RowOutcome } from '../store/file-import.store';
import { findUsers, type User } from '../store/user.store';
import type { RecordKeys } from '../store/record-keys';
import type { CaseOpenings } from './case-opening';
import { EngineAway } from './engine';
import { placeInSheet } from './file-import-words';
import { importedCase } from './new-cases';
import { HttpProblem, RefusedByRule, type InputMistake } from './problem';
import { sentenceOf } from './refusal-sentences';
import { inLanguage } from './schema-messages';
import { FileImport, type FileImportInput } from './schemas/application';

/** Begins the idempotency key of everything that is imported from a spreadsheet. */
export const IMPORT_KEY = 'file-import:';

/** What became of a row. `later`: nothing was decided, the engine or the record is away. */
export type Treated = { outcome: RowOutcome; isNewCase: boolean } | 'later';

/** Takes a row through the guards of `importFile` and opens its case, once, however often the row comes. */
export class FileImportRows {
  constructor(
    private readonly pool: Pool,
    private readonly keys: RecordKeys,
    private readonly openings: CaseOpenings,
  ) {}

  /**
   * @param db the transaction that holds the row; the case itself is opened outside of it
   * @throws whatever is neither an answer nor an absence: a fault of ours
   */
  async treat(db: PoolClient, row: ClaimedRow): Promise<Treated> {
    const [user] = await findUsers(this.pool, [row.uploadedBy]);
    if (user?.orgId !== row.orgId || !mayUse('importFile', user.roles)) return refused(UPLOADER_GONE);
    const read = readBody(row);
    if ('mistakes' in read) return refused(...read.mistakes);
    try {
      return await this.open(db, row, read.body, user);
    } catch (error) {
      if (error instanceof RefusedByRule) return this.refusedByRule(db, row, read.body, user, error.refusals);
      if (error instanceof HttpProblem && error.status < 500) return refused(...reasonsOf(error, row));
      if (error instanceof EngineAway || error instanceof KeyServiceAway || isRecordAway(error)) return 'later';
      throw error;
    }
  }

  private async open(db: PoolClient, row: ClaimedRow, body: FileImportInput, user: User): Promise<Treated> {
    const digest = bodyDigest(this.keys.index, 'importFile', undefined, body);
    const contentKey = `${IMPORT_KEY}${row.orgId}:${digest}`;
    const before = await findImportedBefore(this.pool, row.orgId, digest);
    if (before?.isRecorded) return this.found(db, before.caseId);
    const own = await findCommandByKey(this.pool, user.id, contentKey);
    // Another import of the same content is on its way: its case is the answer once it is in the record.
    if (before && before.caseId !== own?.caseId) return 'later';
    // What was refused earlier may be possible now; the key of the content would only repeat the old answer.
    const idempotencyKey = own && !before ? `${contentKey}:${row.batchId}:${row.ordinal}` : contentKey;
    const { caseId } = await this.openings.open(importedCase(body, { user, idempotencyKey }));
    return this.found(db, caseId);
  }

  /** The row has its case: the first row of a case has made it, every other one has found it there. */
  private async found(db: PoolClient, caseId: string): Promise<Treated> {
    const isNewCase = await isFirstRowOf(db, caseId, IMPORT_KEY);
    return { outcome: { result: isNewCase ? 'imported' : 'alreadyImported', reasons: [], caseId }, isNewCase };
  }

  private async refusedByRule(db: PoolClient, row: ClaimedRow, body: FileImportInput, user: User, refusals: readonly Refusal[]): Promise<Treated> {
    const reasons: ImportReason[] = [];
    for (const refusal of refusals) {
      if (refusal.code === 'HOUSEHOLD_ALREADY_FILED') {
        const before = await findImportedBefore(this.pool, row.orgId, bodyDigest(this.keys.index, 'importFile', undefined, body));
        if (before && before.caseId === refusal.linkedTo) return before.isRecorded ? this.found(db, before.caseId) : 'later';
      }
      reasons.push({ code: refusal.code, message: await this.sentence(refusal, row, user) });
    }
    return refused(...reasons);
  }

  private async sentence(refusal: Refusal, { memberRowNumbers }: ClaimedRow, user: User): Promise<string> {
    const { title, detail } = sentenceOf(inSheetWords(refusal, memberRowNumbers), 'zh');
    if (refusal.code !== 'HOUSEHOLD_ALREADY_FILED' || refusal.linkedTo === undefined) return `${title}：${detail}`;
    const linked = await findCase(this.pool, refusal.linkedTo, reachFor('getCase', user));
    return linked ? `${title}：${detail}已有案件 ${linked.record.number}。` : `${title}：在其他工会。`;
  }
}

const UPLOADER_GONE: ImportReason = { code: 'UPLOADER_GONE', message: '上传人的账号已停用、调离或不再是经办人，请由在岗的经办人重新上传' };

function refused(...reasons: ImportReason[]): Treated {
  return { outcome: { result: 'refused', reasons: distinct(reasons), caseId: null }, isNewCase: false };
}

/** The row as `importFile` would have it; what could not be read and what the schema does not allow, all at once. */
function readBody({ body, problems, memberRowNumbers }: ClaimedRow): { body: FileImportInput } | { mistakes: ImportReason[] } {
  const at = (path: string, message: string) => ({ code: 'INVALID_INPUT', message: [placeInSheet(path, memberRowNumbers), message].filter(Boolean).join('：') });
  const unreadable = problems.map(({ path, message }) => at(path, message));
  // A line that belongs nowhere has no body to look at.
  if (Object.keys(body).length === 0) return { mistakes: unreadable };
  const parsed = FileImport.safeParse(body);
  if (parsed.success && unreadable.length === 0) return { body: parsed.data };
  const issues = (parsed.error?.issues ?? []).map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  // A cell that could not be read is missing in the body; that it is missing is no news.
  const news = issues.filter(({ path }) => !problems.some((problem) => problem.path.startsWith(path) || path.startsWith(problem.path)));
  return { mistakes: [...unreadable, ...news.map(({ path, message }) => at(path, isThere(body, path) ? inLanguage(message, 'zh') : '未填写'))] };
}

function isThere(body: unknown, path: string): boolean {
  let value = body;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value !== undefined;
}

function reasonsOf({ code, words, fields }: HttpProblem, { memberRowNumbers }: ClaimedRow): ImportReason[] {
  const { errors } = fields as { errors?: InputMistake[] };
  if (code === 'FORBIDDEN') return [{ code, message: '该职工的基层工会不在本单位范围内，请由其所属工会导入' }];
  if (!errors) return [{ code, message: `${words.zh.title}：${words.zh.detail}` }];
  return errors.map(({ path, message }) => ({ code, message: `${placeInSheet(path, memberRowNumbers)}：${inLanguage(message, 'zh')}` }));
}

/** A refusal that names places of the body, with the names that the sheet has for them. */
function inSheetWords(refusal: Refusal, memberRowNumbers: readonly number[]): Refusal {
  const inSheet = (path: string) => placeInSheet(path, memberRowNumbers) || path;
  switch (refusal.code) {
    case 'ID_NUMBER_INVALID':
      return { ...refusal, paths: [...new Set(refusal.paths.map(inSheet))] };
    case 'DATE_NOT_POSSIBLE':
      return { ...refusal, field: inSheet(refusal.field) };
    default:
      return refusal;
  }
}

function distinct(reasons: readonly ImportReason[]): ImportReason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.message}`, reason])).values()];
}
