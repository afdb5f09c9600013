import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { CheckpointFile, checkpointFileIn } from '../../../audit/checkpoint-file';
import { checkpointKeyOf, newSigningKey, signerOf, type CheckpointSigner } from '../../../audit/checkpoint-signer';
import { Checkpoints } from '../../../audit/checkpoints';
import { byId, developmentSigningKeyIn } from '../../../audit/signing-key';
import { verifyAudit, type VerificationReport } from '../../../audit/verify/verification';
import { until } from '../../../infra/until';
import { listAuditLinks, listEventLinks, type ChainLink } from '../../../store/chain-walk.store';
import { connect, transaction } from '../../../store/db';
import { eventHash, GENESIS } from '../../../store/event-hash';
import { OwnService } from '../../stack/own-service';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation, runOperationIn } from '../given/operation';

jest.setTimeout(300_000);
const sample = sampleApplications(62);
const READS = 6;

let own: OwnService;
let directory: string;
let signer: CheckpointSigner;
let checkpoints: Checkpoints;
beforeAll(async () => {
  own = await OwnService.start();
  directory = join(own.dataDir, 'audit');
  signer = signerOf(readFileSync(developmentSigningKeyIn(own.dataDir), 'utf8'));
  checkpoints = new Checkpoints(own.pool, new CheckpointFile(directory), signer);
  await until(async () => (await new CheckpointFile(directory).last()) ?? undefined, { withinMs: 30_000 }); // the worker's own, at its start
});
afterAll(() => own.stop());

/** A case with events of two commands, which was read some times. */
async function givenCase(): Promise<string> {
  const { clerk, body } = sample();
  const { id } = await own.client.done({ operation: 'submitApplication', as: clerk, input: body });
  const signedOn = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  await own.client.done({ operation: 'signAuthorization', as: clerk, caseId: id, input: { signers: [1, 2], signedOn } });
  await read(id, READS);
  return id;
}

async function read(caseId: string, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await own.client.getCase(caseId, 'wx-liangxi-e1.clerk');
}

const givenCases = (count: number) => Promise.all(Array.from({ length: count }, givenCase));
const keysOf = (by: CheckpointSigner) => byId([checkpointKeyOf(by.publicKey)]);
/** The engine's own may be under way at that moment. */
const write = (how: { full?: boolean } = {}) => until(() => checkpoints.write(how), { withinMs: 30_000 });
const verify = (bounds: { since?: Date; until?: Date } = {}, from = directory) => verifyAudit({ pool: own.pool, directory: from, keys: keysOf(signer), ...bounds });
const told = ({ faults }: VerificationReport) => faults.map(({ kind, chain, seq, checkpoint }) => [kind, chain ?? `checkpoint ${checkpoint ?? ''}`, ...(seq === undefined ? [] : [String(seq)])].join(' ')).sort();

/** As somebody with the database's own password would: past every trigger. */
function asThief(work: (db: PoolClient) => Promise<unknown>): Promise<void> {
  return transaction(own.pool, async (db) => {
    await db.query('set local session_replication_role = replica');
    await work(db);
  });
}

/** Moves the entries from a number on, as whoever puts one in or takes one out has to. */
async function renumber(db: PoolClient, table: 'audit_entry' | 'case_event', of: string, from: number, by: number): Promise<void> {
  const column = table === 'audit_entry' ? 'chain' : 'case_id';
  await db.query(`update ${table} set seq = -seq where ${column} = $1 and seq >= $2`, [of, from]);
  await db.query(`update ${table} set seq = -seq + $2 where ${column} = $1 and seq < 0`, [of, by]);
}

