import fc from 'fast-check';
import { isObject, type JsonObject } from '../../../../rehearse/json';
import { OwnService } from '../../../stack/own-service';
import { givenApplication } from '../../given/application';
import { Applicant, type Telephone } from '../../given/applicant';
import { photo } from '../../given/documents';
import { freshPerson } from '../../given/id-number';
import { importList, givenHousehold } from '../../given/import-list';
import { importsOf } from '../../given/import-batch';
import { ServiceClient, type Json } from '../../given/service-client';
import { importOf, type WalkedCase } from '../../given/walked-case';
import { Asker } from '../asker';
import { atOnce } from '../at-once';
import { GROUPS, readMatrix, type Group } from '../matrix-table';
import { caseIn } from '../situations';
import { DocumentedAnswers } from './answers';
import { canaryTelephone, givenCanaries, KINDS, leaksIn, type Viewer } from './canaries';
import { oddCursor, oddHeaders, rawBody } from './raw-bodies';
import { oddText, SchemaInputs } from './schema-inputs';

jest.setTimeout(7_200_000);

/** FUZZ_REQUESTS for a longer run, FUZZ_SEED for another one; a seed gives the same requests again. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 10_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_240_304);
const WIDTH = 12;
/** A workbook is read in a process of its own; the service lets a few wait and sends the others away with 503. */
const ONE_BY_ONE = new Set(['uploadFileImport', 'downloadFileImportResult', 'uploadDocument']);
const ENDS_SESSIONS = new Set(['logout', 'signOutEverywhere', 'endSession', 'changePassword']);
const PASSWORD = 'demo-password';
const MATRIX = readMatrix();

const IN_SCOPE = [
  'wx-liangxi-e1.clerk', 'wx-liangxi.handler', 'wx-liangxi.head', 'wx-liangxi.leader', 'wx-liangxi.finance', 'wx-liangxi.treasurer', 'wx-liangxi.auditor', 'wx-liangxi.admin',
  'wx.handler', 'wx.head', 'wx.treasurer', 'wx.supervisor', 'wx.admin', 'wx.operator', 'js.auditor',
]; // prettier-ignore
const OUTSIDE = ['wx-liangxi-c1.clerk', 'wx-xishan.handler', 'wx-xishan.head', 'bz-qiaocheng-e1.clerk', 'bz.handler', 'bz.finance', 'bz.supervisor', 'bz.admin', 'bz.operator', 'ah.auditor'];

interface Caller extends Viewer {
  name: string;
  token?: string;
  /** A new session after one that has ended; none for whom nothing ends. */
  signIn?: () => Promise<string>;
}

interface Plan {
  operation: string;
  caller: number;
  path: Record<string, string>;
  query: Record<string, string | undefined>;
  body: unknown;
  raw: { body: Buffer; contentType: string } | null;
  headers: Record<string, string>;
  file: 'picture' | 'workbook' | 'bytes';
}

let own: OwnService;
let asker: Asker;
let answers: DocumentedAnswers;
let callers: Caller[];
let known: Record<string, readonly unknown[]>;
let files: Record<Plan['file'], Buffer>;

beforeAll(async () => {
  own = await OwnService.start({ RATE_LIMIT_FACTOR: '1000000' });
  const { url } = own.client;
  const client = await ServiceClient.connect({ url, password: PASSWORD });
  asker = await Asker.connect(url);
  answers = new DocumentedAnswers(asker.document);
  const canaries = await givenCanaries(client);
  const strangers = await Promise.all(['visit', 'upperReviewCompared', 'toLeave', 'verified', 'phaseOut'].map((situation) => caseIn(client, 'county', situation)));
  callers = await givenCallers(client);
  known = await knownOf(client, canaries, strangers);
  files = { picture: await photo(), workbook: await importList([givenHousehold('FZ-1')]), bytes: Buffer.from('PK\u0003\u0004 not a workbook') };
});
afterAll(() => own.stop());

