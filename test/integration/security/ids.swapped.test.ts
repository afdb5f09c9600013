import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { Pool } from 'pg';
import { connect } from '../../../store/db';
import { ServiceClient, type Json } from '../given/service-client';
import { Applicant, freshPhone } from '../given/applicant';
import { freshPerson } from '../given/id-number';
import { importsOf } from '../given/import-batch';
import { givenHousehold, importList } from '../given/import-list';
import type { ApplicationInput } from '../../../api/schemas/application';
import { givenApplication, QIAOCHENG, type Place } from '../given/application';
import { givenCase, WalkedCase, type UsualCommand } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';
import { Asker, type Answer } from './asker';
import { atOnce } from './at-once';
import { People } from './people';
import { inputOf, isCommand } from './requests';
import { caseIn } from './situations';

jest.setTimeout(600_000);

/** Everybody of these has a world of their own: nothing of the county's is theirs. */
const STRANGERS = ['bz-qiaocheng-e1.clerk', 'wx-liangxi-c1.clerk', ...['handler', 'head', 'leader', 'finance', 'treasurer', 'auditor', 'admin'].map((role) => `wx-xishan.${role}`), ...['handler', 'head', 'member1', 'finance', 'treasurer', 'auditor', 'supervisor', 'admin'].map((role) => `bz.${role}`)];
const APPLICANT = 'an applicant';
/** Open to everybody who knows the id of a case (ADR 013): nothing to be hidden. */
const OPEN = new Set(['getPublicNotice', 'raiseObjection']);

let pool: Pool;
let asker: Asker;
let client: ServiceClient;
let people: People;
let tokens: Map<string, string>;
/** A case of the county's with all that a case can have, and what else is the county's, by the names of the paths. */
let theirs: WalkedCase;
let foreign: Record<string, string>;
let picture: Buffer;

beforeAll(async () => {
  const { url, password, databaseUrl } = testStack();
  pool = connect(databaseUrl, 4);
  [asker, client, people] = await Promise.all([Asker.connect(url), ServiceClient.connect({ url, password }), People.enter(pool, { url, password }, 'sw')]);
  theirs = await caseIn(client, 'county', 'prepared');
  const [open, waiting] = [await caseIn(client, 'county', 'notice1Open'), await caseIn(client, 'county', 'upperReviewCompared')];
  tokens = new Map();
  for (const name of STRANGERS) tokens.set(name, await login(name));
  tokens.set(APPLICANT, (await Applicant.signIn({ phone: freshPhone(), idNumber: freshPerson().idNumber })).caller.token ?? '');
  const handler = people.of('county', 'own', 'h')[0]!;
  picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'white' } }).png().toBuffer();
  const document = JSON.parse((await asker.ask('uploadDocument', handler.token, { caseId: theirs.id, kind: 'idCard' }, { file: picture })).text) as { id: string };
  const session = JSON.parse((await asker.ask('listSessions', handler.token, {})).text) as { items: { id: string }[] };
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const delegation = JSON.parse((await asker.ask('delegateDuties', handler.token, { toUser: people.nameOf('wx-liangxi', 'standIn'), fromOn: today, untilOn: today, roles: ['handler'] })).text) as { id: string };
  const machine = await client.call<{ client: { id: string } }>('createMachineClient', 'wx-liangxi.admin', { name: 'theirs', orgId: 'wx-liangxi', scopes: ['getCase'], expiresInDays: 1 });
  const batch = await (await importsOf('wx-liangxi.handler', { url, password })).client.upload('list.xlsx', await importList([givenHousehold('SW-1')]));
  const hold = JSON.parse((await asker.ask('placeLegalHold', handler.token, { caseId: theirs.id, reason: 'audit' })).text) as { id: string };
  foreign = {
    caseId: theirs.id,
    taskId: waiting.view.awaiting[0]?.task ?? '',
    disbursementId: theirs.view.disbursements[0]?.id ?? '',
    documentId: document.id,
    objectionId: open.view.notices.at(-1)?.objections[0]?.id ?? '',
    sessionId: session.items[0]?.id ?? '',
    delegationId: delegation.id,
    clientId: machine.body.client.id,
    batchId: batch.id,
    holdId: hold.id,
    userName: handler.name,
    userId: handler.name,
    token: 'made anew for each',
    kind: 'first',
  };
});
afterAll(() => pool.end());

