import type { Db } from './db';

/** Saves a whole reference document (policies, calendar, living standards), replacing the one loaded before. */
export async function saveReferenceDocument(db: Db, kind: string, document: unknown): Promise<void> {
  await db.query(
    `insert into reference_document (kind, document) values ($1, $2)
     on conflict (kind) do update set document = $2, loaded_at = now() where reference_document.document is distinct from $2`,
    [kind, JSON.stringify(document)],
  );
}

/** @throws Error when it was never loaded */
export async function getReferenceDocument<T>(db: Db, kind: string): Promise<T> {
  const { rows } = await db.query<{ document: T }>('select document from reference_document where kind = $1', [kind]);
  if (!rows[0]) throw new Error(`the reference document "${kind}" was never loaded`);
  return rows[0].document;
}
