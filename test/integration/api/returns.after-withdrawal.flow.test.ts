import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { CaseView } from '../../../api/schemas/case';
import { connect } from '../../../store/db';
import { givenApplication } from '../given/application';
import { freshIdNumber } from '../given/id-number';
import { holdKey } from '../given/held-key';
import { expectProblem } from '../given/problem';
import { givenClosed, givenPhaseOut } from '../given/file-life';
import { ServiceClient, type Json, type RequestHeaders } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const relapse = (walked: WalkedCase, as: string, fields: Json = {}, key: string = randomUUID()) =>
  walked.send<CaseView & { linkedTo?: string }>('reportRelapse', as, { ...walked.usual('reportRelapse'), ...fields }, { 'idempotency-key': key });

test('R-WX-34: who falls back after the file has left has a new case in one call, linked to the old one, with household and applicant carried over', async () => {
  const walked = await givenClosed(client);
  const { status, body } = await relapse(walked, walked.clerk);
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state: 'intake',
    previousCaseId: walked.id,
    channel: 'grassrootsVisit',
    applicant: walked.view.applicant,
    employer: walked.view.employer,
    bankAccount: walked.view.bankAccount,
    grassrootsOrgId: walked.view.grassrootsOrgId,
    hardshipFile: null,
    hardshipClass: null,
    assessment: { incomeFen: 9_000_000 }, // as the last recheck found the household
  });
  expect(body.id).not.toBe(walked.id);
  expect(await walked.look()).toMatchObject({ state: 'closed', hardshipFile: { withdrawnOn: '2024-03-04' } });
});

test('the handler may report it as well; a stranger finds no such case', async () => {
  const walked = await givenClosed(client);
  for (const stranger of ['wx-xishan.handler', 'wx-liangxi-c1.clerk', 'bz-qiaocheng.handler']) expectProblem(await relapse(walked, stranger), 404, 'NOT_FOUND');
  expectProblem(await relapse(walked, 'wx-liangxi.head'), 403, 'FORBIDDEN');
  expect((await relapse(walked, 'wx-liangxi.handler')).body).toMatchObject({ channel: 'countyActive', previousCaseId: walked.id });
});

test('the new case walks the whole road again, up to a file of its own', async () => {
  const walked = await givenClosed(client);
  const { body } = await relapse(walked, walked.clerk);
  const again = WalkedCase.resume(client, walked, body);
  await again.does('addMaterials', { items: walked.application.materials });
  await again.walkTo('visit');
  await again.does('recordVisit', { household: walked.household('relative') });
  await again.walkTo('active');
  expect(again.view.hardshipFile?.id).not.toBe(walked.view.hardshipFile?.id);
});

test('twice under one key is one case; under another key it is refused with the case that there is', async () => {
  const walked = await givenClosed(client);
  const key = randomUUID();
  const [first, again] = [await relapse(walked, walked.clerk, {}, key), await relapse(walked, walked.clerk, {}, key)];
  expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
  expectProblem(await relapse(walked, walked.clerk, { cause: '失业' }, key), 422, 'IDEMPOTENCY_KEY_REUSED');
  expect(expectProblem(await relapse(walked, walked.clerk), 409, 'HOUSEHOLD_ALREADY_FILED')).toMatchObject({ linkedTo: first.body.id });
});