test('every id in the path of an operation is known here', () => {
  const names = new Set([...asker.operations.values()].flatMap(({ pathParameters }) => pathParameters));
  expect([...names].filter((name) => !(name in foreign))).toEqual([]);
  expect(Object.entries(foreign).filter(([, id]) => id === '')).toEqual([]);
});

test('an id of somebody else reads like one that does not exist, byte for byte, for whatever role, and nothing is done', async () => {
  const before = await theirs.look();
  const operations = [...asker.operations.values()].filter(({ id, pathParameters }) => pathParameters.length > 0 && !OPEN.has(id));
  expect(operations.length).toBeGreaterThan(40);
  const pairs = operations.flatMap(({ id }) => [...STRANGERS, APPLICANT].map((name) => ({ id, name })));
  const told = await atOnce(pairs, 10, async ({ id, name }) => {
    const ids = id === 'downloadDocument' ? { token: await linkToken() } : foreign;
    const usual = ofBody(id, inputOf(id, { walked: theirs, ids: { ...ids, toUser: name }, letter: 'h', sender: name, password: '' }));
    const unknown = Object.fromEntries(Object.keys(ids).map((key) => [key, unknownOf(key)]));
    const file = id === 'uploadDocument' ? { file: picture } : {};
    const [real, none] = [await asker.ask(id, tokens.get(name), { ...usual, ...inPath(id, ids), caseId: foreign.caseId }, file), await asker.ask(id, tokens.get(name), { ...usual, ...inPath(id, unknown) }, file)];
    const isSame = real.status === none.status && real.text === none.text && headersOf(real) === headersOf(none);
    return isSame && [403, 404].includes(real.status) ? undefined : `${id} by ${name}: ${real.status} ${real.text.slice(0, 200)} against ${none.status} ${none.text.slice(0, 200)}`;
  });
  expect(told.flatMap((line) => line ?? [])).toEqual([]);
  expect({ ...(await theirs.look()), now: before.now }).toEqual(before);
});

