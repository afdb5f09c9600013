import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { appendAuditEntries, type AuditEntryContent } from '../../../store/audit-entry.store';
import { listAuditLinks } from '../../../store/chain-walk.store';
import { connect } from '../../../store/db';
import { eventHash, GENESIS } from '../../../store/event-hash';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json, type Reply } from '../given/service-client';
import { sampleApplications } from '../../stack/sample-application';
import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';

const sample = sampleApplications(61);
const CLERK = 'wx-liangxi-e1.clerk';

type Line = Pick<AuditEntryContent, 'kind' | 'operation' | 'outcome' | 'code' | 'actorKind' | 'actor' | 'orgId' | 'caseId' | 'requestId' | 'address' | 'details'> & { cases: number; at: string; chain: string | null; seq: number | null };
type Page = { items: Line[]; nextCursor: string | null };

let client: ServiceClient;
let api: OwnApi;
let behindProxy: ServiceClient;
let pool: Pool;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  api = await OwnApi.start({ TRUST_PROXY: '127.0.0.1' });
  behindProxy = await ServiceClient.connect({ url: api.url, password: testStack().password });
  pool = connect(testStack().databaseUrl, 3);
});
afterAll(async () => {
  await api.stop();
  await pool.end();
});

let lastNetwork = 0;
/** Not signed in, from a network that nobody else comes from: what nobody is refused is counted by networks. */
const somewhere = () => ({ 'x-forwarded-for': `10.99.${(lastNetwork += 1)}.7` });
const nobody = (operation: string, input: Json, from = somewhere()) => behindProxy.call(operation, null, input, from);

async function submitted(): Promise<{ id: string; body: Json; personal: string[]; key: string }> {
  const { body, personal } = sample();
  const key = randomUUID();
  const reply = await client.call<{ id: string }>('submitApplication', CLERK, body, { 'idempotency-key': key });
  expect(reply.status).toBe(201);
  return { id: reply.body.id, body, personal, key };
}

/** Who did what with a case, oldest first, in short. */
async function accesses(caseId: string, query: Json = {}): Promise<string[]> {
  const reply = await client.call<Page>('listAccessesToCase', 'wx.auditor', { caseId, limit: 200, ...query });
  expect(reply.status).toBe(200);
  return reply.body.items.map(({ operation, actor, outcome, code }) => [operation, actor ?? 'nobody', outcome, ...(code === null ? [] : [code])].join(' ')).reverse();
}

