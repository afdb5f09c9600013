import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { judgeContent } from '../documents/content';
import { addressOf, type DocumentStore } from '../documents/document-store';
import type { DataKeys } from '../security/data-keys';
import { contentPlace, findDocument, findLinked, insertDocument, insertLink, listDocuments, type StoredDocument } from '../store/document.store';
import type { Db } from '../store/db';
import type { ScopedRecords } from '../store/scoped-records';
import type { User } from '../store/user.store';
import { isUuid } from './case-id';
import type { CaseReader } from './case-reader';
import { documentNotReady, documentRefused, documentsBusy, tooManyDocuments } from './document-problems';
import type { DocumentScans } from './document-scans';
import { notFound } from './problem';
import { scopeOf } from './scope';
import { UploadsAtOnce } from './uploads-at-once';

/** A household's papers with all that comes in ten years. */
const PER_CASE_MAX = 300;
/** A picture takes some 200 MB while it is drawn. */
const AT_WORK_MAX = 2;
const WAITING_MAX = 20;
const LINK_SECONDS = 60;
const TOKEN_BYTES = 32;

export interface Upload {
  caseId: string;
  kind: string;
  file: Buffer;
  user: User;
}

/** Takes documents in, and gives them out by links that last a minute. */
export class Documents {
  private readonly uploads = new UploadsAtOnce();
  private readonly waiting: (() => void)[] = [];
  private atWork = 0;

  constructor(
    private readonly pool: Pool,
    private readonly records: ScopedRecords,
    private readonly reader: CaseReader,
    private readonly store: DocumentStore,
    private readonly keys: DataKeys,
    private readonly scans: DocumentScans,
  ) {}

  /**
   * Takes in a file for a case, once it is clear that the case is there for whoever sends it: nothing is read for any other.
   *
   * @param read what comes over the wire
   * @throws HttpProblem NOT_FOUND outside the caller's scope; DOCUMENTS_BUSY; what `read` and `upload` throw
   */
  async takeIn(caseId: string, user: User, read: () => Promise<Pick<Upload, 'kind' | 'file'>>): Promise<StoredDocument> {
    return this.uploads.takeIn(user.id, async () => {
      await this.reader.get(caseId, user);
      return this.upload({ caseId, user, ...(await read()) });
    });
  }

  /**
   * Judges a file by its content, seals and stores it, and asks the scanner. What dies between the store and the record leaves
   * bytes that belong to nobody (`npm run reconcile`), never a document without content.
   *
   * @throws HttpProblem NOT_FOUND outside the caller's scope; the refusals of `document-problems.ts`
   */
  private async upload({ caseId, kind, file, user }: Upload): Promise<StoredDocument> {
    const { record } = await this.reader.get(caseId, user); // once more: what comes slowly may take a minute, and the case be closed to the user by then
    const judged = await this.oneByOne(() => judgeContent(file));
    if ('fault' in judged) throw documentRefused(judged.fault);
    const id = randomUUID();
    const sealed = (await this.keys.sealOf(record.caseId)).sealBytes(contentPlace(id), judged.bytes);
    const address = addressOf(sealed);
    await this.store.put(address, sealed);
    const { contentType, bytes } = judged;
    const isWritten = await insertDocument(this.pool, { id, caseId: record.caseId, kind, contentType, sizeBytes: bytes.length, address, uploadedBy: user.id }, PER_CASE_MAX);
    if (!isWritten) {
      await this.store.remove(address);
      await this.reader.get(caseId, user); // it may have been destroyed meanwhile
      throw tooManyDocuments(PER_CASE_MAX);
    }
    await this.scans.scan({ id, caseId: record.caseId, address });
    return this.get(record.caseId, id, this.records.of(scopeOf(user)));
  }

  async list(caseId: string, user: User): Promise<StoredDocument[]> {
    const db = this.records.of(scopeOf(user));
    const { record } = await this.reader.get(caseId, user, db);
    return (await listDocuments(db, record.caseId)).filter((document) => isFor(user, document));
  }

  /**
   * A permission to download one clean document, for one session and one minute.
   * @throws HttpProblem NOT_FOUND, DOCUMENT_NOT_READY
   */
  async link(caseId: string, documentId: string, user: User, sessionId: string): Promise<{ document: StoredDocument; token: string; expiresAt: Date }> {
    const db = this.records.of(scopeOf(user));
    const { record } = await this.reader.get(caseId, user, db);
    const document = await this.get(record.caseId, documentId, db);
    if (!isFor(user, document)) throw notFound();
    if (document.state !== 'clean') throw documentNotReady(document.state);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    return { document, token, expiresAt: await insertLink(this.pool, { tokenHash: hashOf(token), documentId, sessionId }, LINK_SECONDS) };
  }

  /**
   * The content a link leads to. Everything is asked again: the case may have gone out of sight since.
   * @throws HttpProblem NOT_FOUND for whatever is wrong with the link
   */
  async download(token: string, user: User, sessionId: string): Promise<{ document: StoredDocument; bytes: Buffer }> {
    const document = await findLinked(this.pool, hashOf(token), sessionId);
    if (document?.state !== 'clean' || !isFor(user, document) || !(await this.reader.find(document.caseId, user))) throw notFound();
    const sealed = await this.store.get(document.address);
    if (!sealed) throw new Error(`the content of document ${document.id} is not in the store`);
    return { document, bytes: (await this.keys.sealOf(document.caseId)).openBytes(contentPlace(document.id), sealed) };
  }

  private async get(caseId: string, documentId: string, db: Db): Promise<StoredDocument> {
    const document = isUuid(documentId) ? await findDocument(db, documentId, caseId) : undefined;
    if (!document) throw notFound();
    return document;
  }

  /** A few at a time; whoever finds too many waiting is told to come again. */
  private async oneByOne<T>(work: () => Promise<T>): Promise<T> {
    if (this.atWork >= AT_WORK_MAX) {
      if (this.waiting.length >= WAITING_MAX) throw documentsBusy();
      await new Promise<void>((resolve) => this.waiting.push(resolve)); // whoever ends hands its place over
    } else this.atWork++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.atWork--;
    }
  }
}

/** What a visit or an inquiry brought in is the union's; an applicant gets back what came from him. */
function isFor({ id, applicant }: User, { uploadedBy }: StoredDocument): boolean {
  return applicant === undefined || uploadedBy === id;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
