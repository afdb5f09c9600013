import sharp from 'sharp';
import type { Pool } from 'pg';
import { isEnd } from '../../../domain/case-facts';
import { connect } from '../../../store/db';
import { freshPhone, type Telephone } from '../given/applicant';
import { APPROVER, destruction, givenDue, PROPOSER } from '../given/destruction';
import { freshPerson } from '../given/id-number';
import { importsOf } from '../given/import-batch';
import { givenHousehold, importList } from '../given/import-list';
import { ServiceClient, type Json } from '../given/service-client';
import type { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';
import { Applicants, telephoneOf } from './applicants';
import { Asker, codeOf, type Answer } from './asker';
import { atOnce } from './at-once';
import { readMatrix, type Group, type Letter, type Row } from './matrix-table';
import { People, placesOf, type Person, type World } from './people';
import { recordOf } from './record-of';
import { inputOf, isCommand, kindOf, RATING, type Target } from './requests';
import { caseIn, papersOfOne, SITUATIONS } from './situations';

jest.setTimeout(600_000);

const ROWS = readMatrix();
/** Every cell in every situation, and not only in every state. */
const IS_WHOLE = process.env.MATRIX === 'whole';
const WIDTH = 12;

let pool: Pool;
let asker: Asker;
let client: ServiceClient;
let people: People;
let machines: Record<string, Person>;
let sentAway: Person[];
const applicants = new Applicants();
/** Those who ask where no case is asked about: one with a case, and one with another case, who asks about all others as well. */
let others: { p: Telephone; q: Telephone };
/** Cases in their situations; some operations have one of their own, so that it stays as it is for the others. */
const cases = new Map<string, WalkedCase>();
let objects: Partial<Record<Row['about'], { walked?: WalkedCase; ids: Record<string, string> }>>;
/** What lies in the case of the upper review of each world. */
let lying: Record<World, Partial<Record<Row['about'], Record<string, string>>>>;
/** Cases that their applicants have rated. */
const rated = new Set<string>();
let picture: Buffer;
let asked = 0;

beforeAll(async () => {
  const { url, password, databaseUrl } = testStack();
  pool = connect(databaseUrl, 4);
  picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'white' } }).png().toBuffer();
  [asker, client, people] = await Promise.all([Asker.connect(url), ServiceClient.connect({ url, password }), People.enter(pool, { url, password }, 'mx')]);
  const places = (Object.keys(SITUATIONS) as World[]).flatMap((world) => SITUATIONS[world].map((situation) => ({ world, situation })));
  await atOnce(places, 6, async ({ world, situation }) => cases.set(`${world} ${situation}`, await ownCaseIn(world, situation)));
  machines = await givenMachines();
  others = { p: telephoneOf(cases.get('county visit')!), q: telephoneOf(await ownCaseIn('county', 'intake')) };
  sentAway = [await givenSentAway(), await givenSignedOut()];
  lying = { county: await laidDownIn('county'), city: await laidDownIn('city') };
  await atOnce([...cases.values()], 6, rateIfPossible);
  objects = await givenObjects();
});
afterAll(() => pool.end());

test('the table names every operation of the running service, each with every person', () => {
  const named = new Set(ROWS.map(({ operation }) => operation));
  expect([...asker.operations.keys()].filter((id) => !named.has(id))).toEqual([]);
  expect([...named].filter((id) => !asker.operations.has(id))).toEqual([]);
  const unknownRoutes = Object.entries(asker.document.paths as Record<string, Record<string, { operationId?: string }>>).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId }]) => (operationId !== undefined && asker.operations.get(operationId)?.path === path ? [] : [`${method} ${path}`])),
  );
  expect(unknownRoutes).toEqual([]);
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});