test(`${REQUESTS} requests made from the document: no fault of the service, nothing that is not documented, no canary`, async () => {
  const plans = plansOf(Math.ceil(REQUESTS / asker.operations.size)).slice(0, REQUESTS);
  const wrong = new Map<string, string>();
  const counts = new Map<number, number>();
  let turn: Promise<unknown> = Promise.resolve();
  const startedAt = Date.now();
  await atOnce(plans, WIDTH, async (plan, index) => {
    const inTurn = async () => {
      const { status, mistakes } = await tryOut(plan);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      for (const mistake of mistakes) {
        const kind = `${plan.operation}: ${mistake.replaceAll(/[0-9a-f-]{36}|\d+/g, '#').slice(0, 160)}`;
        if (!wrong.has(kind)) wrong.set(kind, `request ${index} of seed ${SEED} by ${callers[plan.caller]?.name ?? ''}: ${mistake}\n  ${JSON.stringify({ ...plan, raw: plan.raw && { ...plan.raw, body: plan.raw.body.toString('utf8').slice(0, 200) } }).slice(0, 1_500)}`);
      }
    };
    if (!ONE_BY_ONE.has(plan.operation)) return inTurn();
    const mine = turn.then(inTurn);
    turn = mine.catch(() => undefined); // its own caller is told
    return mine;
  });
  process.stderr.write(`fuzz: ${plans.length} requests in ${Date.now() - startedAt} ms, answered ${JSON.stringify(Object.fromEntries([...counts].sort(([a], [b]) => a - b)))}\n`);
  expect([...wrong.values()]).toEqual([]);
  // It reaches what is behind the first look at a request.
  const share = (from: number, below: number) => [...counts].reduce((sum, [status, count]) => (status >= from && status < below ? sum + count : sum), 0) / plans.length;
  expect(share(200, 300)).toBeGreaterThan(0.05);
});

test('and the service is as well as before', async () => {
  expect((await asker.ask('checkReady', undefined, {})).status).toBe(200);
  const { token } = callers.find(({ name }) => name === 'wx-liangxi.handler')!;
  const { status, text } = await asker.ask('searchCases', token, { applicantName: KINDS.names!.values[0] });
  expect([status, (JSON.parse(text) as { items: unknown[] }).items.length]).toEqual([200, expect.any(Number)]);
});

/** As many plans of each operation, in an order that mixes them. */
function plansOf(each: number): Plan[] {
  const inputs = new SchemaInputs(asker.document, (name) => known[name] ?? []);
  // Whoever declares the canaries' cases does not see them any more.
  const withoutCases = new SchemaInputs(asker.document, (name) => (name === 'caseId' || name === 'idNumber' ? [] : (known[name] ?? [])));
  // No request takes the codes of those who sign in here as applicants.
  const withoutPhones = new SchemaInputs(asker.document, (name) => (name === 'phone' ? [] : (known[name] ?? [])));
  const inputsOf = (id: string) => (id === 'declareRelation' ? withoutCases : ['requestCode', 'confirmCode'].includes(id) ? withoutPhones : inputs);
  const ofOperations = [...asker.operations.values()].map(({ id, path, method }, index) => {
    const operation = (asker.document.paths as Record<string, Record<string, JsonObject>>)[path]![method.toLowerCase()]!;
    return fc.sample(planOf(id, operation, inputsOf(id)), { seed: SEED + index, numRuns: each });
  });
  return Array.from({ length: each }, (_, turn) => ofOperations.flatMap((plans) => plans[turn] ?? [])).flat();
}

