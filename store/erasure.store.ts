import type { ProfileId } from '../security/crypto-profile';
import type { Db } from './db';

/** What there was of a case when its personal data was destroyed. */
export interface ErasureInventory {
  /** Entries by kind; those marked in `kept` stay as coded facts. */
  counts: Record<'personalRecords' | 'commands' | 'bankAccounts' | 'documents' | 'reveals' | 'exports', number>;
  kept: Record<'events' | 'payments' | 'notifications', number>;
  documents: { id: string; kind: string; sizeBytes: number; storedSha256: string }[];
  /** The key, by a digest of its wrapped form: which one it was can be shown, and nothing be opened with it. */
  key: { profile: ProfileId; masterKeyId: string; wrappedSha256: string; createdAt: Date };
}

/** Of a case whose key is still there; the caller holds the case's lock. */
export async function takeInventory(db: Db, caseId: string): Promise<ErasureInventory | undefined> {
  const { rows: keys } = await db.query<ErasureInventory['key']>(
    `select profile, master_key_id as "masterKeyId", encode(sha256(wrapped), 'hex') as "wrappedSha256", created_at as "createdAt"
       from case_key where case_id = $1 and wrapped is not null for update`,
    [caseId],
  );
  if (!keys[0]) return undefined;
  const { rows: counts } = await db.query<ErasureInventory['counts'] & ErasureInventory['kept']>(
    `select (select count(*) from case_private where case_id = $1) as "personalRecords",
            (select count(*) from command where case_id = $1) as commands,
            (select count(*) from disbursement_account where case_id = $1) as "bankAccounts",
            (select count(*) from document where case_id = $1) as documents,
            (select count(*) from reveal where case_id = $1) as reveals,
            (select count(*) from personal_data_export where case_id = $1) as exports,
            (select count(*) from case_event where case_id = $1) as events,
            (select count(*) from disbursement_item i join disbursement d on d.id = i.disbursement_id where d.case_id = $1) as payments,
            (select count(*) from notification where case_id = $1) as notifications`,
    [caseId],
  );
  const { rows: documents } = await db.query<ErasureInventory['documents'][number]>(
    'select id, kind, size_bytes as "sizeBytes", address as "storedSha256" from document where case_id = $1 order by id',
    [caseId],
  );
  const { events = 0, payments = 0, notifications = 0, ...erased } = counts[0] ?? ({} as Partial<ErasureInventory['kept']> & ErasureInventory['counts']);
  return { counts: erased, kept: { events, payments, notifications }, documents, key: keys[0] };
}

/**
 * Destroys the key of a case, and takes away whatever it had sealed and whatever a person of it is found by. Safe to run twice.
 *
 * The sealed values would be worth nothing without the key. They go all the same: a key that somebody has from a backup shall find
 * nothing here.
 */
export async function erasePersonalData(db: Db, caseId: string): Promise<void> {
  await db.query('update case_key set wrapped = null, destroyed_at = now() where case_id = $1 and wrapped is not null', [caseId]);
  // The row stays: without it a case would look as if something had been lost.
  await db.query(`update case_private set sealed = '', name_index = null, phone_index = null, card_index = null, id_indexes = null where case_id = $1`, [caseId]);
  // A digest of what somebody wrote tells it to whoever has the index key and guesses; the key of an imported row repeats it.
  await db.query(`update command set body = '', body_digest = '', idempotency_key = replace(idempotency_key, body_digest, id::text) where case_id = $1 and body_digest <> ''`, [caseId]);
  // Why somebody looked, and what the applicant said of the service. The rows stay; their triggers allow this, and only now.
  await db.query(`update reveal set reason = '' where case_id = $1`, [caseId]);
  await db.query(`update personal_data_export set reason = '' where case_id = $1`, [caseId]);
  await db.query(`update service_rating set comment = '' where case_id = $1 and comment is not null`, [caseId]);
  await db.query('delete from disbursement_account where case_id = $1', [caseId]);
  await db.query('delete from household_claim where case_id = $1', [caseId]);
  await db.query('delete from case_applicant where case_id = $1', [caseId]);
  // It says whose household, or whose relative's, it was.
  await db.query('delete from recusal where case_id = $1', [caseId]);
  await db.query('delete from document_link where document_id in (select id from document where case_id = $1)', [caseId]);
  await db.query('delete from document where case_id = $1', [caseId]);
}

/** Contents at these addresses that a document has; there should be none, for each is sealed for one document of one case. */
export async function addressesInUse(db: Db, addresses: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ address: string }>('select address from document where address = any($1)', [addresses]);
  return rows.map(({ address }) => address);
}