describe('nobody gets through where the table says no, and nothing is changed by trying', () => {
  test.each(ROWS.map((row): [string, Row] => [row.name, row]))('%s', async (_name, row) => {
    await refresh(row);
    const attempts = attemptsOf(row).filter((attempt) => attempt.expected.is !== 'through');
    const before = await record();
    const wrong = await atOnce(attempts, WIDTH, carryOut);
    expect(wrong.flatMap((line) => line ?? [])).toEqual([]);
    expect(await record()).toEqual(before);
  });
});

describe('whom the table lets through gets through', () => {
  test.each(ROWS.filter(({ about, operation }) => !isJudged(about, operation)).map((row): [string, Row] => [row.name, row]))('%s', async (_name, row) => {
    await refresh(row);
    const attempts = attemptsOf(row).filter((attempt) => attempt.expected.is === 'through');
    const wrong = await atOnce(attempts, row.operation === 'logout' || row.operation === 'signOutEverywhere' ? 1 : WIDTH, async (attempt) => carryOut(await withOwnHold(attempt)));
    expect(wrong.flatMap((line) => line ?? [])).toEqual([]);
  });

  const commands = ROWS.filter(({ about, operation }) => isJudged(about, operation));
  test.each(commands.map((row): [string, Row] => [row.name, row]))('%s, each time in a case of its own, which it carries on', async (_name, row) => {
    const attempts = attemptsOf(row).filter((attempt) => attempt.expected.is === 'through');
    // One situation for each person: the first in which it is awaited of that one.
    const best = attempts.filter(({ situation }) => situation === READY[row.name]);
    const firsts = [...best, ...attempts].filter((attempt, index, all) => all.findIndex(({ person, world }) => person.letter === attempt.person.letter && person.group === attempt.person.group && world === attempt.world) === index);
    expect(firsts.length).toBeGreaterThan(0);
    const wrong = await atOnce(firsts, 4, async (attempt) => {
      const walked = await ownCaseIn(attempt.world, attempt.situation ?? '');
      const disbursementId = walked.view.disbursements[0]?.id;
      const line = await carryOut({ ...attempt, walked, ids: disbursementId === undefined ? {} : { disbursementId } });
      const { version } = walked.view;
      return line ?? ((await walked.look()).version > version ? undefined : `${describeOf(attempt)}: the case is as it was`);
    });
    expect(wrong.flatMap((line) => line ?? [])).toEqual([]);
  });
});

test('so many cells were walked', () => {
  expect(asked).toBeGreaterThan(25_000);
  process.stderr.write(`matrix: ${asked} requests of ${people.names.length} people about ${cases.size} cases\n`);
});

/** Where nothing else is missing any more, for commands that are awaited long before. */
const READY: Record<string, string> = { acceptApplication: 'signed', decideUpperReview: 'upperReviewCompared', concludeExit: 'confirmed' };

type Expected = { is: 'status'; status: number } | { is: 'through' } | { is: 'notAwaited' };

interface Attempt {
  row: Row;
  world: World;
  situation?: string;
  person: Person;
  walked?: WalkedCase;
  ids: Readonly<Record<string, string>>;
  expected: Expected;
}

/** Commands that the case itself judges: whoever is let through changes it. */
function isJudged(about: Row['about'], operation: string): boolean {
  return (about === 'case' || about === 'money') && isCommand(operation) && operation !== 'raiseObjection';
}

/** What stands in a case in one of its situations. */
const OF_A_CASE: ReadonlySet<Row['about']> = new Set(['case', 'money', 'document', 'ownPaper', 'hold']);
/** Who is turned away for having no role at all, whatever the case: those are asked in these situations and not in each state. */
const APART: readonly Group[] = ['nobody', 'others', 'machine', 'applicant'];
const APART_IN = ['intake', 'upperReview', 'disbursement', 'prepared', 'paid', 'closed'];

