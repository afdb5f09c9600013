import type { Db } from './db';

const KEPT_FOR = `interval '1 hour'`;

/** Keeps a message that goes nowhere; those of an hour ago go with it. */
export async function insertSandboxMessage(db: Db, sealed: Buffer): Promise<void> {
  await db.query(`delete from sms_sandbox_message where sent_at < now() - ${KEPT_FOR}`);
  await db.query('insert into sms_sandbox_message (sealed) values ($1)', [sealed]);
}

/** The newest first. */
export async function listSandboxMessages(db: Db, limit: number): Promise<{ sealed: Buffer; sentAt: Date }[]> {
  const { rows } = await db.query<{ sealed: Buffer; sentAt: Date }>(
    `select sealed, sent_at as "sentAt" from sms_sandbox_message where sent_at > now() - ${KEPT_FOR} order by sent_at desc limit $1`,
    [limit],
  );
  return rows;
}
