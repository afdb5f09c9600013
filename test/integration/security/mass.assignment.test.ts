import type { Pool } from 'pg';
import { isObject, type JsonObject } from '../../../rehearse/json';
import { connect } from '../../../store/db';
import { Applicant, codeFor, freshPhone } from '../given/applicant';
import { APPROVER, givenDue, PROPOSER } from '../given/destruction';
import { freshPerson } from '../given/id-number';
import { ServiceClient, type Json } from '../given/service-client';
import type { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';
import { telephoneOf } from './applicants';
import { Asker, codeOf } from './asker';
import { atOnce } from './at-once';
import { People } from './people';
import { inputOf } from './requests';
import { caseIn, papersOfOne, SITUATIONS } from './situations';

jest.setTimeout(600_000);

let pool: Pool;
let asker: Asker;
let client: ServiceClient;
let people: People;
/** Names of all columns of all tables, as they are and as the service writes them; and of every field that an answer or a request has. */
let names: string[];

beforeAll(async () => {
  const { url, password, databaseUrl } = testStack();
  pool = connect(databaseUrl, 4);
  [asker, client, people] = await Promise.all([Asker.connect(url), ServiceClient.connect({ url, password }), People.enter(pool, { url, password }, 'ma')]);
  const { rows } = await pool.query<{ name: string }>(`select distinct column_name as name from information_schema.columns where table_schema = 'public'`);
  const fields = new Set<string>();
  collectNames(asker.document, fields);
  names = [...new Set([...rows.flatMap(({ name }) => [name, name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase())]), ...fields])].sort();
});
afterAll(() => pool.end());

test('all columns and fields are known', () => {
  expect(names.length).toBeGreaterThan(400);
  expect(names).toEqual(expect.arrayContaining(['is_demo', 'password_hash', 'session_epoch', 'ownerOrgId', 'state', 'claimedBy', 'roles', 'hardshipClass', 'preparedBy']));
});

/** In which situation a command is tried, by whom: the first that awaits it. */
const TRIED: Record<string, { situation: string; as: (walked: WalkedCase) => string }> = {
  signAuthorization: tried('intake'),
  withdrawAuthorization: tried('signed', 'wx-liangxi-e1.clerk'),
  addMaterials: tried('intake', 'wx-liangxi-e1.clerk'),
  returnForCorrection: tried('visit', 'wx-liangxi-e1.clerk'),
  withdrawApplication: tried('intake', 'wx-liangxi-e1.clerk'),
  recordVisit: tried('visit'),
  decidePreliminaryReview: tried('preliminaryReview'),
  postNotice: tried('notice1'),
  resolveObjection: tried('notice1Open'),
  raiseObjection: tried('notice1Open', 'wx-liangxi-e1.clerk'),
  recordComparison: tried('upperReview'),
  decideUpperReview: tried('upperReviewCompared'),
  proposeAidPlan: tried('planning'),
  decideCollectively: tried('collectiveApproval'),
  prepareDisbursement: tried('disbursement'),
  releaseDisbursement: tried('prepared'),
  changeAidLevel: tried('active', 'wx-liangxi.handler'),
  recordRecheck: tried('active', 'wx-liangxi-e1.clerk'),
  updateFile: tried('active', 'wx-liangxi-e1.clerk'),
  notifyExit: tried('toLeave'),
  confirmExit: tried('exiting', 'wx-liangxi-e1.clerk'),
  refuseExit: tried('exiting', 'wx-liangxi-e1.clerk'),
  verifyExit: tried('refused', 'wx-liangxi.handler'),
  concludeExit: tried('confirmed'),
  recordFollowUp: tried('phaseOut', 'wx-liangxi-e1.clerk'),
  reportRelapse: tried('phaseOut', 'wx-liangxi-e1.clerk'),
  dismissRelapse: tried('relapseVisited', 'wx-liangxi.handler'),
  reopenFile: tried('relapseVisited', 'wx-liangxi.handler'),
  acceptApplication: tried('signed'),
};