/** Every cell of a line, with one person for each letter where a case is concerned: another one in each situation. */
function attemptsOf(row: Row): Attempt[] {
  if (!OF_A_CASE.has(row.about)) {
    const { walked, ids = {} } = objects[row.about] ?? {};
    const everybody = row.operation === 'logout' || row.operation === 'signOutEverywhere' ? 1 : Infinity;
    return personsOf(row, 'county').flatMap(({ persons, letter }) => persons.slice(0, everybody).map((person) => ({ row, world: 'county', person, walked, ids, expected: expectedOf(letter, row, person, walked) })));
  }
  return (Object.keys(SITUATIONS) as World[]).flatMap((world) => {
    const seen = new Set<string>();
    return SITUATIONS[world].flatMap((situation, turn) => {
      const walked = cases.get(`${world} ${situation}`)!;
      const ids = idsIn(row, world, situation, walked);
      if (!ids) return [];
      const isNewState = !seen.has(walked.view.state);
      seen.add(walked.view.state);
      return personsOf(row, world).flatMap(({ persons, letter, group }): Attempt[] => {
        // What depends on the state alone, or on nothing, is asked once in each state.
        const isConstant = '1234mF'.includes(letter) || (!isJudged(row.about, row.operation) && letter !== 'N');
        if (isConstant && !isNewState && !IS_WHOLE) return [];
        if ('13'.includes(letter) && APART.includes(group) && !APART_IN.includes(situation) && !IS_WHOLE) return [];
        // In the city's world those have other cells whose union stands otherwise to the case; the others were asked in the county's.
        if (world === 'city' && group !== 'below' && (isConstant || !['own', 'above'].includes(group)) && !IS_WHOLE) return [];
        if (world === 'city' && group === 'machine') return [];
        // Of a file that has left it opens another case: the line reportRelapse/left.
        if (row.name === 'reportRelapse' && walked.view.state === 'closed' && letter !== '1' && letter !== '3' && letter !== '4') return [];
        const chosen = IS_WHOLE ? persons : persons.slice(turn % persons.length).slice(0, 1);
        return chosen.map((person) => ({ row, world, situation, person, walked, ids, expected: expectedOf(letter, row, person, walked) }));
      });
    });
  });
}

/** The ids beside the case's own; undefined where the case has no such thing. */
function idsIn({ about }: Row, world: World, situation: string, { view }: WalkedCase): Record<string, string> | undefined {
  if (about === 'money') {
    const disbursementId = view.disbursements.at(0)?.id;
    return disbursementId === undefined ? undefined : { disbursementId };
  }
  if (about === 'case') return {};
  return situation === 'upperReview' ? lying[world][about] : undefined;
}

function personsOf(row: Row, world: World): { group: Group; letter: Letter; persons: Person[] }[] {
  return (Object.entries(row.cells) as [Group, Letter[]][]).flatMap(([group, cells]) => {
    if (group === 'below' && world === 'county') return [];
    return placesOf(group).flatMap(({ letter: who, index }) => {
      const persons = whoIs(row, world, group, who);
      return persons.length === 0 ? [] : [{ group, letter: cells[index]!, persons }];
    });
  });
}

function whoIs({ operation }: Row, world: World, group: Group, letter: string): Person[] {
  switch (group) {
    case 'nobody':
      return letter === 'n' ? [{ name: 'nobody', group, letter }] : sentAway;
    case 'machine':
      return [machineOf(letter, operation)];
    case 'applicant':
      return [{ name: letter === 'p' ? 'applicant' : 'other applicant', group, letter }];
    default:
      return people.of(world, group, letter);
  }
}

function expectedOf(letter: Letter, row: Row, person: Person, walked: WalkedCase | undefined): Expected {
  const status = (code: number): Expected => ({ is: 'status', status: code });
  const through: Expected = { is: 'through' };
  switch (letter) {
    case '1':
    case '3':
    case '4':
      return status(400 + Number(letter));
    case '2':
      return status(422);
    case 'm':
      return walked && ['disbursement', 'active', 'exiting', 'phaseOut'].includes(walked.view.state) ? through : status(403);
    case 'F':
      return walked?.view.hardshipFile && ['disbursement', 'active', 'exiting', 'phaseOut', 'closed'].includes(walked.view.state) ? through : status(404);
    case 'R':
      return walked && rated.has(walked.id) ? through : status(404);
    case 'N':
      return walked && hasOpenNotice(walked, person.letter) ? through : status(404);
    case '+':
    case 't':
    case 'k':
    case 'h': {
      if (!walked || !isJudged(row.about, row.operation)) return through;
      const awaited = awaitedOf(row.operation, person.letter, walked);
      if (awaited.length === 0) return { is: 'notAwaited' };
      const isTheirs = letter === '+' || awaited.some((role) => role === (letter === 'k' ? 'clerk' : letter === 'h' ? 'handler' : ''));
      return isTheirs ? through : status(403);
    }
  }
}