describe('an id of somebody else in a body', () => {
  const bodies: [what: string, situation: 'intake' | 'collectiveApproval' | 'disbursement' | 'notice1', command: string, fields: (id: string) => Json, of: () => string][] = [
    ['a document of another case', 'intake', 'addMaterials', (id) => ({ items: [{ kind: 'idCard', documentId: id }] }), () => foreign.documentId!],
    ['a plan of another case', 'collectiveApproval', 'decideCollectively', (id) => ({ planId: id }), () => theirs.view.aidPlans[0]!.id],
    ['payments of another case', 'disbursement', 'prepareDisbursement', (id) => ({ paymentIds: [id] }), () => theirs.view.payments[0]!.id],
    ['an objection to the notice of another case', 'notice1', 'resolveObjection', (id) => ({ kind: 'first', objectionId: id, outcome: 'dismissed', finding: '查无实据' }), () => foreign.objectionId!],
  ];
  test.each(bodies)('%s', async (_what, state, command, fields, of) => {
    const mine = await givenCase(client, state, { at: QIAOCHENG, figures: 'deep' });
    if (state === 'notice1') {
      await mine.does('postNotice');
      await mine.objects('first');
    }
    const id = of();
    const unknown = command === 'decideCollectively' || command === 'prepareDisbursement' ? `${id.slice(0, -4)}ffff` : randomUUID();
    const usual = isCommand(command) && command !== 'resolveObjection' ? mine.usual(command as UsualCommand) : {};
    const as = mine.whoIsAwaited(command);
    const [real, none] = [await mine.send<Json>(command, as, { ...usual, ...fields(id) }), await mine.send<Json>(command, as, { ...usual, ...fields(unknown) })];
    expect(real.status).toBeGreaterThanOrEqual(400);
    expect([real.status, JSON.stringify(real.body).replaceAll(id, '?')]).toEqual([none.status, JSON.stringify(none.body).replaceAll(unknown, '?')]);
    expect((await mine.look(mine.clerk)).version).toBe(mine.view.version);
  });

  test('users and cases of others: in delegations, reassignments and declared relations', async () => {
    const handler = people.of('county', 'own', 'h')[0]!.name;
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const dates = { fromOn: today, untilOn: today };
    const own = await givenCase(client, 'upperReview', { at: QIAOCHENG, figures: 'deep' }).catch(() => givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' }));
    const taskId = own.view.awaiting[0]?.task;
    const asked: [operation: string, as: string, fields: (of: string) => Json, of: string][] = [
      ['delegateDuties', 'bz.head', (of) => ({ ...dates, fromUser: of, toUser: 'bz.leader', roles: ['handler'] }), handler],
      ['delegateDuties', 'bz.admin', (of) => ({ ...dates, fromUser: of, toUser: 'bz.leader', roles: ['handler'] }), handler],
      ['delegateDuties', 'bz.head', (of) => ({ ...dates, toUser: of, roles: ['head'] }), handler],
      ['reassignTask', 'bz.head', (of) => ({ taskId, toUser: of }), handler],
      ['declareRelation', 'bz.handler', (of) => ({ caseId: of }), theirs.id],
      ['declareIdentity', 'bz.admin', (of) => ({ userId: of, idNumber: '110105194912310000' }), handler],
      ...['bz.handler', 'wx-xishan.head'].flatMap((as): typeof asked => [
        ['exportPersonalData', as, (of) => ({ caseId: of, requestedBy: 'person', reason: '本人申请复制' }), theirs.id],
        ['exportPersonalData', as, (of) => ({ idNumber: of, requestedBy: 'person', reason: '本人申请复制' }), theirs.application.applicant.idNumber],
      ]),
    ];
    for (const [operation, as, fields, of] of asked) {
      const unknown = of === theirs.id ? randomUUID() : of === theirs.application.applicant.idNumber ? freshPerson().idNumber : `${of}-no`;
      const [real, none] = [await client.call(operation, as, fields(of)), await client.call(operation, as, fields(unknown))];
      expect([operation, real.status, JSON.stringify(real.body)]).toEqual([operation, none.status, JSON.stringify(none.body)]);
      expect(real.status).toBeGreaterThanOrEqual(400);
    }
  });
});

test('a header that names somebody of another union, and a key that somebody else has used, open nothing', async () => {
  const [handler, unknown] = [people.of('county', 'own', 'h')[0]!.name, 'nobody-at-all'];
  const behalf = (name: string) => asker.ask('getCase', tokens.get('bz.handler'), { caseId: theirs.id }, { headers: { 'on-behalf-of': name } });
  const [real, none] = [await behalf(handler), await behalf(unknown)];
  expect([real.status, real.text]).toEqual([403, none.text]);
  const key = randomUUID();
  const mine = await givenCase(client, 'intake');
  const first = await mine.send('signAuthorization', mine.clerk, mine.usual('signAuthorization'), { 'idempotency-key': key });
  expect(first.status).toBe(200);
  const repeated = await mine.send('signAuthorization', 'bz-qiaocheng-e1.clerk', mine.usual('signAuthorization'), { 'idempotency-key': key });
  expect([repeated.status, JSON.stringify(repeated.body).includes(mine.id)]).toEqual([404, false]);
});

describe('lists', () => {
  test('narrowed to the union, the case or the user of somebody else they are empty', async () => {
    const handler = people.of('county', 'own', 'h')[0]!.name;
    const asked: [operation: string, as: string, query: Json][] = [
      ...['listCases', 'searchCases', 'listTasks'].flatMap((operation): [string, string, Json][] => ['bz.handler', 'bz.supervisor', 'wx-xishan.head'].flatMap((as): [string, string, Json][] => ['wx-liangxi', 'wx-liangxi-e1', 'no-such-union'].map((orgId) => [operation, as, { orgId }]))),
      ['listTasks', 'bz.handler', { caseId: theirs.id }],
      ['listUsers', 'bz.admin', { orgId: 'wx-liangxi' }],
      ['listAuditEntries', 'bz.auditor', { actor: handler }],
      ['listAuditEntries', 'wx-xishan.auditor', { actor: handler }],
    ];
    for (const [operation, as, query] of asked) {
      const { status, text } = await asker.ask(operation, tokens.get(as) ?? (await login(as)), query);
      expect([operation, as, query, status, itemsIn(text)]).toEqual([operation, as, query, 200, []]);
    }
  });

  test('with a cursor that somebody else was given they go on in the own list', async () => {
    for (const operation of ['listCases', 'searchCases', 'listTasks', 'listDelegations', 'listUsers', 'listMachineClients', 'listFileImportBatches', 'listAuditEntries']) {
      const role = /User|Machine/.test(operation) ? 'admin' : operation === 'listAuditEntries' ? 'auditor' : 'handler';
      const [theirToken, myToken] = [people.of('county', 'own', role === 'admin' ? 'A' : role === 'auditor' ? 'a' : 'h')[0]!.token, tokens.get(`bz.${role}`)];
      const first = await asker.ask(operation, theirToken, { limit: 1 });
      const cursor = (JSON.parse(first.text) as { nextCursor: string | null }).nextCursor;
      if (cursor === null) continue; // a list of one
      const all = new Set((await allOf(operation, myToken)).map(keyOf));
      const { status, text } = await asker.ask(operation, myToken, { limit: 200, cursor });
      expect([operation, status]).toEqual([operation, 200]);
      const strange = itemsIn(text).map(keyOf).filter((key) => !all.has(key));
      // The own audit grows with each request that is made here.
      expect([operation, operation === 'listAuditEntries' ? itemsIn(text).filter((item) => !String(item.orgId).startsWith('bz')) : strange]).toEqual([operation, []]);
    }
  });
});

describe('list and detail say the same', () => {
  const VIEWERS = ['wx-liangxi-e1.clerk', 'wx-liangxi-c1.clerk', 'bz-qiaocheng-e1.clerk', 'js.auditor', 'js.supervisor', 'ah.auditor', ...['wx', 'wx-liangxi', 'wx-xishan', 'bz'].flatMap((orgId) => ['handler', 'head', 'leader', 'member1', 'member2', 'member3', 'finance', 'treasurer', 'auditor', ...(orgId.includes('-') ? [] : ['supervisor'])].map((role) => `${orgId}.${role}`))];

  test('what a list of cases or tasks names can be read, and what can be read is in the list, for every role', async () => {
    const places: ['county' | 'city', string][] = [['county', 'intake'], ['county', 'upperReview'], ['city', 'upperReview'], ['county', 'active'], ['city', 'active'], ['county', 'closed'], ['county', 'withdrawn']];
    const mine = [...(await atOnce(places, 4, ([world, situation]) => caseIn(client, world, situation, namedHousehold()))), await WalkedCase.submit(client, { at: QIAOCHENG }, namedHousehold(QIAOCHENG))];
    const { rows } = await pool.query<{ id: string }>('select id from hardship_case order by md5(id::text) limit 15');
    const wrong = await atOnce(VIEWERS, 4, async (name) => {
      const token = await login(name);
      // Whose reach is the same finds the same: all of a list is read by one of each union, of the others what has the name.
      const isWhole = /clerk$|auditor$/.test(name);
      const ids = [...mine.map(({ id }) => id), ...(isWhole ? rows.map(({ id }) => id) : [])];
      const query = isWhole ? {} : { applicantName: NAME };
      const differences = async () => {
        const listed = new Set((await allOf('listCases', token, query)).map(({ id }) => String(id)));
        const found = new Set((await allOf('searchCases', token, query)).map(({ id }) => String(id)));
        const lines = await atOnce(ids, 2, async (caseId) => {
          const { status } = await asker.ask('getCase', token, { caseId });
          const isReadable = status === 200;
          return isReadable === listed.has(caseId) && isReadable === found.has(caseId) ? [] : [`${name} ${caseId}: getCase ${status}, listed ${listed.has(caseId)}, found ${found.has(caseId)}`];
        });
        const tasks = [...new Set((await allOf('listTasks', token, {}, 1)).map(({ caseId }) => String(caseId)))].slice(0, 15);
        const unreadable = await atOnce(tasks, 2, async (caseId) => {
          const { status } = await asker.ask('getCase', token, { caseId });
          return status === 200 ? [] : [`${name}: a task of ${caseId}, which answers ${status}`];
        });
        return [...lines.flat(), ...unreadable.flat()];
      };
      const first = await differences();
      return first.length === 0 ? first : differences(); // others work beside this: what is a fault stays one
    });
    const seen = await Promise.all(VIEWERS.map(async (name) => (await allOf('listCases', await login(name), { applicantName: NAME })).length));
    expect(Math.max(...seen)).toBeGreaterThanOrEqual(7);
    expect(wrong.flat()).toEqual([]);
  });

  test('and what is hidden in the one is hidden in the other', async () => {
    for (const name of ['wx-liangxi.finance', 'wx-liangxi.auditor', 'wx-liangxi.handler', 'wx-liangxi-e1.clerk', 'wx.supervisor']) {
      const token = await login(name);
      const { number } = theirs.view;
      const listed = (await allOf('listCases', token, { applicantName: '柏禾禾', state: 'disbursement' })).find((item) => item.number === number);
      const detail = JSON.parse((await asker.ask('getCase', token, { caseId: theirs.id })).text) as Json;
      expect({ ...listed, now: 0 }).toEqual({ ...detail, now: 0 });
    }
  });
});

const NAME = '柏一致';

/** Papers of a household whose applicant nobody else is called like. */
function namedHousehold(at?: Place): Partial<ApplicationInput> {
  const { applicant, household, bankAccount, residence, employer } = givenApplication(at && { at });
  const [self] = household.members;
  return { applicant: { ...applicant, name: NAME }, household: { ...household, members: [{ ...self!, name: NAME }] }, bankAccount: { ...bankAccount, holderName: NAME }, residence, employer };
}

async function login(name: string): Promise<string> {
  const { status, text } = await asker.ask('login', undefined, { username: name, password: testStack().password });
  if (status !== 200) throw new Error(`login of ${name} answered ${status} ${text}`);
  return (JSON.parse(text) as { token: string }).token;
}

function inPath(operation: string, ids: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(ids).filter(([name]) => asker.operations.get(operation)?.pathParameters.includes(name)));
}