describe('what is done with one case', () => {
  test('each read of it is there, with who and from which network, and each command once', async () => {
    const { id } = await submitted();
    for (const operation of ['getCase', 'listCaseEvents', 'getCaseProcess', 'listNotifications']) expect((await client.call(operation, 'wx-liangxi.handler', { caseId: id })).status).toBe(200);
    expect((await client.call('signAuthorization', CLERK, { caseId: id, signers: [1, 2], signedOn: today() })).status).toBe(200);
    expect(await accesses(id)).toEqual([
      `submitApplication ${CLERK} done`,
      'getCase wx-liangxi.handler done',
      'listCaseEvents wx-liangxi.handler done',
      'getCaseProcess wx-liangxi.handler done',
      'listNotifications wx-liangxi.handler done',
      `signAuthorization ${CLERK} done`,
    ]);
    const { body } = await client.call<Page>('listAccessesToCase', 'wx.auditor', { caseId: id, operation: 'getCase' });
    expect(body.items).toEqual([expect.objectContaining({ kind: 'read', actorKind: 'user', orgId: 'wx-liangxi', caseId: id, address: '127.0.0.0/24', chain: `case:${id}`, details: {} })]);
  });

  test('an accepted command writes no entry beside its event; the answer to a repetition of it does', async () => {
    const { id, body, key } = await submitted();
    const entries = async () => (await pool.query<{ n: number }>('select count(*) as n from audit_entry where chain = $1', [`case:${id}`])).rows[0]?.n;
    expect(await entries()).toBe(0);
    expect((await client.call('submitApplication', CLERK, body, { 'idempotency-key': key })).status).toBe(201);
    const sign = { caseId: id, signers: [1, 2], signedOn: today() };
    for (let times = 0; times < 2; times++) expect((await client.call('signAuthorization', CLERK, sign, { 'idempotency-key': `${key}-sign` })).status).toBe(200);
    expect(await entries()).toBe(2);
    const { body: page } = await client.call<Page>('listAccessesToCase', 'wx.auditor', { caseId: id });
    expect(page.items.filter(({ details }) => details.isRepeat === true).map(({ operation }) => operation).sort()).toEqual(['signAuthorization', 'submitApplication']);
  });

  test('who was refused is there, with the code: by the case, by a rule, by the schema, by the role', async () => {
    const { id } = await submitted();
    expectProblem(await client.call('recordVisit', CLERK, { caseId: id, visitedOn: today(), visitors: [], fourClear: {} }), 409, 'NOT_AWAITED');
    expectProblem(await client.call('signAuthorization', CLERK, { caseId: id, signers: [], signedOn: 'never' }), 400, 'INVALID_INPUT');
    expectProblem(await client.call('getCase', 'wx.admin', { caseId: id }), 403, 'FORBIDDEN');
    expectProblem(await nobody('getCase', { caseId: id }), 401, 'UNAUTHENTICATED');
    expectProblem(await client.call('acceptApplication', CLERK, { caseId: id }, { 'if-match': '"99"' }), 412, 'VERSION_CONFLICT');
    expect((await accesses(id)).slice(1)).toEqual([
      `recordVisit ${CLERK} refused NOT_AWAITED`,
      `signAuthorization ${CLERK} refused INVALID_INPUT`,
      'getCase wx.admin refused FORBIDDEN',
      'getCase nobody refused UNAUTHENTICATED',
      `acceptApplication ${CLERK} refused VERSION_CONFLICT`,
    ]);
  });

  test('somebody of another union who reaches for it is told that there is none, and stands in its audit', async () => {
    const { id } = await submitted();
    const task = (await client.call<{ items: { id: string }[] }>('listTasks', CLERK, { caseId: id })).body.items[0]?.id;
    expectProblem(await client.call('getCase', 'bz.handler', { caseId: id }), 404, 'NOT_FOUND');
    expectProblem(await client.call('getCase', 'bz.handler', { caseId: id.toUpperCase() }), 404, 'NOT_FOUND');
    expectProblem(await client.call('claimTask', 'bz.handler', { taskId: task }), 404, 'NOT_FOUND');
    expectProblem(await client.call('listAccessesToCase', 'ah.auditor', { caseId: id }), 404, 'NOT_FOUND');
    const refused = (await accesses(id)).filter((line) => line.includes('refused'));
    expect(refused).toEqual(['getCase bz.handler', 'getCase bz.handler', 'claimTask bz.handler', 'listAccessesToCase ah.auditor'].map((line) => `${line} refused NOT_FOUND`));
  });

  test('ids that belong to nothing make no chains of their own', async () => {
    const unknown = randomUUID();
    expectProblem(await client.call('getCase', CLERK, { caseId: unknown }), 404, 'NOT_FOUND');
    const { rows } = await pool.query('select from audit_chain where chain = $1', [`case:${unknown}`]);
    expect(rows).toEqual([]);
  });

  test('lists that showed it are there, with how many cases they showed', async () => {
    const { id } = await submitted();
    const list = await client.call<{ items: unknown[] }>('listCases', 'wx.auditor', { state: 'intake', orgId: 'wx-liangxi-e1', limit: 200 });
    await client.call('listTasks', 'wx-liangxi.handler', { caseId: id });
    const { body } = await client.call<Page>('listAccessesToCase', 'wx.auditor', { caseId: id, kind: 'read' });
    expect(body.items).toMatchObject([
      { operation: 'listTasks', actor: 'wx-liangxi.handler', cases: 1, caseId: null, details: { items: expect.any(Number) as unknown, filters: ['caseId'] } },
      { operation: 'listCases', actor: 'wx.auditor', cases: list.body.items.length, details: { items: list.body.items.length, filters: ['orgId', 'state'] } },
    ]);
  });

  test('claiming a task is there, although no event tells of it', async () => {
    const { id } = await submitted();
    const task = (await client.call<{ items: { id: string }[] }>('listTasks', CLERK, { caseId: id })).body.items[0]?.id;
    expect((await client.call('claimTask', CLERK, { taskId: task })).status).toBe(200);
    expect((await client.call('releaseTask', CLERK, { taskId: task })).status).toBe(200);
    expect((await accesses(id)).filter((line) => line.includes('Task '))).toEqual([`claimTask ${CLERK} done`, `releaseTask ${CLERK} done`]);
  });

  test.each(['%00', 'a%00b=1'])('a query whose names cannot be kept (%s) is refused before anything is done, and that is there', async (query) => {
    const { id } = await submitted();
    const task = (await client.call<{ items: { id: string }[] }>('listTasks', CLERK, { caseId: id })).body.items[0]?.id ?? '';
    const reply = await client.send({ method: 'POST', path: `/v1/tasks/${task}/claim?${query}`, as: CLERK });
    expect(pathsOf(expectProblem(reply, 400, 'INVALID_INPUT'))).toEqual(['querystring']);
    expect((await client.call<{ items: Json[] }>('listTasks', CLERK, { caseId: id })).body.items[0]).toMatchObject({ id: task, claimedBy: null });
    expect(await accesses(id)).toContain(`claimTask ${CLERK} refused INVALID_INPUT`);
  });

  test('what a caller calls the parts of a query is in no entry, unless the operation has a condition of that name', async () => {
    const { id, personal } = await submitted();
    const task = (await client.call<{ items: { id: string }[] }>('listTasks', CLERK, { caseId: id })).body.items[0]?.id ?? '';
    const query = new URLSearchParams({ [personal[0] ?? '']: 'x', state: 'intake' }).toString();
    expect((await client.send({ method: 'POST', path: `/v1/tasks/${task}/claim?${query}`, as: CLERK })).status).toBe(200);
    for (const path of [`/v1/cases/${id}`, `/v1/cases/${id}/events`]) expect((await client.send({ method: 'GET', path: `${path}?${query}`, as: CLERK })).status).toBe(200);
    const { items } = (await client.call<Page>('listAccessesToCase', 'wx.auditor', { caseId: id, actor: CLERK })).body;
    expect(items.flatMap(({ operation, details }) => (['claimTask', 'getCase'].includes(operation) ? [details] : []))).toEqual([{}, {}]);
    expect(items.find(({ operation }) => operation === 'listCaseEvents')?.details).toEqual({ items: expect.any(Number) as unknown });
  });

  test('that an auditor looked is there as well', async () => {
    const { id } = await submitted();
    await accesses(id);
    expect(await accesses(id)).toEqual([`submitApplication ${CLERK} done`, 'listAccessesToCase wx.auditor done']);
  });

  test('a request without a body of an answer reads as well', async () => {
    const { id } = await submitted();
    const reply = await client.send({ method: 'HEAD', path: `/v1/cases/${id}`, as: CLERK });
    expect(reply.status).toBe(200);
    expect(await accesses(id)).toContain(`getCase ${CLERK} done`);
  });
});

