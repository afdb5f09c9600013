import { createHash } from 'node:crypto';
import type { Refusal } from '../domain/refusal';
import type { BlindIndex } from '../security/blind-index';
import type { StoredKey } from '../security/data-keys';
import type { Place, Seal } from '../security/envelope';
import { KEY_COLUMNS, storedKeyOf, type KeyColumns } from './data-key.store';
import type { Db } from './db';
import { canonical } from './event-hash';
import type { RecordKeys } from './record-keys';

/** A command that somebody sent, and what became of it. What they wrote is sealed and read where it is needed: {@link findBodies}. */
export interface CommandRow {
  id: string;
  caseId: string;
  operation: string;
  actor: string | null;
  bodyDigest: string;
  state: 'pending' | 'accepted' | 'refused';
  refusals: [Refusal, ...Refusal[]] | null;
  resultVersion: number | null;
}

const COLUMNS = `id, case_id as "caseId", operation, actor, body_digest as "bodyDigest", state, refusals, result_version as "resultVersion"`;

/** A command as it is written down. */
export interface NewCommand extends Pick<CommandRow, 'id' | 'caseId' | 'operation' | 'actor' | 'bodyDigest'> {
  body: Record<string, unknown>;
  idempotencyKey: string;
}

/** Keyed digest by which a repeated command is told from another one under the same key; the path counts as part of the body. */
export function bodyDigest(index: BlindIndex, operation: string, caseId: string | undefined, body: unknown): string {
  return index.ofCommand(createHash('sha256').update(canonical({ operation, caseId, body })).digest('hex'));
}

/** Namespace of the locks on those who file; see {@link lockFiling}. */
const FILING_LOCK = 4_201_112;

/** Lets one after another of what somebody files at once be written down, until its transaction ends, so that each counts those before it. */
export async function lockFiling(db: Db, actor: string): Promise<void> {
  await db.query({ name: 'lockFiling', text: 'select pg_advisory_xact_lock($1, hashtext($2))', values: [FILING_LOCK, actor] });
}