/** Writes the hashes of a chain anew, as the service itself would have: from here on it fits in itself. */
async function rehash(db: PoolClient, links: readonly ChainLink[]): Promise<void> {
  let before: Buffer = GENESIS;
  for (const { chain, seq, content } of links) {
    const hash = eventHash(before, content);
    if (chain.startsWith('event:')) await db.query('update case_event set prev_hash = $3, hash = $4 where case_id = $1 and seq = $2', [chain.slice(6), seq, before, hash]);
    else await db.query('update audit_entry set prev_hash = $3, hash = $4 where chain = $1 and seq = $2', [chain, seq, before, hash]);
    before = hash;
  }
  const last = links.at(-1);
  if (last && !last.chain.startsWith('event:')) await db.query('update audit_chain set seq = $2, hash = $3 where chain = $1', [last.chain, last.seq, before]);
}

test('a record that nobody touched has no fault, while the service goes on writing', async () => {
  const [caseId = ''] = await givenCases(1);
  let written = await write();
  expect(written.changed).toBeGreaterThanOrEqual(2);
  let isOver = false;
  const readOn = async () => {
    while (!isOver) await read(caseId, 1);
  };
  const reading = readOn();
  for (let times = 0; times < 3; times++) {
    const report = await verify();
    expect(told(report)).toEqual([]);
    expect(report).toMatchObject({ isWell: true, lastCheckpoint: { key: signer.keyId } });
    expect(report.lastCheckpoint?.n).toBeGreaterThanOrEqual(written.n);
    expect(report.chains).toBeGreaterThanOrEqual(3);
    written = await write();
  }
  isOver = true;
  await reading;
});