function tried(situation: string, as?: string): { situation: string; as: (walked: WalkedCase) => string } {
  return { situation, as: () => as ?? '' };
}

test('every operation with a body is tried here', () => {
  const withBody = [...asker.operations.values()].filter(({ hasBody }) => hasBody).map(({ id }) => id);
  expect(withBody.filter((id) => !(id in TRIED) && !(id in OTHERS) && !WITHOUT_EFFECT.has(id))).toEqual([]);
  expect(Object.values(TRIED).filter(({ situation }) => !SITUATIONS.county.includes(situation))).toEqual([]);
});

describe('a command with every column and field beside its own does to a case what it does without them', () => {
  test.each(Object.keys(TRIED))('%s', async (command) => {
    const { situation, as } = TRIED[command]!;
    const twins = await Promise.all([caseIn(client, 'county', situation), caseIn(client, 'county', situation)]);
    const outcomes = await atOnce(twins, 2, async (walked, index) => {
      await walked.look();
      const sender = as(walked) === '' ? senderOf(command, walked) : as(walked);
      const input = inputOf(command, { walked, letter: sender.endsWith('.clerk') ? 'c' : 'h', ids: { disbursementId: walked.view.disbursements[0]?.id ?? '' }, sender, password: '' });
      const { status, body } = await client.call(command, sender, index === 0 ? input : crowded(command, input));
      return { status, code: body.code, record: normal(await recordOf(walked.id), [walked.view.number]), answer: normal(body, [walked.view.number]) };
    });
    expect(outcomes[0]?.status).toBeLessThan(300);
    if (outcomes[1]?.status === 400) expect(outcomes[1].code).toBe('INVALID_INPUT'); // refused as a whole: also an answer
    else expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

/** Other operations that keep something: what is asked, by whom, and the row that it makes or changes. */
const OTHERS: Record<string, () => Promise<{ as: string | Applicant; input: Json; row: (answer: Json) => Promise<unknown> }>> = {
  submitApplication: () => Promise.resolve({ as: 'wx-liangxi-e1.clerk', input: inputOf('submitApplication', nobody()), row: ({ id }) => recordOf(String(id)) }),
  importFile: () => Promise.resolve({ as: 'wx-liangxi.handler', input: inputOf('importFile', nobody()), row: ({ id }) => recordOf(String(id)) }),
  createUser: () => Promise.resolve({ as: 'wx-liangxi.admin', input: inputOf('createUser', nobody()), row: ({ user }) => rowOf('app_user', 'id', (user as Json).name) }),
  setUserRoles: async () => aboutUser({ roles: ['handler'] }),
  linkOidcSubject: async () => aboutUser({ subject: null }),
  disableUser: async () => aboutUser({}),
  enableUser: async () => aboutUser({}),
  resetPassword: async () => aboutUser({}),
  resetSecondFactor: async () => aboutUser({}),
  declareIdentity: async () => {
    const { input, as } = await aboutUser({ idNumber: freshPerson().idNumber });
    return { as, input: { ...input, userId: input.userName }, row: () => rowOf('related_person', 'user_id', input.userName) };
  },
  createMachineClient: () => Promise.resolve({ as: 'wx-liangxi.admin', input: inputOf('createMachineClient', nobody()), row: ({ client: made }) => rowOf('machine_client', 'id', (made as Json).id) }),
  delegateDuties: () => Promise.resolve({ as: people.nameOf('wx-liangxi', 'bystander'), input: { ...inputOf('delegateDuties', nobody()), toUser: people.nameOf('wx-liangxi', 'standIn') }, row: ({ id }) => rowOf('delegation', 'id', id) }),
  revokeDelegation: async () => {
    const { body } = await client.call<{ id: string }>('delegateDuties', people.nameOf('wx-liangxi', 'bystander'), { ...inputOf('delegateDuties', nobody()), toUser: people.nameOf('wx-liangxi', 'standIn') });
    return { as: people.nameOf('wx-liangxi', 'bystander'), input: { delegationId: body.id }, row: () => rowOf('delegation', 'id', body.id) };
  },
  declareRelation: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    return { as: people.nameOf('wx-liangxi', 'bystander'), input: { caseId: walked.id }, row: () => rowOf('recusal', 'case_id', walked.id) };
  },
  revealField: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    return { as: 'wx-liangxi.handler', input: { caseId: walked.id, field: 'applicant.phone', reason: '核对申请人身份' }, row: () => rowOf('reveal', 'case_id', walked.id) };
  },
  claimTask: async () => aboutTask({}),
  releaseTask: async () => {
    const asked = await aboutTask({});
    await client.call('claimTask', asked.as, asked.input);
    return asked;
  },
  reassignTask: async () => ({ ...(await aboutTask({ toUser: people.nameOf('wx-liangxi', 'standIn') })), as: 'wx-liangxi.head' }),
  createDownloadLink: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    return { as: 'wx-liangxi.handler', input: { caseId: walked.id, documentId: walked.id }, row: () => Promise.resolve(null) };
  },
  advanceSimulation: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    return { as: walked.clerk, input: { caseId: walked.id, to: '2024-03-05T09:00:00+08:00' }, row: () => recordOf(walked.id) };
  },
  rateService: async () => {
    const walked = await caseIn(client, 'county', 'withdrawn', papersOfOne('county', 'withdrawn'));
    return { as: await Applicant.signIn(telephoneOf(walked)), input: inputOf('rateService', { ...nobody(), walked }), row: () => rowOf('service_rating', 'case_id', walked.id) };
  },
  exportPersonalData: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    return { as: 'wx-liangxi.handler', input: inputOf('exportPersonalData', { ...nobody(), walked }), row: () => rowOf('personal_data_export', 'case_id', walked.id) };
  },
  placeLegalHold: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    return { as: 'wx-liangxi.handler', input: { caseId: walked.id, reason: 'litigation' }, row: () => rowOf('legal_hold', 'case_id', walked.id) };
  },
  liftLegalHold: async () => {
    const walked = await caseIn(client, 'county', 'visit');
    const { body } = await client.call('placeLegalHold', 'wx-liangxi.handler', { caseId: walked.id, reason: 'litigation' });
    return { as: 'wx-liangxi.head', input: { caseId: walked.id, holdId: body.id }, row: () => rowOf('legal_hold', 'case_id', walked.id) };
  },
  proposeDestruction: async () => aboutDestruction(PROPOSER, false),
  rejectDestruction: async () => aboutDestruction(APPROVER, true),
  approveDestruction: async () => aboutDestruction(APPROVER, true),
};