/** How many cases somebody has tried to open within a day, refused ones included. */
export async function countFiledToday(db: Db, actor: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) as count from command where coalesce(actor, '') = $1 and operation in ('submitApplication', 'reportRelapse') and created_at > now() - interval '24 hours'`,
    [actor],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Writes a command down before it is judged, or finds the one that came earlier under the same key.
 *
 * @param seal of the command's case
 * @param newKey the key of a case that begins with this command; written with it
 * @returns the row, and whether it is new
 */
export async function openCommand(db: Db, seal: Seal, { body, idempotencyKey, ...command }: NewCommand, newKey?: StoredKey): Promise<{ row: CommandRow; isNew: boolean }> {
  const values = [command.id, command.caseId, command.operation, command.actor, idempotencyKey, seal.seal(bodyPlace(command.id), body), command.bodyDigest];
  const insert = `insert into command (id, case_id, operation, actor, idempotency_key, body, body_digest) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (coalesce(actor, ''), idempotency_key) do nothing`;
  const inserted = await db.query(
    newKey
      ? {
          name: 'openCommandWithKey',
          text: `with opened as (${insert} returning case_id),
                      key as (insert into case_key (case_id, profile, master_key_id, wrapped) select case_id, $8, $9, $10 from opened on conflict do nothing)
                 select from opened`,
          values: [...values, newKey.profile, newKey.masterKeyId, newKey.wrapped],
        }
      : { name: 'openCommand', text: insert, values },
  );
  if (inserted.rowCount === 1) return { row: { ...command, state: 'pending', refusals: null, resultVersion: null }, isNew: true };
  const row = await findCommandByKey(db, command.actor, idempotencyKey);
  if (!row) throw new Error('a command key was taken and is gone: rows of this table are never deleted');
  return { row, isNew: false };
}

/**
 * Keeps that a command opens no case, and why, with nothing of what was sent: it would lie under the key of a case that never comes to be, and
 * so never comes to its end. Written and answered in one, so that no crash leaves it open.
 *
 * @param previousCaseId the case to which the command was sent before, and which was closed before it could judge it
 * @returns the row that stands now, and whether it is this refusal: another request under the same key may have been faster
 */
export async function refuseOpening(
  db: Db,
  { id, caseId, operation, actor, idempotencyKey, bodyDigest: digest }: NewCommand,
  previousCaseId: string | undefined,
  refusals: [Refusal, ...Refusal[]],
): Promise<{ row: CommandRow; isNew: boolean }> {
  const { rows } = await db.query<CommandRow>({
    name: 'refuseOpening',
    text: `insert into command as c (id, case_id, operation, actor, idempotency_key, body, body_digest, state, refusals, answered_at)
           values ($1, $2, $3, $4, $5, '', $6, 'refused', $7, now())
           on conflict (coalesce(actor, ''), idempotency_key) do update set state = 'refused', refusals = excluded.refusals, answered_at = now(), body = ''
             where c.case_id = $8 and c.state = 'pending' and c.body_digest = excluded.body_digest
           returning ${COLUMNS}`,
    values: [id, caseId, operation, actor, idempotencyKey, digest, JSON.stringify(refusals), previousCaseId ?? null],
  });
  if (rows[0]) return { row: rows[0], isNew: true };
  const row = await findCommandByKey(db, actor, idempotencyKey);
  if (!row) throw new Error('a command key was taken and is gone: rows of this table are never deleted');
  return { row, isNew: false };
}

/** Where the body of a command lies. */
export function bodyPlace(commandId: string): Place<Record<string, unknown>> {
  return { table: 'command', column: 'body', rowId: commandId };
}

/**
 * Hands a command that nobody has judged yet over from the case that it was sent to, to one that it opens.
 *
 * @param seal of the new case, under which what the caller wrote lies from now on
 * @param newKey its key; written with it
 * @returns false where it was answered, or handed over, in the meantime
 */
export async function handOver(db: Db, seal: Seal, { id, caseId, body }: NewCommand, from: string, newKey: StoredKey): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'handOver',
    text: `with handed as (update command set case_id = $3, body = $4 where id = $1 and case_id = $2 and state = 'pending' returning case_id),
                key as (insert into case_key (case_id, profile, master_key_id, wrapped) select case_id, $5, $6, $7 from handed on conflict do nothing)
           select from handed`,
    values: [id, from, caseId, seal.seal(bodyPlace(id), body), newKey.profile, newKey.masterKeyId, newKey.wrapped],
  });
  return rowCount === 1;
}

/** The command that an actor sent under a key. */
export async function findCommandByKey(db: Db, actor: string | null, idempotencyKey: string): Promise<CommandRow | undefined> {
  const { rows } = await db.query<CommandRow>({
    name: 'findCommandByKey',
    text: `select ${COLUMNS} from command where coalesce(actor, '') = $1 and idempotency_key = $2`,
    values: [actor ?? '', idempotencyKey],
  });
  return rows[0];
}

export async function findCommand(db: Db, id: string): Promise<CommandRow | undefined> {
  const { rows } = await db.query<CommandRow>({ name: 'findCommand', text: `select ${COLUMNS} from command where id = $1`, values: [id] });
  return rows[0];
}

/** Part of the step's own transaction: a command is accepted exactly when its events are in the record. */
export async function markAccepted(db: Db, id: string, version: number): Promise<void> {
  await db.query({
    name: 'markAccepted',
    text: `update command set state = 'accepted', result_version = $2, answered_at = now() where id = $1`,
    values: [id, version],
  });
}

/** The engine, too, knows that these commands were carried out: its answers came back. */
export async function markConfirmed(db: Db, ids: readonly string[]): Promise<void> {
  await db.query({ name: 'markConfirmed', text: 'update command set confirmed_at = now() where id = any($1)', values: [ids] });
}

/**
 * Cases with a command that is in the record, and of which the engine has not answered for `ageSeconds`: it may have died
 * in between and forgotten it.
 */
export async function listUnconfirmed(db: Db, ageSeconds: number, limit: number): Promise<{ caseId: string; version: number }[]> {
  const { rows } = await db.query<{ caseId: string; version: number }>(
    `select c.id as "caseId", c.version from hardship_case c
      where c.id in (select case_id from command where state = 'accepted' and confirmed_at is null
                        and answered_at < now() - make_interval(secs => $1) limit $2)`,
    [ageSeconds, limit],
  );
  return rows;
}

export async function markCaseConfirmed(db: Db, caseId: string, version: number): Promise<void> {
  await db.query(
    `update command set confirmed_at = now() where case_id = $1 and state = 'accepted' and confirmed_at is null and result_version <= $2`,
    [caseId, version],
  );
}

/** Keeps what was refused, and why: the audit of refusals. */
export async function markRefused(db: Db, id: string, refusals: readonly Refusal[]): Promise<void> {
  await db.query({
    name: 'markRefused',
    text: `update command set state = 'refused', refusals = $2, answered_at = now() where id = $1 and state = 'pending'`,
    values: [id, JSON.stringify(refusals)],
  });
}

/** What somebody sent with a command, under the key of its case. */
export interface SealedBody {
  id: string;
  body: Buffer;
}

/** What people sent with commands of one case, by command. @throws KeyDestroyed, SealBroken, and what the key's provider throws */
export async function openBodies({ cases }: RecordKeys, caseId: string, key: StoredKey, sealed: readonly SealedBody[]): Promise<Map<string, Record<string, unknown>>> {
  if (sealed.length === 0) return new Map();
  const seal = await cases.sealOf(caseId, key);
  return new Map(sealed.map(({ id, body }) => [id, seal.open(bodyPlace(id), body)]));
}

/**
 * What people sent with these commands, by command.
 *
 * @throws KeyDestroyed for a case whose key was destroyed; SealBroken
 */
export async function findBodies(db: Db, { cases }: RecordKeys, ids: readonly string[]): Promise<Map<string, Record<string, unknown>>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; caseId: string; body: Buffer } & KeyColumns>({
    name: 'findBodies',
    // A list that the planner cannot look into: otherwise it plans anew each time, which takes longer than the statement itself.
    text: `select c.id, c.case_id as "caseId", c.body, ${KEY_COLUMNS} from command c join case_key y on y.case_id = c.case_id where c.id = any((select $1::uuid[])::uuid[])`,
    values: [ids],
  });
  const bodies = rows.map(async ({ id, caseId, body, ...key }) => {
    const seal = await cases.sealOf(caseId, storedKeyOf(key));
    return [id, seal.open(bodyPlace(id), body)] as const;
  });
  return new Map(await Promise.all(bodies));
}

/**
 * All that people sent to a case and that was carried out, in the order in which they sent it.
 *
 * @param seal of the case
 */
export async function listBodies(db: Db, seal: Seal): Promise<{ id: string; operation: string; actor: string | null; createdAt: Date; body: Record<string, unknown> }[]> {
  const { rows } = await db.query<{ id: string; operation: string; actor: string | null; createdAt: Date; body: Buffer }>(
    `select id, operation, actor, created_at as "createdAt", body from command where case_id = $1 and state = 'accepted' order by created_at, id`,
    [seal.ownerId],
  );
  return rows.map(({ body, ...row }) => ({ ...row, body: seal.open(bodyPlace(row.id), body) }));
}