test('only what has grown stands in the next checkpoint, and two at once are one', async () => {
  const [moved = '', resting = ''] = await givenCases(2);
  const before = await write();
  await read(moved, 1);
  await Promise.all([write(), write()]);
  const heads = readFileSync(checkpointFileIn(directory), 'utf8').split('\n').filter((line) => Number(/^\{"checkpoint":(\d+),/.exec(line)?.[1] ?? 0) > before.n).join('');
  expect(heads.split(`"case:${moved}"`)).toHaveLength(2);
  expect(heads).not.toContain(resting);
  expect(heads).not.toContain(`event:${moved}`);
  expect(told(await verify())).toEqual([]);
});

test('each thing that somebody with the database can do to a chain is found, with its chain, its number and its kind, all of them at once', async () => {
  const cases = await givenCases(14);
  await write();
  const next = () => `case:${cases.shift() ?? ''}`;
  const [changed, removed, closedUp, swapped, inserted, cut, cutShort, gone, rewritten, forged] = Array.from({ length: 10 }, next) as [string, string, string, string, string, string, string, string, string, string];
  const [eventChanged = '', eventsRewritten = '', eventsCut = '', eventsGone = ''] = cases;
  const before = (await verify()).chains;

  await asThief(async (db) => {
    await db.query(`update audit_entry set actor = 'somebody.else' where chain = $1 and seq = 3`, [changed]);
    await db.query('delete from audit_entry where chain = $1 and seq = 3', [removed]);

    await db.query('delete from audit_entry where chain = $1 and seq = 3', [closedUp]);
    await renumber(db, 'audit_entry', closedUp, 4, -1);
    await db.query('update audit_chain set seq = seq - 1 where chain = $1', [closedUp]);

    await db.query('update audit_entry set seq = -seq where chain = $1 and seq in (3, 4)', [swapped]);
    await db.query('update audit_entry set seq = 7 + seq where chain = $1 and seq < 0', [swapped]);

    await renumber(db, 'audit_entry', inserted, 3, 1);
    await db.query(
      `insert into audit_entry select chain, 3, at, kind, actor_kind, 'somebody.else', on_behalf_of, org_id, operation, case_id, case_ids, outcome, code, request_id, address, details, hash, hash
         from audit_entry where chain = $1 and seq = 2`,
      [inserted],
    );
    const [second, put] = (await listAuditLinks(db, { chains: [inserted] }, { chain: inserted, seq: 1 }, 2)) as [ChainLink, ChainLink];
    await db.query('update audit_entry set hash = $2 where chain = $1 and seq = 3', [inserted, eventHash(second.hash, put.content)]);
    await db.query('update audit_chain set seq = seq + 1 where chain = $1', [inserted]);

    await db.query('delete from audit_entry where chain = $1 and seq > 4', [cut]);
    await db.query('delete from audit_entry where chain = $1 and seq > 4', [cutShort]);
    await db.query('update audit_chain set seq = 4, hash = (select hash from audit_entry where chain = $1 and seq = 4) where chain = $1', [cutShort]);
    await db.query('update audit_checkpoint_head set seq = 4, hash = (select hash from audit_entry where chain = $1 and seq = 4) where chain = $1', [cutShort]);

    for (const table of ['audit_entry', 'audit_chain', 'audit_checkpoint_head']) await db.query(`delete from ${table} where chain = $1`, [gone]);

    await db.query(`update audit_entry set actor = 'somebody.else' where chain = $1 and seq = 2`, [rewritten]);
    await rehash(db, await listAuditLinks(db, { chains: [rewritten] }, undefined, 100));

    await db.query(`update audit_entry set at = at - interval '1 day' where chain = $1 and seq = 5`, [forged]);
    await rehash(db, await listAuditLinks(db, { chains: [forged] }, undefined, 100));

    await db.query(`update case_event set data = data || '{"signedOn": "2020-01-01"}' where case_id = $1 and type = 'authorizationSigned'`, [eventChanged]);
    await db.query(`update case_event set actor = 'somebody.else' where case_id = $1 and seq = 1`, [eventsRewritten]);
    await rehash(db, await listEventLinks(db, { chains: [`event:${eventsRewritten}`] }, undefined, 100));
    await db.query('delete from case_event where case_id = $1 and seq > 1', [eventsCut]);
    await db.query('update command set result_version = 1 where case_id = $1', [eventsCut]);
    for (const table of ['case_event', 'command', 'case_private']) await db.query(`delete from ${table} where case_id = $1`, [eventsGone]);
    await db.query('delete from hardship_case where id = $1', [eventsGone]);
    await db.query(`delete from audit_checkpoint_head where chain = $1`, [`event:${eventsGone}`]);
  });

  const report = await verify();
  const signed = await own.pool.query<{ seq: number }>(`select seq from case_event where case_id = $1 and type = 'authorizationSigned'`, [eventChanged]);
  expect(told(report)).toEqual(
    [
      `changed ${changed} 3`,
      `removed ${removed} 3`,
      `removed ${closedUp} 3`,
      `reordered ${swapped} 3`,
      `inserted ${inserted} 3`,
      `tailCut ${cut} 5`,
      `tailCut ${cutShort} 5`,
      `chainRemoved ${gone}`,
      `rewritten ${rewritten} 1`,
      `rewritten ${forged} 1`,
      `changed event:${eventChanged} ${signed.rows[0]?.seq ?? 0}`,
      `rewritten event:${eventsRewritten} 1`,
      `tailCut event:${eventsCut} 2`,
      `chainRemoved event:${eventsGone}`,
      `headsDigest checkpoint ${report.lastCheckpoint?.n ?? 0}`,
    ].sort(),
  );
  expect(report.chains).toBe(before - 2);

  // Without the checkpoints those that fit in themselves, and those of which no trace is left, would pass.
  const blind = await verify({}, mkdtempSync(join(tmpdir(), 'bihuan-none-')));
  const unseen = [cutShort, gone, rewritten, forged, `event:${eventsRewritten}`, `event:${eventsCut}`, `event:${eventsGone}`];
  expect(told(blind).filter((line) => unseen.some((chain) => line.includes(chain)))).toEqual([]);

  const run = await runOperation('audit-verify', own.dataDir);
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(`15 faults in `);
  expect(run.stdout).toContain(`rewritten  ${rewritten} entry 1: checkpoint `);
  expect(run.stdout).toContain(`tailCut  ${cut} entry 5: it ends at 4, and `);

  // Later checkpoints do not make it good.
  await write({ full: true });
  expect(told(await verify()).filter((line) => !line.startsWith('headsDigest'))).toEqual(told(report).filter((line) => !line.startsWith('headsDigest')));
});

test('a row that holds what no entry ever held is told like any other, and hides nothing: no instant, a number without end, a chain without its end', async () => {
  const cases = await givenCases(7);
  await write();
  const [atNoTime = '', aLittleLater = '', farAway = '', endGone = '', changed = '', eventAtNoTime = '', eventFarAway = ''] = cases;
  const known = new Set(told(await verify()));
  await asThief(async (db) => {
    await db.query(`update audit_entry set at = 'infinity' where chain = $1 and seq = 2`, [`case:${atNoTime}`]);
    await db.query(`update audit_entry set at = at + interval '1 microsecond' where chain = $1 and seq = 2`, [`case:${aLittleLater}`]);
    await db.query('update audit_entry set seq = $2 where chain = $1 and seq = 2', [`case:${farAway}`, String(2n ** 53n + 1n)]);
    await db.query('update audit_checkpoint_head set seq = $2 where chain = $1', [`case:${farAway}`, String(2n ** 53n + 1n)]);
    await db.query('delete from audit_chain where chain = $1', [`case:${endGone}`]);
    await db.query(`update audit_entry set actor = 'somebody.else' where chain = $1 and seq = 3`, [`case:${changed}`]);
    await db.query(`update case_event set recorded_at = '-infinity' where case_id = $1 and seq = 2`, [eventAtNoTime]);
    await db.query('update command set result_version = $2 where case_id = $1', [eventFarAway, String(2n ** 53n + 1n)]);
    await db.query(`insert into audit_checkpoint_head values ('event:nothing', 1, sha256('nothing'), 1)`);
  });
  const { rows } = await own.pool.query<{ seq: number }>('select max(seq) as seq from case_event where case_id = $1', [eventFarAway]);
  const { n } = (await new CheckpointFile(directory).last())!.line;
  expect(told(await verify()).filter((line) => !known.has(line))).toEqual(
    [
      `changed case:${atNoTime} 2`,
      `changed case:${aLittleLater} 2`,
      `removed case:${farAway} 2`,
      `tailCut case:${endGone} ${READS + 1}`,
      `changed case:${changed} 3`,
      `changed event:${eventAtNoTime} 2`,
      `tailCut event:${eventFarAway} ${(rows[0]?.seq ?? 0) + 1}`,
      ...(known.has(`headsDigest checkpoint ${n}`) ? [] : [`headsDigest checkpoint ${n}`]),
    ].sort(),
  );
  await asThief(async (db) => {
    await db.query('update command set result_version = null where case_id = $1', [eventFarAway]);
    await db.query(`delete from audit_checkpoint_head where chain = 'event:nothing'`);
  });
  expect((await runOperation('doctor', own.dataDir)).stdout).toContain('do not verify, such as');
});

test('a chain that somebody has named so that a terminal would show another report is told in signs that it only shows', async () => {
  const [caseId = ''] = await givenCases(1);
  const chain = 'read:\u001b[2JNothing was tampered with\n';
  await asThief((db) => db.query('update audit_entry set chain = $2 where chain = $1 and seq = 2', [`case:${caseId}`, chain]));
  const { stdout, exitCode } = await runOperation('audit-verify', own.dataDir);
  await asThief((db) => db.query('delete from audit_entry where chain = $1', [chain]));
  expect(exitCode).toBe(1);
  expect(stdout).toContain('removed  read:\\u{1b}[2JNothing\\u{20}was\\u{20}tampered\\u{20}with\\u{a} entry 1');
  expect(stdout).not.toContain('\u001b');
});

test('since an instant only what has moved is looked at', async () => {
  const since = new Date();
  const [caseId = ''] = await givenCases(1);
  await write();
  const report = await verify({ since });
  expect(report.chains).toBeLessThan((await verify()).chains);
  expect(report.chains).toBeGreaterThanOrEqual(2);
  await asThief((db) => db.query(`update audit_entry set actor = null where chain = $1 and seq = 2`, [`case:${caseId}`]));
  expect(told(await verify({ since }))).toContain(`changed case:${caseId} 2`);
});

test('whoever cuts the lines of the checkpoints, or gives others, is found by what the record knows of them', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'bihuan-copy-'));
  cpSync(directory, copy, { recursive: true });
  const lines = readFileSync(checkpointFileIn(copy), 'utf8').trimEnd().split('\n');
  const closing = lines.flatMap((line, index) => (line.startsWith('{"algorithm"') ? [index] : []));
  writeFileSync(checkpointFileIn(copy), `${lines.slice(0, (closing.at(-2) ?? 0) + 1).join('\n')}\n`);
  expect(told(await verify({}, copy))).toContain(`checkpointRemoved checkpoint ${closing.length}`);
  const others = keysOf(signerOf(newSigningKey('intl')));
  const report = await verifyAudit({ pool: own.pool, directory, keys: others });
  expect(report.faults.filter(({ kind }) => kind === 'signature')).toHaveLength(closing.length);
});