/** They keep nothing of what a body says: answers, forms of files, and what concerns the own session alone (sign-in.*.test.ts, applicants.sign-in.test.ts). */
const WITHOUT_EFFECT = new Set(['assessHousehold', 'checkMaterials', 'computeNoticePeriod', 'searchCases', 'uploadDocument', 'uploadFileImport', 'login', 'changePassword', 'confirmSecondFactor', 'provideSecondFactor', 'startSecondFactor', 'logout', 'requestCode', 'confirmCode', 'decodeEnginePayloads']);

describe('so does everything else that keeps something', () => {
  test.each(Object.keys(OTHERS))('%s', async (operation) => {
    const outcomes = [];
    for (const isCrowded of [false, true]) {
      const { as, input, row } = await OTHERS[operation]!();
      const sent = isCrowded ? crowded(operation, input) : input;
      const { status, body } = await (typeof as === 'string' ? client.call(operation, as, sent) : as.call(operation, sent));
      outcomes.push({ status, code: body.code, row: status < 300 ? normal(await row(body)) : null });
    }
    const [plain, full] = outcomes;
    expect(plain?.status).toBeLessThan(operation === 'createDownloadLink' ? 500 : 300);
    if (full?.status === 400) expect(full.code).toBe('INVALID_INPUT');
    else expect(full).toEqual(plain);
  });

  test('and what only answers answers the same', async () => {
    for (const operation of ['assessHousehold', 'checkMaterials', 'computeNoticePeriod']) {
      const input = inputOf(operation, nobody());
      const [plain, full] = [await client.call(operation, 'wx-liangxi.handler', input), await client.call(operation, 'wx-liangxi.handler', crowded(operation, input, 2))];
      expect([operation, plain.status, plain.body]).toEqual([operation, full.status, full.body]);
      expect(plain.status).toBe(200);
    }
  });

  test('and nobody signs in as more than he is', async () => {
    const { password } = testStack();
    const answer = await asker.ask('login', undefined, { username: people.nameOf('wx-liangxi', 'bystander'), password, roles: ['admin'], orgId: 'js', isFull: true, userId: 'wx.admin', user_id: 'wx.admin', method: 'oidcAndCode', epoch: 99 });
    expect([answer.status, codeOf(answer)]).toEqual([200, '']);
    expect((JSON.parse(answer.text) as { user: Json }).user).toMatchObject({ name: people.nameOf('wx-liangxi', 'bystander'), orgId: 'wx-liangxi', roles: ['handler'] });
  });

  test('nor an applicant', async () => {
    const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
    const more = { roles: ['admin'], orgId: 'js', isFull: true, userId: 'wx.admin', user_id: 'wx.admin', id: 'wx.admin', method: 'oidcAndCode', epoch: 99, applicantIndex: '00', purpose: 'staff', to: '19900000000' };
    expect((await asker.ask('requestCode', undefined, { phone: who.phone, ...more })).status).toBe(202);
    const { status, text } = await asker.ask('confirmCode', undefined, { ...who, code: await codeFor(who.phone), ...more });
    expect(status).toBe(200);
    const { token, user } = JSON.parse(text) as { token: string; user: Json };
    expect([user.roles, String(user.name)]).toEqual([['applicant'], expect.stringMatching(/^applicant:/)]);
    expect((await asker.ask('listUsers', token, {})).status).toBe(403);
  });
});

