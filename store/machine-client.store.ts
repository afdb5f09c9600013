import type { Db } from './db';

/** A program that works with the service under a token of its own. */
export interface MachineClient {
  id: string;
  name: string;
  orgId: string;
  /** Operation ids. */
  scopes: string[];
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

const COLUMNS = `m.id, m.name, m.org_id as "orgId", m.scopes, m.created_by as "createdBy", m.created_at as "createdAt", m.expires_at as "expiresAt",
  m.revoked_at as "revokedAt", m.last_used_at as "lastUsedAt"`;

export interface NewMachineClient {
  id: string;
  name: string;
  orgId: string;
  scopes: readonly string[];
  secretHash: Buffer;
  createdBy: string;
  expiresInDays: number;
}

export async function insertMachineClient(db: Db, { id, name, orgId, scopes, secretHash, createdBy, expiresInDays }: NewMachineClient): Promise<MachineClient> {
  const { rows } = await db.query<MachineClient>(
    `insert into machine_client as m (id, name, org_id, scopes, secret_hash, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7)) returning ${COLUMNS}`,
    [id, name, orgId, scopes, secretHash, createdBy, expiresInDays],
  );
  const [client] = rows;
  if (!client) throw new Error('the machine client was not kept');
  return client;
}

/** Whose token it is, while it serves; with the place of its organisation. */
export async function findMachineClient(db: Db, id: string, secretHash: Buffer): Promise<{ id: string; orgId: string; orgPath: string; scopes: string[] } | undefined> {
  const { rows } = await db.query<{ id: string; orgId: string; orgPath: string; scopes: string[]; isStale: boolean }>({
    name: 'findMachineClient',
    text: `select m.id, m.org_id as "orgId", o.path as "orgPath", m.scopes, coalesce(m.last_used_at < now() - interval '1 minute', true) as "isStale"
             from machine_client m join organisation o on o.id = m.org_id
            where m.id = $1 and m.secret_hash = $2 and m.expires_at > now() and m.revoked_at is null`,
    values: [id, secretHash],
  });
  const [row] = rows;
  if (!row) return undefined;
  const { isStale, ...client } = row;
  if (isStale) await db.query(`update machine_client set last_used_at = now() where id = $1 and coalesce(last_used_at < now() - interval '1 minute', true)`, [id]);
  return client;
}

/** Machine clients of organisations within a subtree, by id. */
export async function listMachineClients(db: Db, orgPath: string, { after, limit }: { after: string | undefined; limit: number }): Promise<MachineClient[]> {
  const { rows } = await db.query<MachineClient>(
    `select ${COLUMNS} from machine_client m join organisation o on o.id = m.org_id where starts_with(o.path, $1) and m.id > $2 order by m.id limit $3`,
    [orgPath, after ?? '', limit],
  );
  return rows;
}

/** Ends a machine client of a subtree; one that had ended already stays as it was. @returns undefined when there is none */
export async function revokeMachineClient(db: Db, { id, orgPath, revokedBy }: { id: string; orgPath: string; revokedBy: string }): Promise<MachineClient | undefined> {
  const { rows } = await db.query<MachineClient>(
    `update machine_client m set revoked_at = coalesce(m.revoked_at, now()), revoked_by = coalesce(m.revoked_by, $3)
       from organisation o where o.id = m.org_id and m.id = $1 and starts_with(o.path, $2) returning ${COLUMNS}`,
    [id, orgPath, revokedBy],
  );
  return rows[0];
}