test('a flood of nobody is one entry with its case and one that counts the rest of it; a refused sign-in is an entry each time', async () => {
  const flooded = await OwnApi.start({ TRUST_PROXY: '127.0.0.1' });
  const [one, other] = [await submitted(), await submitted()];
  const from = { 'x-forwarded-for': '10.98.1.7' };
  try {
    const stranger = await ServiceClient.connect({ url: flooded.url, password: '' });
    for (let times = 0; times < 30; times++) expectProblem(await stranger.call('getCase', null, { caseId: times === 0 ? one.id : other.id }, from), 401, 'UNAUTHENTICATED');
    for (let times = 0; times < 20; times++) expectProblem(await stranger.call('getPublicNotice', null, { caseId: other.id, kind: 'first' }, from), 404, 'NOT_FOUND');
    for (let times = 0; times < 3; times++) expectProblem(await stranger.call('login', null, { username: 'no.such.user', password: 'x' }, from), 401, 'UNAUTHENTICATED');
  } finally {
    await flooded.stop(); // writes down what it has counted
  }
  const { rows } = await pool.query(`select operation, case_id as "caseId", details -> 'further' as further from audit_entry where address = '10.98.1.0/24' order by operation, at`);
  expect(rows).toEqual([
    { operation: 'getCase', caseId: one.id, further: null },
    { operation: 'getCase', caseId: null, further: 29 },
    { operation: 'getPublicNotice', caseId: other.id, further: null },
    { operation: 'getPublicNotice', caseId: null, further: 19 },
    ...Array.from({ length: 3 }, () => ({ operation: 'login', caseId: null, further: null })),
  ]);
});