/** The roles of whom the case awaits a command, as its own answer says: as this sender would send it. */
function awaitedOf(operation: string, letter: string, { view }: WalkedCase): string[] {
  const kind = kindOf(operation, letter, view);
  return [...view.awaiting, ...view.possible].flatMap((one) => (one.command === operation && (one.kind === null || one.kind === kind) ? [one.role] : []));
}

function hasOpenNotice({ view }: WalkedCase, letter: string): boolean {
  return view.notices.some((notice) => notice.closedOn === null && notice.kind === kindOf('getPublicNotice', letter, view)) && !isEnd(view.state);
}

/** Asks, and says in one line what was not as expected. */
async function carryOut({ row, person, walked, ids, expected, ...place }: Attempt): Promise<string | undefined> {
  const telephone = person.group === 'applicant' ? telephoneFor(person, row, walked) : undefined;
  const target: Target = { walked, ids, letter: person.letter, sender: person.name, password: testStack().password, telephone };
  const answer = await ask(row, person, inputOf(row.name, target), telephone);
  asked += 1;
  if (isAsExpected(answer, expected, row)) return undefined;
  const wanted = expected.is === 'status' ? String(expected.status) : expected.is;
  return `${describeOf({ row, person, ...place })}: ${answer.status} ${codeOf(answer)}, expected ${wanted}`;
}

async function ask({ operation }: Row, person: Person, input: Json, telephone?: Telephone): Promise<Answer> {
  const endsSession = operation === 'logout' || operation === 'signOutEverywhere';
  const isOne = person.token !== undefined && person.group !== 'machine' && person.group !== 'nobody';
  const token = telephone ? await applicants[endsSession ? 'freshToken' : 'token'](telephone) : endsSession && isOne ? await people.freshToken(person.name) : isOne ? people.token(person.name) : person.token;
  const file = operation === 'uploadDocument' ? picture : undefined;
  const answer = await asker.ask(operation, token, file ? { ...input, kind: 'idCard' } : input, { file });
  if (operation === 'signOutEverywhere' && isOne) await people.signInAgain(person.name);
  if (operation === 'signOutEverywhere' && telephone) await applicants.signInAgain(telephone);
  return answer;
}

/** By which numbers an applicant asks: those of the case itself, where it is asked about one. */
function telephoneFor({ letter }: Person, { about }: Row, walked: WalkedCase | undefined): Telephone {
  if (letter === 'q') return others.q;
  return walked && (OF_A_CASE.has(about) || about === 'left') ? telephoneOf(walked) : others.p;
}

function isAsExpected(answer: Answer, expected: Expected, { about, operation }: Row): boolean {
  const { status } = answer;
  if (expected.is === 'status') return status === expected.status;
  if (expected.is === 'notAwaited') return status === 409;
  if (isJudged(about, operation)) return status < 300;
  return status < 500 && ![401, 403, 404].includes(status);
}

function describeOf({ row, person, world, situation }: Pick<Attempt, 'row' | 'person' | 'world' | 'situation'>): string {
  return `${row.name} by ${person.name} (${person.group} ${person.letter})${situation === undefined ? '' : ` in ${world} ${situation}`}`;
}

function record(): Promise<Record<string, string>> {
  return recordOf(pool, [...cases.values(), ...Object.values(objects).flatMap(({ walked }) => walked ?? [])].map(({ id }) => id), people.names);
}