test('five at once under different keys: one case, and the others are told which', async () => {
  const walked = await givenClosed(client);
  const replies = await Promise.all(Array.from({ length: 5 }, (_none, index) => relapse(walked, index % 2 ? walked.clerk : 'wx-liangxi.handler')));
  const opened = replies.filter(({ status }) => status === 201);
  expect(opened).toHaveLength(1);
  for (const reply of replies.filter((one) => one !== opened[0])) expect(expectProblem(reply, 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(opened[0]?.body.id);
});

test('a report in the phase-out that is repeated after the file has left is still answered as the first', async () => {
  const walked = await givenPhaseOut(client);
  const key = randomUUID();
  const first = await relapse(walked, walked.clerk, {}, key);
  await walked.does('recordVisit', {}, walked.clerk);
  await walked.does('dismissRelapse');
  await walked.advanceTo('2024-09-05');
  const again = await relapse(walked, walked.clerk, {}, key);
  expect([first.status, again.status, again.body.id, again.body.state]).toEqual([200, 200, walked.id, 'phaseOut']);
});

describe('a report in the very moment in which the phase-out ends', () => {
  let pool: Pool;
  beforeAll(() => {
    pool = connect(testStack().databaseUrl, 3);
  });
  afterAll(() => pool.end());

  /** The service has found the case in its phase-out, and the case comes to its end before the report reaches it. */
  async function reportAtTheEnd(walked: WalkedCase, key: string, { headers = {}, again = 0 }: { headers?: RequestHeaders; again?: number } = {}) {
    const held = await holdKey(pool, walked.clerk, key);
    const send = () => walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'), { 'idempotency-key': key, ...headers });
    const replies = [send()];
    try {
      await held.untilWaiting(1);
      expect((await walked.advanceTo('2024-09-05T00:05:00+08:00')).state).toBe('closed');
      replies.push(...Array.from({ length: again }, send));
      await held.untilWaiting(1 + again);
    } finally {
      await held.letGo();
    }
    return Promise.all(replies);
  }

  test('is a new case, for its key as well', async () => {
    const walked = await givenPhaseOut(client);
    const key = randomUUID();
    const [reply] = await reportAtTheEnd(walked, key);
    const { status, body } = reply!;
    expect({ status, state: body.state, previousCaseId: body.previousCaseId }).toEqual({ status: 201, state: 'intake', previousCaseId: walked.id });
    const again = await relapse(walked, walked.clerk, {}, key);
    expect([again.status, again.body.id]).toEqual([201, body.id]);
    expectProblem(await relapse(walked, walked.clerk, { cause: '失业' }, key), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  test('is one case, however often it is sent under its key', async () => {
    const walked = await givenPhaseOut(client);
    const replies = await reportAtTheEnd(walked, randomUUID(), { again: 3 });
    expect(replies.map(({ status, body }) => [status, body.previousCaseId])).toEqual(replies.map(() => [201, walked.id]));
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  });

  test('is refused like any other where something else speaks against it, and its key keeps that', async () => {
    const walked = await givenPhaseOut(client);
    const key = randomUUID();
    const [reply] = await reportAtTheEnd(walked, key, { headers: { 'if-match': `"${walked.view.version}"` } });
    expectProblem(reply!, 412, 'VERSION_CONFLICT');
    const { rows } = await pool.query<Json>('select state, length(body) as bytes from command where idempotency_key = $1', [key]);
    expect(rows).toEqual([{ state: 'refused', bytes: 0 }]);
    expectProblem(await relapse(walked, walked.clerk, {}, key), 412, 'VERSION_CONFLICT');
  });
});

test('one who saw an older version of the case is told so, after the file has left as before', async () => {
  const walked = await givenClosed(client);
  const reply = await walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'), { 'if-match': '"1"' });
  expect(expectProblem(reply, 412, 'VERSION_CONFLICT').version).toBe((await walked.look()).version);
});

test('only a file that has left can be fallen back from: not an application, not a file that is active', async () => {
  const withdrawn = await WalkedCase.submit(client);
  await withdrawn.does('withdrawApplication');
  const active = await WalkedCase.importFile(client);
  for (const walked of [withdrawn, active]) expectProblem(await relapse(walked, walked.clerk), 409, 'NOT_AWAITED');
});

describe('once the file has left, the household is free', () => {
  test('to apply again, by the spouse as well', async () => {
    const spouse = freshIdNumber('1980-09-02');
    const { household, ...rest } = givenApplication();
    const both = { ...household, members: [...household.members, { memberNo: 2, name: '何禾禾', idNumber: spouse, relation: 'spouse' as const, birthOn: '1980-09-02', annualIncomeFen: 0 }] };
    const walked = await givenClosed(client, { fields: { ...rest, household: both, simulation: rest.simulation } });
    const application = {
      ...rest,
      applicant: { ...rest.applicant, name: '何禾禾', idNumber: spouse },
      household: { ...both, members: both.members.map((member) => ({ ...member, relation: member.relation === 'self' ? ('spouse' as const) : ('self' as const) })) },
    };
    const { status, body } = await client.call<CaseView>('submitApplication', walked.clerk, { ...application });
    expect([status, body.previousCaseId]).toEqual([201, null]);
    expect(expectProblem(await relapse(walked, walked.clerk), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(body.id);
  });

  test('and a member who left the household before is free while the file is still there', async () => {
    const child = freshIdNumber('2001-03-21');
    const { household, ...rest } = givenApplication();
    const grown = { memberNo: 2, name: '柏小禾', idNumber: child, relation: 'child' as const, birthOn: '2001-03-21', annualIncomeFen: 0 };
    const walked = await WalkedCase.importFile(client, { fields: { ...rest, household: { ...household, members: [...household.members, grown] } } });
    const own = givenApplication();
    const application = { ...own, applicant: { ...own.applicant, name: '柏小禾', idNumber: child }, household: { ...own.household, members: [{ ...grown, memberNo: 1, relation: 'self' as const }] } };
    const apply = () => client.call<CaseView>('submitApplication', walked.clerk, { ...application });
    expect(expectProblem(await apply(), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(walked.id);
    const [self] = household.members.map(({ idNumber: _own, name: _too, ...member }) => member);
    await walked.does('updateFile', { household: { ...household, members: [self] } });
    expect((await apply()).status).toBe(201);
    // and the file does not take the grown child back in
    const back = { ...walked.usual('updateFile'), household: { ...household, members: [self, grown] } };
    expectProblem(await walked.send('updateFile', walked.clerk, back), 409, 'HOUSEHOLD_ALREADY_FILED');
  });
});