describe('the chain', () => {
  test('of a case holds all that was asked for at once, each with the hash of the one before it', async () => {
    const { id } = await submitted();
    const replies = await Promise.all(Array.from({ length: 60 }, (_, index) => client.call('getCase', index % 2 === 0 ? CLERK : 'wx-liangxi.handler', { caseId: id })));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const links = await listAuditLinks(pool, { chains: [`case:${id}`] }, undefined, 100);
    expect(links.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    let before: Buffer = GENESIS;
    for (const { content, prevHash, hash } of links) {
      expect(prevHash).toEqual(before);
      expect(hash).toEqual(eventHash(before, content));
      before = hash;
    }
  });

  test.each(['update audit_entry set actor = null', 'delete from audit_entry', 'truncate audit_entry', 'update audit_checkpoint set n = n', 'truncate audit_checkpoint'])('takes no change: %s', async (sql) => {
    await submitted();
    await expect(pool.query(sql)).rejects.toThrow('is append-only');
  });
});

test('nothing personal is in it, whatever was asked for and refused', async () => {
  const { id, body, personal } = await submitted();
  const applicant = body.applicant as { name: string; idNumber: string };
  await client.call('listCases', CLERK, { applicantName: applicant.name });
  await client.call('listCases', CLERK, { [applicant.name]: 'x', state: applicant.idNumber });
  await client.call('submitApplication', CLERK, { ...body, channel: applicant.name });
  await client.call('submitApplication', CLERK, body);
  await client.call('raiseObjection', null, { caseId: id, kind: 'first', raisedBy: applicant.name, about: personal.join(' ') });
  await client.call('getCase', null, { caseId: applicant.name });
  await client.call('login', null, { username: applicant.name, password: applicant.idNumber });
  const { rows } = await pool.query<{ text: string }>(`select e::text as text from audit_entry e where at > now() - interval '1 hour'`);
  const all = rows.map(({ text }) => text).join('\n');
  expect(all).toContain('applicantName');
  expect(personal.filter((text) => all.includes(text) || all.includes(encodeURIComponent(text)))).toEqual([]);
});

describe('the view of auditors', () => {
  const list = (as: string, query: Json = {}) => client.call<Page>('listAuditEntries', as, { limit: 200, ...query });
  const since = () => new Date().toISOString().replace('Z', '+00:00');

  test('shows what people of their own unions did and tried, wherever', async () => {
    const from = since();
    const { id } = await submitted();
    await client.call('getCase', 'bz.handler', { caseId: id });
    const of = async (as: string) => (await list(as, { from })).body.items.map(({ actor, operation }) => `${operation} ${actor ?? 'nobody'}`);
    expect(await of('wx-liangxi.auditor')).toContain(`submitApplication ${CLERK}`);
    expect(await of('wx.supervisor')).toContain(`submitApplication ${CLERK}`);
    expect(await of('wx-xishan.auditor')).not.toContain(`submitApplication ${CLERK}`);
    expect(await of('wx.auditor')).not.toContain('getCase bz.handler');
    expect(await of('bz.auditor')).toContain('getCase bz.handler');
    expect((await of('bz.auditor')).filter((line) => line.includes('wx'))).toEqual([]);
  });

  test('is for auditors and supervisors; administrators see signing in, of their own people', async () => {
    await client.call('login', null, { username: 'wx-liangxi.head', password: testStack().password });
    for (const as of [CLERK, 'wx-liangxi.handler', 'wx.head', 'wx.finance']) expectProblem(await list(as), 403, 'FORBIDDEN');
    const { items } = (await list('wx.admin')).body;
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['signIn']));
    expect(items.every(({ orgId }) => orgId?.startsWith('wx') === true)).toBe(true);
    expect(items).toContainEqual(expect.objectContaining({ operation: 'login', actor: 'wx-liangxi.head', outcome: 'done' }));
    expect((await list('wx.admin', { kind: 'read' })).body.items).toEqual([]);
    expectProblem(await client.call('listAccessesToCase', 'wx.admin', { caseId: randomUUID() }), 403, 'FORBIDDEN');
  });

  test('attempts of nobody in particular are for whoever has no union above, and not across to another province', async () => {
    const from = since();
    const { id } = await submitted();
    await nobody('getCase', { caseId: id });
    const seen = async (as: string) => (await list(as, { from, operation: 'getCase', outcome: 'refused' })).body.items.filter(({ caseId }) => caseId === id).length;
    expect([await seen('js.auditor'), await seen('wx.auditor'), await seen('ah.auditor')]).toEqual([1, 0, 0]);
  });

  test('tells nobody whether what he tried is there: an attempt at a foreign case looks like one at nothing, and its cursor too', async () => {
    const from = since();
    const { id } = await submitted();
    for (const caseId of [id, randomUUID()]) expectProblem(await client.call('getCase', 'bz.auditor', { caseId }), 404, 'NOT_FOUND');
    const tried = (query: Json = {}) => list('bz.auditor', { from, actor: 'bz.auditor', operation: 'getCase', ...query });
    const { items } = (await tried()).body;
    const line: object = { kind: 'read', operation: 'getCase', outcome: 'refused', code: 'NOT_FOUND', actor: 'bz.auditor', orgId: 'bz', caseId: null, cases: 0, details: {}, chain: null, seq: null };
    expect(items).toEqual([expect.objectContaining(line), expect.objectContaining(line)]);
    const { items: first, nextCursor } = (await tried({ limit: 1 })).body;
    expect(JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString())).toEqual({ at: first[0]?.at, shown: 1 });
    expect((await tried({ limit: 1, cursor: nextCursor })).body.items).toEqual(items.slice(1));
    // Whoever may see the case is told all of it.
    const { items: told } = (await client.call<Page>('listAccessesToCase', 'wx.auditor', { caseId: id, actor: 'bz.auditor' })).body;
    expect(told).toEqual([expect.objectContaining({ operation: 'getCase', caseId: id, chain: `case:${id}`, seq: 1 })]);
  });

  test('nor is it told by what comes first of one instant, nor by what is left out of the attempts of nobody', async () => {
    const from = since();
    const { id } = await submitted();
    const until = new Date(Date.now() + 1_000).toISOString();
    const tried = (caseId: string | null, requestId: string, actorKind: 'user' | 'anonymous') => ({ chain: caseId === null ? 'attempt:2026-01-01' : `case:${caseId}`, at: new Date(Date.parse(from)).toISOString(), kind: 'read', actorKind, actor: actorKind === 'user' ? 'ah.auditor' : null, onBehalfOf: null, orgId: actorKind === 'user' ? 'ah' : null, operation: 'getCase', caseId, caseIds: null, outcome: 'refused', code: 'NOT_FOUND', requestId, address: null, details: {} }) as const;
    const ids = ['try-1', 'try-2', 'try-3', 'try-4'];
    await appendAuditEntries(pool, ids.flatMap((requestId, index) => (['user', 'anonymous'] as const).map((kind) => tried(index % 2 === 0 ? id : null, requestId, kind))));
    const query = { from, until, operation: 'getCase', outcome: 'refused' };
    const whole = (await list('ah.auditor', query)).body.items;
    const seen = whole.filter(({ requestId }) => ids.includes(requestId ?? ''));
    expect(seen.map(({ requestId }) => requestId)).toEqual([...ids, ...ids].sort().reverse());
    expect(new Set(seen.map(({ caseId, chain, seq }) => JSON.stringify([caseId, chain, seq])))).toEqual(new Set(['[null,null,null]']));
    const paged: Line[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const reply: Reply<Page> = await list('ah.auditor', { ...query, limit: 3, ...(cursor === '' ? {} : { cursor }) });
      paged.push(...reply.body.items);
      cursor = reply.body.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  test('goes on page by page without leaving out or repeating, over entries and commands alike', async () => {
    const from = since();
    const { id } = await submitted();
    await client.call('signAuthorization', CLERK, { caseId: id, signers: [1, 2], signedOn: today() });
    await Promise.all(Array.from({ length: 20 }, () => client.call('getCase', CLERK, { caseId: id })));
    const until = since();
    const whole = (await list('wx.auditor', { from, until, actor: CLERK })).body.items.map(place);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const reply: Reply<Page> = await list('wx.auditor', { from, until, actor: CLERK, limit: 4, ...(cursor === null ? {} : { cursor }) });
      paged.push(...reply.body.items.map(place));
      cursor = reply.body.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(paged.length);
    expect(paged.length).toBeGreaterThanOrEqual(22);
  });

  test('narrows by operation, outcome and person', async () => {
    const from = since();
    const { id } = await submitted();
    await client.call('recordVisit', CLERK, { caseId: id, visitedOn: today(), visitors: [], fourClear: {} });
    await client.call('getCase', 'wx-liangxi.handler', { caseId: id });
    const of = async (query: Json) => (await list('wx.auditor', { from, ...query })).body.items.filter(({ caseId }) => caseId === id).map(({ operation }) => operation);
    expect(await of({ outcome: 'refused' })).toEqual(['recordVisit']);
    expect(await of({ operation: 'submitApplication' })).toEqual(['submitApplication']);
    expect(await of({ actor: 'wx-liangxi.handler' })).toEqual(['getCase']);
    expect((await of({ kind: 'command' })).sort()).toEqual(['recordVisit', 'submitApplication']);
  });

  test('a cursor of somebody else, or none at all, is refused', async () => {
    expectProblem(await list('wx.auditor', { cursor: 'e30' }), 400, 'INVALID_INPUT');
    expectProblem(await list('wx.auditor', { from: 'yesterday' }), 400, 'INVALID_INPUT');
  });

  test('of one person holds what was done with each of the cases that follow one another, as far as one may see them', async () => {
    const { id } = await submitted();
    await client.call('getCase', CLERK, { caseId: id });
    const of = await client.call<Page>('listAuditOfPerson', 'wx.auditor', { caseId: id });
    expect(of.body.items.map(({ operation }) => operation)).toEqual(['getCase', 'submitApplication']);
    expectProblem(await client.call('listAuditOfPerson', 'bz.auditor', { caseId: id }), 404, 'NOT_FOUND');
    expectProblem(await client.call('listAuditOfPerson', CLERK, { caseId: id }), 403, 'FORBIDDEN');
  });
});

function place({ chain, seq, at }: Line): string {
  return `${at} ${chain ?? ''} ${seq ?? ''}`;
}

function today(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
}
