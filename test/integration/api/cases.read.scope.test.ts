import type { CaseView } from '../../../api/schemas/case';
import { LIANGXI } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
/** Reviewed and paid by the county union; a deep one by the city union. */
let ofCounty: WalkedCase;
let ofCity: WalkedCase;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  [ofCounty, ofCity] = await Promise.all([givenCase(client, 'active'), givenCase(client, 'active', { figures: 'deep' })]);
});

const READS = ['getCase', 'listCaseEvents', 'getCaseProcess', 'getHardshipFile', 'listNotifications'];

describe('who belongs to none of the case\'s unions is told that there is no such case', () => {
  const strangers = [
    'wx-liangxi-c1.clerk', // another grassroots union of the same county
    'wx-xishan.handler', // a sibling county
    'wx-xishan.auditor',
    'wx-jkq.head',
    'bz.handler', // another city
    'bz.supervisor',
    'ah.auditor', // another province
  ];

  test.each(strangers)('%s', async (stranger) => {
    for (const operation of READS) {
      for (const { id } of [ofCounty, ofCity]) expectProblem(await client.call(operation, stranger, { caseId: id }), 404, 'NOT_FOUND');
    }
    const to = '2034-01-02T09:00:00+08:00';
    expectProblem(await ofCounty.send('advanceSimulation', stranger, { to }), 404, 'NOT_FOUND');
  });
});

describe('who reads a case: its unions and those above them', () => {
  const readers = ['clerk', 'handler', 'head', 'leader', 'member1', 'member2', 'member3', 'finance', 'treasurer', 'auditor', 'supervisor']
    .flatMap((role) => ['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'].map((orgId) => `${orgId}.${role}`))
    .filter((user) => isDemoUser(user));

  test.each(readers)('%s', async (reader) => {
    for (const operation of READS) {
      const reply = await client.call(operation, reader, { caseId: ofCounty.id });
      expect({ operation, status: reply.status }).toEqual({ operation, status: 200 });
    }
  });
});

test('an administrator sees no case and no task', async () => {
  for (const admin of ['wx-liangxi.admin', 'wx.admin']) {
    for (const operation of READS) expectProblem(await client.call(operation, admin, { caseId: ofCounty.id }), 403, 'FORBIDDEN');
    expectProblem(await client.call('listCases', admin), 403, 'FORBIDDEN');
    expectProblem(await client.call('listTasks', admin), 403, 'FORBIDDEN');
    expectProblem(await ofCounty.send('advanceSimulation', admin, { to: '2034-01-02T09:00:00+08:00' }), 403, 'FORBIDDEN');
  }
});

describe('lists agree with getCase: whoever can list a case can get it, and the other way round', () => {
  const users = [LIANGXI.clerk, 'wx-liangxi-c1.clerk', 'wx-liangxi.handler', 'wx-liangxi.treasurer', 'wx-xishan.handler', 'wx.handler', 'wx.auditor', 'js.supervisor', 'bz.handler', 'ah.auditor'];

  test.each(users)('%s', async (user) => {
    const listed = new Set((await allCases(user)).map(({ id }) => id));
    for (const { id } of [ofCounty, ofCity]) {
      const { status } = await client.call('getCase', user, { caseId: id });
      expect({ id, canGet: status === 200 }).toEqual({ id, canGet: listed.has(id) });
    }
  });

  test('what is listed is what getCase shows, masked alike', async () => {
    const inList = (await allCases('wx.auditor')).find(({ id }) => id === ofCounty.id);
    const { body } = await client.call<CaseView>('getCase', 'wx.auditor', { caseId: ofCounty.id });
    expect({ ...inList, now: body.now }).toEqual(body);
    expect(body.applicant.idNumber).not.toBe(ofCounty.application.applicant.idNumber);
  });

  test('every task that is listed belongs to a case that can be got', async () => {
    const open = await givenCase(client, 'upperReview');
    for (const user of ['wx-liangxi.handler', 'wx.handler', 'wx-xishan.handler']) {
      const { body } = await client.call<{ items: { caseId: string }[] }>('listTasks', user, { caseId: open.id });
      const { status } = await client.call('getCase', user, { caseId: open.id });
      expect({ user, listed: body.items.length > 0 }).toEqual({ user, listed: status === 200 });
    }
  });
});

describe('filters of a list', () => {
  test('narrow it down within one\'s own scope and never beyond it', async () => {
    const name = ofCounty.view.applicant.name;
    const narrowed = await allCases(LIANGXI.clerk, { state: 'active', applicantName: name, hardshipClass: 'relative', orgId: LIANGXI.county, recheckDueBefore: '2034-01-01' });
    expect(narrowed.map(({ id }) => id)).toContain(ofCounty.id);
    expect(narrowed.every(({ state, hardshipClass }) => state === 'active' && hardshipClass === 'relative')).toBe(true);
    expect(narrowed.map(({ id }) => id)).not.toContain(ofCity.id);
    expect(await allCases('bz.handler', { orgId: LIANGXI.county })).toEqual([]);
    expect(await allCases('wx-xishan.handler', { applicantName: name, orgId: LIANGXI.county })).toEqual([]);
  });

  test('pages put together are the list, each case once', async () => {
    const inPages = await allCases(LIANGXI.clerk, { limit: 2 });
    const numbers = inPages.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort());
    expect(numbers).toEqual(expect.arrayContaining([ofCounty.view.number, ofCity.view.number]));
  });
});

/** Every page of a list, in order. */
async function allCases(user: string, filter: Record<string, unknown> = {}): Promise<CaseView[]> {
  const found: CaseView[] = [];
  let cursor: string | null | undefined;
  do {
    const { body } = await client.call<{ items: CaseView[]; nextCursor: string | null }>('listCases', user, { limit: 200, ...filter, ...(cursor ? { cursor } : {}) });
    found.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor);
  return found;
}

/** Which demo users there are at these unions, by the contract's table of roles. */
function isDemoUser(user: string): boolean {
  const [orgId = '', role = ''] = user.split('.');
  if (role === 'clerk') return orgId.endsWith('-e1');
  if (role === 'auditor') return !orgId.endsWith('-e1');
  if (role === 'supervisor') return orgId === 'wx' || orgId === 'js';
  return orgId === 'wx-liangxi' || orgId === 'wx';
}
