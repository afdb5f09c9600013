import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { AuditFull, AuditLog, type AuditEntry } from '../../../audit/audit-log';
import { ChainCheck } from '../../../audit/verify/chain-check';
import { appendAuditEntries } from '../../../store/audit-entry.store';
import { listAuditLinks } from '../../../store/chain-walk.store';
import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';

let pools: Pool[];
beforeAll(() => {
  pools = [1, 2, 3].map(() => connect(testStack().databaseUrl, 4));
});
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

const read = (caseId: string | null): AuditEntry => ({ kind: 'read', operation: 'getCase', actorKind: 'user', actor: '甲.clerk', orgId: 'wx', outcome: 'done', caseId, details: { filters: ['a', 'b'], n: 3 } });

async function faultOf(chain: string): Promise<{ entries: number; fault: unknown }> {
  const [pool] = pools as [Pool];
  const links = await listAuditLinks(pool, { chains: [chain] }, undefined, 5_000);
  const check = new ChainCheck(chain, [], [], () => Promise.resolve([]));
  for (const link of links) await check.take(link);
  return { entries: links.length, fault: check.finish() };
}

test('several processes that write to the same chains in any order keep each chain whole, and none waits for another for ever', async () => {
  const caseIds = Array.from({ length: 12 }, () => randomUUID());
  const logs = pools.map((pool) => new AuditLog(pool));
  const rounds = logs.flatMap((log, who) => Array.from({ length: 300 }, (_, index) => log.add(read(caseIds[(index * (who === 1 ? 5 : 7) + who) % caseIds.length] ?? null))));
  await Promise.all(rounds);
  const found = await Promise.all(caseIds.map((caseId) => faultOf(`case:${caseId}`)));
  expect(found.map(({ fault }) => fault)).toEqual(caseIds.map(() => undefined));
  expect(found.reduce((sum, { entries }) => sum + entries, 0)).toBe(900);
});

test('entries that come together are written together, in their order', async () => {
  const batches: number[] = [];
  const log = new AuditLog((pools as [Pool])[0], (entries) => batches.push(entries.length));
  const caseId = randomUUID();
  await Promise.all(Array.from({ length: 50 }, (_, index) => log.add({ ...read(caseId), requestId: `req-${index}` })));
  expect(batches).toEqual([50]);
  const links = await listAuditLinks((pools as [Pool])[0], { chains: [`case:${caseId}`] }, undefined, 100);
  expect(links.map(({ content }) => content.requestId)).toEqual(Array.from({ length: 50 }, (_, index) => `req-${index}`));
});

test('entries that keep coming share commits, some two hundred of them a second at the most', async () => {
  const batches: number[] = [];
  const log = new AuditLog((pools as [Pool])[0], (entries) => batches.push(entries.length));
  const startedAt = performance.now();
  const coming: Promise<void>[] = [];
  while (performance.now() - startedAt < 300) {
    coming.push(log.add(read(randomUUID())));
    await pause(1);
  }
  await Promise.all(coming);
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(coming.length);
  // Timers may be a part of a millisecond early, each time.
  expect(batches.length).toBeLessThanOrEqual((performance.now() - startedAt) / 4 + 1);
});

test('one that comes alone does not wait for others', async () => {
  const batches: number[] = [];
  const log = new AuditLog((pools as [Pool])[0], (entries) => batches.push(entries.length));
  for (let index = 0; index < 3; index++) await log.add(read(randomUUID()));
  expect(batches).toEqual([1, 1, 1]);
});

test('an entry that the record does not take keeps no other one from it', async () => {
  const log = new AuditLog((pools as [Pool])[0]);
  const caseId = randomUUID();
  const outcomes = await Promise.allSettled([log.add(read(caseId)), log.add({ ...read(null), caseIds: ['no uuid'] }), log.add(read(caseId))]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await faultOf(`case:${caseId}`)).toEqual({ entries: 2, fault: undefined });
});

test('no text that comes in is one for which an entry is lost, or written apart from the others', async () => {
  const batches: number[] = [];
  const log = new AuditLog((pools as [Pool])[0], (entries) => batches.push(entries.length));
  const caseId = randomUUID();
  await Promise.all([log.add(read(caseId)), log.add({ ...read(caseId), actor: 'a\u0000', requestId: '\ud800', details: { 'b\u0000': ['\udfff', { c: '\u0000' }], n: 1 } }), log.add(read(caseId))]);
  expect(batches).toEqual([3]);
  const links = await listAuditLinks((pools as [Pool])[0], { chains: [`case:${caseId}`] }, undefined, 10);
  expect(links[1]?.content).toMatchObject({ actor: 'a\ufffd', requestId: '\ufffd', details: { 'b\ufffd': ['\ufffd', { c: '\ufffd' }], n: 1 } });
  expect(await faultOf(`case:${caseId}`)).toEqual({ entries: 3, fault: undefined });
});

test('a batch is in the record whole or not at all', async () => {
  const [pool] = pools as [Pool];
  const caseId = randomUUID();
  const content = { chain: `case:${caseId}`, at: new Date().toISOString(), kind: 'read', actorKind: 'user', actor: null, onBehalfOf: null, orgId: null, operation: 'getCase', caseId, caseIds: null, outcome: 'done', code: null, requestId: null, address: null, details: {} } as const;
  await expect(appendAuditEntries(pool, [content, { ...content, outcome: 'nonsense' as 'done' }])).rejects.toThrow('audit_entry_outcome_check');
  expect(await faultOf(`case:${caseId}`)).toEqual({ entries: 0, fault: undefined });
  expect((await pool.query('select from audit_chain where chain = $1', [content.chain])).rowCount).toBe(0);
});

test('without a record nothing is taken, and whoever comes when too many wait is told at once', async () => {
  const nowhere = connect('postgresql://nobody@127.0.0.1:1/none', 1);
  const log = new AuditLog(nowhere);
  const outcomes = await Promise.allSettled(Array.from({ length: 5_001 }, () => log.add(read(null))));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5_001);
  expect((outcomes.at(-1) as PromiseRejectedResult).reason).toBeInstanceOf(AuditFull);
  await nowhere.end();
});

test('days, kinds and refusals have chains of their own where there is no case', async () => {
  const written: string[] = [];
  const log = new AuditLog((pools as [Pool])[0], (entries) => written.push(...entries.map(({ chain }) => chain)));
  await log.add(read(null));
  await log.add({ ...read(null), kind: 'signIn' });
  await log.add({ ...read(null), outcome: 'refused' });
  const day = new Date().toISOString().slice(0, 10);
  expect(written).toEqual([`read:${day}`, `signIn:${day}`, `attempt:${day}`]);
});