function nobody() {
  return { letter: 'h', ids: {}, sender: '', password: '' };
}

async function aboutUser(fields: Json): Promise<{ as: string; input: Json; row: () => Promise<unknown> }> {
  const { body } = await client.call<{ user: { name: string } }>('createUser', 'wx-liangxi.admin', inputOf('createUser', nobody()));
  return { as: 'wx-liangxi.admin', input: { userName: body.user.name, ...fields }, row: () => rowOf('app_user', 'id', body.user.name) };
}

async function aboutDestruction(as: string, isProposed: boolean): Promise<{ as: string; input: Json; row: () => Promise<unknown> }> {
  const { id } = await givenDue(client, pool);
  if (isProposed) await client.call('proposeDestruction', PROPOSER, { caseId: id });
  const row = async () => [await rowOf('destruction', 'case_id', id), await rowOf('legal_hold', 'case_id', id)];
  return { as, input: { caseId: id }, row };
}

async function aboutTask(fields: Json): Promise<{ as: string; input: Json; row: () => Promise<unknown> }> {
  const walked = await caseIn(client, 'county', 'upperReviewCompared');
  const taskId = walked.view.awaiting[0]?.task;
  return { as: people.nameOf('wx-liangxi', 'bystander'), input: { taskId, ...fields }, row: () => rowOf('task', 'id', taskId) };
}

function senderOf(command: string, walked: WalkedCase): string {
  return command === 'releaseDisbursement' ? 'wx-liangxi.treasurer' : walked.whoIsAwaited(command);
}

/**
 * The same body, and in it and in all that it holds every name that it does not know itself, with something telling behind it.
 * The path's parameters stay alone: what they name is said once.
 */
function crowded(operation: string, input: Json, parts = 1): Json {
  const { pathParameters } = asker.operations.get(operation)!;
  const inPath = Object.fromEntries(Object.entries(input).filter(([name]) => pathParameters.includes(name)));
  const inBody = Object.fromEntries(Object.entries(input).filter(([name]) => !pathParameters.includes(name)));
  const schema = bodySchema(operation);
  const isSmall = ['claimTask', 'releaseTask', 'reassignTask'].includes(operation);
  const body = crowd(inBody, schema, isSmall ? 60 : Math.floor(900 / parts)) as Json;
  return { ...body, ...inPath };
}