test.each([
  ['all', 0],
  ['the last two', 2],
])('whoever takes from the record what it knows of the checkpoints, %s of them, does not blind a look since an instant', async (_what, last) => {
  await write();
  const since = new Date();
  const { n } = (await new CheckpointFile(directory).last())!.line;
  const from = last === 0 ? 0 : n - last + 1;
  const { rows } = await own.pool.query<{ n: number; at: Date; hash: Buffer; chains: number; changed: number }>('select * from audit_checkpoint where n >= $1', [from]);
  expect(rows.length).toBeGreaterThanOrEqual(2);
  await asThief((db) => db.query('delete from audit_checkpoint where n >= $1', [from]));
  try {
    expect(told(await verify({ since }))).toContain(`checkpointRemoved checkpoint ${n}`);
  } finally {
    await transaction(own.pool, async (db) => {
      for (const row of rows) await db.query('insert into audit_checkpoint (n, at, hash, chains, changed) values ($1, $2, $3, $4, $5)', [row.n, row.at, row.hash, row.chains, row.changed]);
    });
  }
  expect(told(await verify({ since })).filter((line) => line.startsWith('checkpointRemoved'))).toEqual([]);
});

test('a copy of the database is verified by itself, with the checkpoints up to its moment', async () => {
  const fresh = await OwnService.start();
  try {
    const clerk = 'wx-liangxi-e1.clerk';
    const { id } = await fresh.client.done({ operation: 'submitApplication', as: clerk, input: sample().body });
    await fresh.client.getCase(id, clerk);
    await runOperation('audit-checkpoint', fresh.dataDir);
    const moment = new Date().toISOString();
    const url = await copyOf(fresh);
    await fresh.client.getCase(id, clerk);
    await runOperation('audit-checkpoint', fresh.dataDir);
    const env = { DATABASE_URL: url, AUDIT_DIR: join(fresh.dataDir, 'audit') };
    const key = join(env.AUDIT_DIR, 'public-keys');
    const [file = ''] = readdirSync(key);
    const upTo = await runOperationIn(env, 'audit-verify', '--until', moment, '--public-key', join(key, file));
    expect(upTo.stdout).toContain('Nothing was tampered with and nothing is missing');
    expect(upTo.exitCode).toBe(0);
    const whole = await runOperationIn(env, 'audit-verify', '--json', '--public-key', join(key, file));
    expect(whole.exitCode).toBe(1);
    expect((JSON.parse(whole.stdout) as VerificationReport).faults).toContainEqual(expect.objectContaining({ kind: 'tailCut', chain: `case:${id}` }));
  } finally {
    await fresh.stop();
  }
});

/** Another database with the same content; nobody may be in the first one for that moment. */
async function copyOf({ service }: OwnService): Promise<string> {
  const url = new URL(service.databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = connect(url.href, 1);
  try {
    await admin.query(`alter database ${name} allow_connections false`);
    await until(async () => {
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      const { rows } = await admin.query('select from pg_stat_activity where datname = $1', [name]);
      return rows.length === 0 || undefined;
    }, { withinMs: 20_000 });
    await admin.query(`create database restored template ${name}`);
  } finally {
    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
  }
  url.pathname = '/restored';
  return url.href;
}