function planOf(id: string, operation: JsonObject, inputs: SchemaInputs): fc.Arbitrary<Plan> {
  const parameters = (Array.isArray(operation.parameters) ? (operation.parameters as unknown[]) : []).map((one) => inputs.resolve(one));
  const valueOf = (one: JsonObject, oddness: number) => {
    const name = String(one.name);
    const right = inputs.valid(one.schema, name).map(String);
    return fc.oneof({ weight: 10 - oddness, arbitrary: right }, { weight: oddness, arbitrary: name === 'cursor' ? oddCursor : oddText });
  };
  const inPath = parameters.filter((one) => one.in === 'path');
  const inQuery = parameters.filter((one) => one.in === 'query');
  const content = isObject(operation.requestBody) && isObject(operation.requestBody.content) ? operation.requestBody.content : {};
  const json = isObject(content['application/json']) ? content['application/json'].schema : undefined;
  const template = TEMPLATES[id];
  const body = template ? fc.oneof({ weight: 1, arbitrary: inputs.attacked(json) }, { weight: 2, arbitrary: inputs.attackedFrom(template) }) : inputs.attacked(json ?? { type: 'object' });
  return fc.record({
    operation: fc.constant(id),
    // Mostly somebody who gets past the door.
    caller: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...whoMayKnock(id)) }, { weight: 1, arbitrary: fc.nat(callers.length - 1) }),
    path: fc.record(Object.fromEntries(inPath.map((one) => [String(one.name), valueOf(one, 2)]))),
    query: fc.record(Object.fromEntries(inQuery.map((one) => [String(one.name), valueOf(one, one.name === 'cursor' ? 7 : 3)])), { requiredKeys: [] }),
    body,
    raw: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: rawBody }),
    headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
    file: fc.constantFrom<Plan['file']>('picture', 'workbook', 'bytes'),
  });
}

const LETTERS: Record<string, string> = { clerk: 'c', handler: 'h', head: 'H', leader: 'v', finance: 'f', treasurer: 't', auditor: 'a', supervisor: 's', admin: 'A', operator: 'O', applicant: 'p', machine: 'w', nobody: 'n' };

/** The places of those among the callers whose role the matrix turns away neither with 401 nor with 403 everywhere; all where it does. */
function whoMayKnock(operation: string): number[] {
  const open = MATRIX.filter((row) => row.operation === operation).flatMap(({ cells }) => (Object.entries(cells) as [Group, readonly string[]][]).flatMap(([group, letters]) => letters.flatMap((letter, index) => ('13'.includes(letter) ? [] : [GROUPS[group].charAt(index)]))));
  const places = callers.flatMap(({ role }, place) => (open.includes(LETTERS[role] ?? '') ? [place] : []));
  return places.length > 0 ? places : callers.map((_caller, place) => place);
}

/** Whole papers, which no generator would hit on: every household is another one. */
const TEMPLATES: Record<string, () => Json> = {
  submitApplication: () => ({ ...givenApplication() }),
  importFile: () => importOf(givenApplication(), { hardshipClass: 'relative', establishedOn: '2023-11-13' }),
};