const SCOPES = ['recordComparison', 'getCase', 'listCases', 'listCaseEvents', 'getCaseProcess', 'getHardshipFile', 'listTasks', 'listOrganisations', 'assessHousehold', 'checkMaterials', 'computeNoticePeriod'];

async function givenMachines(): Promise<Record<string, Person>> {
  const made = async (name: string, letter: string, orgId: string, scopes: string[]): Promise<[string, Person]> => {
    const { status, body } = await client.call<{ token: string }>('createMachineClient', `${orgId}.admin`, { name, orgId, scopes, expiresInDays: 1 });
    if (status !== 201) throw new Error(`createMachineClient answered ${status} ${JSON.stringify(body)}`);
    return [name, { name, group: 'machine', letter, orgId, token: body.token }];
  };
  return Object.fromEntries([
    await made('with', 'w', 'wx-liangxi', SCOPES),
    await made('stranger', 'x', 'bz-qiaocheng', SCOPES),
    await made('lists', 'o', 'wx-liangxi', ['listOrganisations']),
    await made('counts', 'o', 'wx-liangxi', ['computeNoticePeriod']),
  ]);
}

/** One whose scopes do, or do not, name the operation. */
function machineOf(letter: string, operation: string): Person {
  if (letter === 'o') return machines[operation === 'listOrganisations' ? 'counts' : 'lists']!;
  return machines[letter === 'w' ? 'with' : 'stranger']!;
}

/** Somebody who was at work a moment ago: the same token served. */
async function givenSentAway(): Promise<Person> {
  const name = people.nameOf('wx-liangxi', 'sentAway');
  const token = people.token(name);
  const caseId = cases.get('county visit')?.id;
  expect((await asker.ask('getCase', token, { caseId })).status).toBe(200);
  expect((await client.call('disableUser', 'wx-liangxi.admin', { userName: name })).status).toBe(200);
  return { name: 'sentAway', group: 'nobody', letter: 'r', token };
}

/** An applicant who has signed out on another device, with the token that served a moment ago. */
async function givenSignedOut(): Promise<Person> {
  const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
  const token = await applicants.token(who);
  expect((await asker.ask('listCases', token, {})).status).toBe(200);
  expect((await asker.ask('signOutEverywhere', await applicants.freshToken(who), {})).status).toBeLessThan(300);
  return { name: 'signedOut', group: 'nobody', letter: 'r', token };
}

function ownCaseIn(world: World, situation: string): Promise<WalkedCase> {
  return caseIn(client, world, situation, papersOfOne(world, situation));
}

/** By the applicant, where the money has arrived or the case has ended. */
async function rateIfPossible(walked: WalkedCase): Promise<void> {
  const { state, payments } = walked.view;
  if (!isEnd(state) && !payments.some((payment) => payment.state === 'paid')) return;
  const { status, text } = await asker.ask('rateService', await applicants.token(telephoneOf(walked)), { caseId: walked.id, ...RATING });
  if (status !== 201) throw new Error(`rateService answered ${status} ${text}`);
  rated.add(walked.id);
}

/** A paper that the union brought in, one of the applicant's, and a hold. */
async function laidDownIn(world: World): Promise<(typeof lying)[World]> {
  const walked = cases.get(`${world} upperReview`)!;
  const handler = people.of(world, 'own', 'h')[0]?.token;
  const made = async (operation: string, token: string | undefined, input: Json, file?: Buffer): Promise<string> => {
    const { status, text } = await asker.ask(operation, token, { caseId: walked.id, ...input }, { file });
    if (status !== 201) throw new Error(`${operation} answered ${status} ${text}`);
    return (JSON.parse(text) as { id: string }).id;
  };
  return {
    document: { documentId: await made('uploadDocument', handler, { kind: 'idCard' }, picture) },
    ownPaper: { documentId: await made('uploadDocument', await applicants.token(telephoneOf(walked)), { kind: 'idCard' }, picture) },
    hold: { holdId: await made('placeLegalHold', handler, { reason: 'audit' }) },
  };
}