/** What of an input stands in the body or the query: without the ids, which are put in for each request. */
function ofBody(operation: string, input: Json): Json {
  if (operation === 'uploadDocument') return { kind: 'idCard' };
  const { pathParameters, hasBody } = asker.operations.get(operation)!;
  const isId = (name: string) => name in foreign && !(name === 'kind' && hasBody);
  return Object.fromEntries(Object.entries(input).filter(([name]) => !pathParameters.includes(name) && !isId(name) && (name !== 'toUser' || operation === 'reassignTask')));
}

/** A download that serves to the county's handler. */
async function linkToken(): Promise<string> {
  const { text } = await asker.ask('createDownloadLink', people.of('county', 'own', 'h')[0]!.token, { caseId: foreign.caseId, documentId: foreign.documentId });
  return (JSON.parse(text) as { url: string }).url.split('/').at(-1) ?? '';
}

/** One of the same form that nobody has given out. */
function unknownOf(name: string): string {
  if (name === 'kind') return 'first';
  if (name === 'clientId') return '0123456789abcdef';
  if (name === 'userName' || name === 'userId') return 'wx-liangxi.nobody.sw';
  if (name === 'token') return 'A'.repeat(43);
  return randomUUID();
}

function headersOf({ headers }: Answer): string {
  return [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length', 'request-id'].includes(name)).map(([name, value]) => `${name}: ${value}`).sort().join('\n');
}

function itemsIn(text: string): Json[] {
  return (JSON.parse(text) as { items?: Json[] }).items ?? [{ noList: text }];
}

function keyOf(item: Json): string {
  const { id, name, chain, seq } = item as Record<string, string | number | undefined>;
  return String(id ?? name ?? `${chain ?? ''} ${seq ?? ''}`);
}

/** All items of a list, page by page; of endless ones the first pages. */
async function allOf(operation: string, token: string | undefined, query: Json = {}, pagesMax = 100): Promise<Json[]> {
  const items: Json[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { text } = await asker.ask(operation, token, { limit: 200, ...query, ...(cursor === undefined ? {} : { cursor }) });
    const answer = JSON.parse(text) as { items: Json[]; nextCursor: string | null };
    items.push(...answer.items);
    if (answer.nextCursor === null) return items;
    cursor = answer.nextCursor;
  }
  return items;
}