async function tryOut(plan: Plan): Promise<{ status: number; mistakes: string[] }> {
  const caller = callers[plan.caller]!;
  const { operation: id } = plan;
  const { path, method } = asker.operations.get(id)!;
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent((plan.path[name] ?? '').toWellFormed()));
  const query = new URLSearchParams(Object.entries(plan.query).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
  const isRead = method === 'GET';
  const sent = isRead ? {} : bodyOf(plan, id);
  const headers = {
    ...(caller.token === undefined ? {} : { authorization: `Bearer ${caller.token}` }),
    ...(isRead ? {} : { 'idempotency-key': `fuzz-${String(Math.random()).slice(2)}` }),
    ...(sent.contentType === undefined ? {} : { 'content-type': sent.contentType }),
    ...latin(plan.headers),
  };
  const response = await fetch(`${own.client.url}${filled}${query === '' ? '' : `?${query}`}`, { method, headers, body: sent.body, redirect: 'manual', signal: AbortSignal.timeout(120_000) });
  const text = await response.text();
  const { status } = response;
  if (ENDS_SESSIONS.has(id) && status < 300 && caller.signIn) caller.token = await caller.signIn();
  const said = `${filled} ${decodeURIComponent(query.replaceAll('+', ' ').replaceAll(/%(?![0-9A-F]{2})/gi, '%25')).slice(0, 5_000)} ${typeof sent.body === 'string' ? sent.body : ''}`;
  const mistakes = [
    ...(status >= 500 ? [`fault ${status}: ${text.slice(0, 300)}`] : []),
    ...[answers.mistakeIn({ path, method }, { status, contentType: response.headers.get('content-type') ?? '', text }) ?? []].flat(),
    ...leaksIn(text, said, id, caller).map((leak) => `leak to ${caller.role}: ${leak}`),
    ...(/\bat \S+ \(?\/|node_modules|select .* from |ECONNREFUSED|\/tmp\//.test(text) && !/xlsx|\/downloads\//.test(path) ? [`inner workings: ${text.slice(0, 300)}`] : []),
  ];
  return { status, mistakes };
}

function bodyOf(plan: Plan, id: string): { body?: string | Buffer | FormData; contentType?: string } {
  if (plan.raw) return { body: plan.raw.body, contentType: plan.raw.contentType };
  if (id === 'uploadDocument' || id === 'uploadFileImport') {
    const form = new FormData();
    if (id === 'uploadDocument') form.append('kind', ['idCard', 'diary', 'medicalBill'][plan.caller % 3] ?? '');
    form.append('file', new Blob([new Uint8Array(files[plan.file])]), 'f\u202e.xlsx');
    return { body: form };
  }
  return { body: JSON.stringify(plan.body), contentType: 'application/json' };
}

/** What a header can hold at all. */
function latin(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\x20-\xff]/g, '')]));
}

async function tokenOf(name: string): Promise<string> {
  const { status, text } = await asker.ask('login', undefined, { username: name, password: PASSWORD });
  if (status !== 200) throw new Error(`login of ${name} answered ${status} ${text}`);
  return (JSON.parse(text) as { token: string }).token;
}

async function givenCallers(client: ServiceClient): Promise<Caller[]> {
  const users = await atOnce([...IN_SCOPE, ...OUTSIDE], 4, async (name): Promise<Caller> => ({ name, role: name.split('.')[1] ?? '', isInScope: IN_SCOPE.includes(name), token: await tokenOf(name), signIn: () => tokenOf(name) }));
  const machine = async (orgId: string, isInScope: boolean): Promise<Caller> => {
    const scopes = ['recordComparison', 'getCase', 'listCases', 'listCaseEvents', 'getCaseProcess', 'getHardshipFile', 'listTasks', 'listOrganisations', 'assessHousehold', 'checkMaterials', 'computeNoticePeriod'];
    const { body } = await client.call<{ token: string }>('createMachineClient', `${orgId}.admin`, { name: orgId, orgId, scopes, expiresInDays: 1 });
    return { name: `machine of ${orgId}`, role: 'machine', isInScope, token: body.token };
  };
  const stack = { url: own.client.url, operatorUrl: (own.service.metricsUrls[0] ?? '').replace(/\/metrics$/, '') };
  const applicant = async (name: string, who: Telephone, isInScope: boolean): Promise<Caller> => {
    const signIn = oneByOne(async () => (await Applicant.signIn(who, stack)).caller.token ?? '');
    return { name, role: 'applicant', isInScope, token: await signIn(), signIn };
  };
  const applicants = [await applicant('applicant', canaryTelephone(), true), await applicant('another applicant', { phone: '13899990009', idNumber: freshPerson().idNumber }, false)];
  return [...users, ...applicants, { name: 'nobody', role: 'nobody', isInScope: false }, await machine('wx-liangxi', true), await machine('bz', false)];
}

/** One after the other: a new code ends the one before. */
function oneByOne<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const mine = last.then(work);
    last = mine.catch(() => undefined); // its own caller is told
    return mine;
  };
}