/** A hold is lifted once: each of those who may has one of his own. */
async function withOwnHold(attempt: Attempt): Promise<Attempt> {
  if (attempt.row.about !== 'hold') return attempt;
  const { status, text } = await asker.ask('placeLegalHold', people.of(attempt.world, 'own', 'h')[0]?.token, { caseId: attempt.walked?.id, reason: 'audit' });
  if (status !== 201) throw new Error(`placeLegalHold answered ${status} ${text}`);
  return { ...attempt, ids: { holdId: (JSON.parse(text) as { id: string }).id } };
}

/** A case whose personal data two people have ended. */
async function givenDestroyed(): Promise<WalkedCase> {
  const walked = await givenDue(client, pool);
  for (const [step, as] of [['proposeDestruction', PROPOSER], ['approveDestruction', APPROVER]] as const) {
    const { status, body } = await destruction(client, step, as, walked);
    if (status !== 200) throw new Error(`${step} answered ${status} ${JSON.stringify(body)}`);
  }
  return walked;
}

/** A link lasts a minute: this line has one of its own, for the handler's session. */
async function refresh({ about }: Row): Promise<void> {
  if (about !== 'link') return;
  const { status, text } = await asker.ask('createDownloadLink', people.of('county', 'own', 'h')[0]?.token, { caseId: cases.get('county upperReview')?.id, ...lying.county.document });
  if (status !== 201) throw new Error(`createDownloadLink answered ${status} ${text}`);
  objects.link = { ids: { token: (JSON.parse(text) as { url: string }).url.split('/').at(-1) ?? '' } };
}

/** What the lines are about that are about no case in its situation. */
async function givenObjects(): Promise<typeof objects> {
  const { url, password } = testStack();
  const handler = people.of('county', 'own', 'h')[0]!;
  const [bystander, standIn] = [people.nameOf('wx-liangxi', 'bystander'), people.nameOf('wx-liangxi', 'standIn')];
  const done = async <Body>(operation: string, token: string | undefined, input: Json): Promise<Body> => {
    const { status, text } = await asker.ask(operation, token, input);
    if (status >= 300) throw new Error(`${operation} answered ${status} ${text}`);
    return JSON.parse(text) as Body;
  };
  const spare = await people.freshToken(handler.name);
  const sessions = await done<{ items: { id: string; isCurrent: boolean }[] }>('listSessions', spare, {});
  const machine = await client.call<{ client: { id: string } }>('createMachineClient', 'wx-liangxi.admin', { name: 'other', orgId: 'wx-liangxi', scopes: ['getCase'], expiresInDays: 1 });
  const batch = await (await importsOf('wx-liangxi.handler', { url, password })).client.upload('list.xlsx', await importList([givenHousehold('MX-1')]));
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const delegation = await done<{ id: string }>('delegateDuties', people.token(bystander), { toUser: standIn, fromOn: today, untilOn: today, roles: ['handler'] });
  const [task, near, left] = await Promise.all([ownCaseIn('county', 'upperReviewCompared'), ownCaseIn('county', 'visit'), ownCaseIn('county', 'closed')]);
  const person = { userName: bystander, userId: bystander };
  return {
    nothing: { ids: {} },
    union: { ids: {} },
    user: { ids: person },
    person: { ids: { fromUser: bystander, toUser: standIn, delegationId: delegation.id } },
    session: { ids: { sessionId: sessions.items.find(({ isCurrent }) => isCurrent)?.id ?? '' } },
    client: { ids: { clientId: machine.body.client.id } },
    batch: { ids: { batchId: batch.id } },
    task: { walked: task, ids: { taskId: task.view.awaiting[0]?.task ?? '', toUser: handler.name } },
    nearCase: { walked: near, ids: {} },
    left: { walked: left, ids: {} },
    destroyed: { walked: await givenDestroyed(), ids: {} },
  };
}