function crowd(value: unknown, schema: JsonObject, most: number): unknown {
  if (Array.isArray(value)) return value.map((one) => crowd(one, resolve(schema.items), 40));
  if (!isObject(value)) return value;
  const own = isObject(schema.properties) ? schema.properties : {};
  const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, crowd(one, resolve(own[name]), 40)]));
  const strange = preferred().filter((name) => !(name in own) && !(name in value)).slice(0, most);
  return { ...Object.fromEntries(strange.map((name, index) => [name, telling(name, index)])), ...inner };
}

/** Those first whose change would hurt most; all of them where there is room. */
function preferred(): string[] {
  const first = names.filter((name) => /role|org|owner|state|class|demo|admin|hash|epoch|version|by$|_by$|User|user|amount|paid|version|disabled|scope|number/i.test(name));
  return [...first, ...names.filter((name) => !first.includes(name))];
}

function telling(name: string, index: number): unknown {
  if (/^roles$/i.test(name)) return ['admin'];
  if (/org/i.test(name)) return 'bz-qiaocheng';
  if (/^state$/i.test(name)) return 'closed';
  if (/^is[A-Z_]/.test(name) || /^is_/.test(name)) return true;
  if (/class/i.test(name)) return 'deep';
  if (/(on|at)$/i.test(name)) return '2030-01-01';
  return index % 2 === 0 ? 'CROWDED' : 777_777;
}

function bodySchema(operation: string): JsonObject {
  const { path, method } = asker.operations.get(operation)!;
  const found = ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'].reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), asker.document);
  return resolve(found);
}

function resolve(schema: unknown): JsonObject {
  if (!isObject(schema)) return {};
  if (typeof schema.$ref !== 'string') {
    const choice = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
    return choice ? resolve(choice.find((one) => resolve(one).type === 'object')) : schema;
  }
  return resolve(schema.$ref.replace(/^#\//, '').split('/').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), asker.document));
}

function collectNames(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collectNames(one, into);
  if (!isObject(value)) return;
  if (isObject(value.properties)) for (const name of Object.keys(value.properties)) into.add(name);
  for (const one of Object.values(value)) collectNames(one, into);
}

async function recordOf(caseId: string): Promise<unknown> {
  const { rows } = await pool.query('select c.version, c.state, c.hardship_class, c.grassroots_org_id, c.reviewer_org_id, c.owner_org_id, c.recheck_due_on, c.record from hardship_case c where id = $1', [caseId]);
  const events = await pool.query('select type, effective_on, actor, on_behalf_of, data from case_event where case_id = $1 order by seq', [caseId]);
  return { row: rows[0] as unknown, events: events.rows as unknown };
}

async function rowOf(table: string, column: string, value: unknown): Promise<unknown> {
  const { rows } = await pool.query<Json>(`select * from ${table} where ${column} = $1`, [value]);
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, one]) => !Buffer.isBuffer(one))));
}

/** Without what differs between twins: ids in the order in which they come, instants, hashes, case numbers. */
function normal(value: unknown, numbers: readonly string[] = []): unknown {
  const ids = new Map<string, string>();
  let text = JSON.stringify(value ?? null);
  for (const number of numbers) text = text.replaceAll(number, 'NUMBER');
  text = text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => ids.get(id) ?? (ids.set(id, `id ${ids.size}`), `id ${ids.size - 1}`))
    .replaceAll(/"(?:\d{4}-\d\d-\d\dT[^"]*)"/g, '"instant"')
    .replaceAll(/\$argon2id[^"]*/g, 'hash')
    .replaceAll(/"\d{6}-\d{4}-\d+"|"[A-Za-z-]*\d{4}-\d{3,}"/g, '"number"')
    .replaceAll(/"(birthOn|idNumber|id_number)":"[^"]*"/g, '"$1":"fresh"')
    .replaceAll(/mx-[0-9a-f-]{10,}|(?<=")[0-9a-f]{16}(?=")/g, 'fresh');
  return JSON.parse(text);
}