/** What there is, by the names that requests give it; people who ask are not among those whom something is done to. */
async function knownOf(client: ServiceClient, canaries: readonly WalkedCase[], strangers: readonly WalkedCase[]): Promise<Record<string, readonly unknown[]>> {
  const all = [...canaries, ...strangers];
  const views = all.map(({ view }) => view);
  const bystanders: string[] = [];
  for (const orgId of ['wx-liangxi', 'bz']) {
    const { body } = await client.call<{ user: { name: string } }>('createUser', `${orgId}.admin`, { name: `bystander-${orgId}`, orgId, roles: ['handler'] });
    bystanders.push(body.user.name);
  }
  const tasks = (await client.call<{ items: { id: string }[] }>('listTasks', 'wx.handler', { limit: 20 })).body.items;
  const token = callers.find(({ name }) => name === 'wx-liangxi-e1.clerk')?.token;
  const uploaded = await asker.ask('uploadDocument', token, { caseId: canaries[0]?.id, kind: 'idCard' }, { file: await photo() });
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const delegation = await client.call<{ id: string }>('delegateDuties', 'wx-liangxi.member1', { toUser: 'wx-liangxi.member2', fromOn: today, untilOn: today, roles: ['member1'] });
  const machine = await client.call<{ client: { id: string } }>('createMachineClient', 'wx-liangxi.admin', { name: 'to be revoked', orgId: 'wx-liangxi', scopes: ['getCase'], expiresInDays: 1 });
  const batch = await (await importsOf('wx-liangxi.handler', { url: own.client.url, password: PASSWORD })).client.upload('list.xlsx', await importList([givenHousehold('FZ-0')]));
  const hold = await client.call<{ id: string }>('placeLegalHold', 'wx-liangxi.handler', { caseId: canaries[0]?.id, reason: 'audit' });
  const sessions = await client.call<{ items: { id: string }[] }>('listSessions', 'wx-liangxi.member3');
  const orgs = ['wx', 'wx-liangxi', 'wx-liangxi-e1', 'bz', 'bz-qiaocheng-e1'];
  return {
    caseId: all.map(({ id }) => id),
    taskId: tasks.map(({ id }) => id),
    documentId: [(JSON.parse(uploaded.text) as { id: string }).id],
    disbursementId: views.flatMap(({ disbursements }) => disbursements.map(({ id }) => id)),
    paymentId: views.flatMap(({ payments }) => payments.map(({ id }) => id)),
    planId: views.flatMap(({ aidPlans }) => aidPlans.map(({ id }) => id)),
    objectionId: views.flatMap(({ notices }) => notices.flatMap(({ objections }) => objections.map(({ id }) => id))),
    delegationId: [delegation.body.id],
    clientId: [machine.body.client.id],
    batchId: [batch.id],
    holdId: [hold.body.id],
    sessionId: sessions.body.items.map(({ id }) => id),
    userName: bystanders,
    userId: bystanders,
    toUser: ['wx-liangxi.handler', 'wx-liangxi.member2', ...bystanders],
    fromUser: ['wx-liangxi.member1', ...bystanders],
    username: [...bystanders, 'nobody'],
    user: ['wx-liangxi.head', 'wx-liangxi.leader', 'wx-liangxi.member1', 'wx-liangxi.member2'],
    orgId: orgs,
    filedAtOrgId: orgs,
    communityOrgId: ['wx-liangxi-c1', 'bz-qiaocheng-c1'],
    regionCode: ['320213', '341602', '000000'],
    idNumber: [KINDS.numbers!.values[0], givenApplication().applicant.idNumber],
    applicantName: KINDS.names!.values,
    phone: ['13899990001', '19900000021'],
    cardNumber: ['6200009900000271828'],
    actor: ['wx-liangxi.handler', 'bz.handler'],
    operation: ['getCase', 'login'],
    field: ['applicant.name', 'applicant.idNumber', 'bankAccount.cardNumber', 'member.health', 'residence.address'],
    memberNo: [1, 2],
    scope: ['getCase', 'listCases', 'revealField'],
    limit: [1, 50, 200],
    to: ['2024-03-05T09:00:00+08:00', '2024-03-20T09:00:00+08:00', '2020-01-01T00:00:00Z'],
  };
}
