import type { Place } from '../security/envelope';
import type { Db } from './db';

export const DOCUMENT_STATES = ['received', 'quarantined', 'scanning', 'clean', 'infected', 'failed'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/** What is known of an uploaded document. */
export interface StoredDocument {
  id: string;
  caseId: string;
  /** Kind of material. */
  kind: string;
  contentType: string;
  sizeBytes: number;
  /** Where its sealed content lies. */
  address: string;
  state: DocumentState;
  uploadedBy: string;
  uploadedAt: Date;
}

/** What the content is sealed for, under the key of its case. */
export function contentPlace(documentId: string): Place {
  return { table: 'document', column: 'content', rowId: documentId };
}

export type NewDocument = Omit<StoredDocument, 'state' | 'uploadedAt'>;

const COLUMNS = `id, case_id as "caseId", kind, content_type as "contentType", size_bytes as "sizeBytes", address, state, uploaded_by as "uploadedBy", uploaded_at as "uploadedAt"`;

/**
 * Writes a document down whose content is stored, unless the case has `max` already, or its key is being destroyed at this moment: then
 * either this comes first and is destroyed as well, or it does not come at all.
 * @returns whether it was written
 */
export async function insertDocument(db: Db, document: NewDocument, max: number): Promise<boolean> {
  const { id, caseId, kind, contentType, sizeBytes, address, uploadedBy } = document;
  const { rowCount } = await db.query(
    `with sealed_for as (select from case_key where case_id = $2 and wrapped is not null for share)
     insert into document (id, case_id, kind, content_type, size_bytes, address, uploaded_by)
     select $1, $2::uuid, $3, $4, $5, $6, $7 from sealed_for where (select count(*) from document where case_id = $2) < $8`,
    [id, caseId, kind, contentType, sizeBytes, address, uploadedBy, max],
  );
  return rowCount === 1;
}

export async function findDocument(db: Db, id: string, caseId: string): Promise<StoredDocument | undefined> {
  const { rows } = await db.query<StoredDocument>(`select ${COLUMNS} from document where id = $1 and case_id = $2`, [id, caseId]);
  return rows[0];
}

/** Documents of a case in the order of their upload; the case's limit is small enough for one page. */
export async function listDocuments(db: Db, caseId: string): Promise<StoredDocument[]> {
  const { rows } = await db.query<StoredDocument>(`select ${COLUMNS} from document where case_id = $1 order by uploaded_at, id`, [caseId]);
  return rows;
}

/** Of these ids, those of clean documents of the case. */
export async function usableDocuments(db: Db, caseId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(`select id from document where case_id = $1 and id = any($2::uuid[]) and state = 'clean'`, [caseId, ids]);
  return rows.map(({ id }) => id);
}

/**
 * Documents that wait for a verdict: new ones, those in quarantine, and those whose process has died over them. Those tried least
 * often come first, of these the oldest: ones over which the scanner always fails keep no others waiting.
 */
export async function listUnjudged(db: Db, limit: number): Promise<StoredDocument[]> {
  const { rows } = await db.query<StoredDocument>(
    `select ${COLUMNS} from document where state in ('received', 'quarantined') or (state = 'scanning' and scanning_until < now()) order by scans, uploaded_at limit $1`,
    [limit],
  );
  return rows;
}

/** Takes a document for one process to scan; one statement decides. @returns how often it has been scanned, or undefined when another has it or it is judged */
export async function claimForScan(db: Db, id: string, forSeconds: number): Promise<number | undefined> {
  const { rows } = await db.query<{ scans: number }>(
    `update document set state = 'scanning', scanning_until = now() + make_interval(secs => $2), scans = scans + 1
      where id = $1 and (state in ('received', 'quarantined') or (state = 'scanning' and scanning_until < now())) returning scans`,
    [id, forSeconds],
  );
  return rows[0]?.scans;
}

/**
 * Ends a scan, unless another process has taken the document over meanwhile.
 * @param scans as claimed
 */
export async function finishScan(db: Db, id: string, scans: number, state: 'quarantined' | 'clean' | 'infected' | 'failed'): Promise<boolean> {
  const { rowCount } = await db.query(
    `update document set state = $3, scanning_until = null, judged_at = case when $3 = 'quarantined' then null else now() end
      where id = $1 and scans = $2 and state = 'scanning'`,
    [id, scans, state],
  );
  return rowCount === 1;
}

/** Without a scanner: what has come waits for one. */
export async function quarantine(db: Db, id: string): Promise<void> {
  await db.query(`update document set state = 'quarantined' where id = $1 and state = 'received'`, [id]);
}

export async function insertLink(db: Db, link: { tokenHash: Buffer; documentId: string; sessionId: string }, seconds: number): Promise<Date> {
  await db.query('delete from document_link where expires_at < now()');
  const { rows } = await db.query<{ expiresAt: Date }>(
    `insert into document_link (token_hash, document_id, session_id, expires_at) values ($1, $2, $3, now() + make_interval(secs => $4)) returning expires_at as "expiresAt"`,
    [link.tokenHash, link.documentId, link.sessionId, seconds],
  );
  return (rows[0] as { expiresAt: Date }).expiresAt;
}

/** The document that a link of this session leads to, while it lasts. */
export async function findLinked(db: Db, tokenHash: Buffer, sessionId: string): Promise<StoredDocument | undefined> {
  const { rows } = await db.query<StoredDocument>(
    `select ${COLUMNS} from document where id = (select document_id from document_link where token_hash = $1 and session_id = $2 and expires_at > now())`,
    [tokenHash, sessionId],
  );
  return rows[0];
}

/** Of these addresses, those that a document has whose content should be there. */
export async function knownAddresses(db: Db, addresses: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ address: string }>(`select address from document where address = any($1) and state <> 'infected'`, [addresses]);
  return new Set(rows.map(({ address }) => address));
}

/** A page of documents whose content should be there, by id. */
export async function listStored(db: Db, after: string | null, limit: number): Promise<{ id: string; address: string }[]> {
  const { rows } = await db.query<{ id: string; address: string }>(
    `select id, address from document where state not in ('infected', 'failed') and ($1::uuid is null or id > $1) order by id limit $2`,
    [after, limit],
  );
  return rows;
}

/** A document whose content is gone is of no use to anybody. */
export async function markLost(db: Db, id: string): Promise<void> {
  await db.query(`update document set state = 'failed', scanning_until = null, judged_at = now() where id = $1`, [id]);
}
