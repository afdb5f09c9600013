import { randomUUID } from 'node:crypto';
import type { CaseView } from '../../../api/schemas/case';
import { givenApplication, LIANGXI, QIAOCHENG } from '../given/application';
import { freshIdNumber } from '../given/id-number';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { importOf, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const FILE = { hardshipClass: 'relative' as const, establishedOn: '2023-11-13' };
const importFile = (body: Json, as = 'wx-liangxi.handler', key: string = randomUUID()) => client.call<CaseView>('importFile', as, body, { 'idempotency-key': key });
const usual = (): Json => importOf(givenApplication(), FILE);

test('an imported file is active at once, owned by the union that brought it, in the class that it had', async () => {
  const { status, body } = await importFile({ ...usual(), monthlyLivingAidFen: 60_000 });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state: 'active',
    channel: null,
    hardshipClass: 'relative',
    hardshipFile: { ownerOrgId: 'wx-liangxi', establishedOn: '2023-11-13', serviceCentre: '梁溪区总工会职工服务中心' },
    certificate: { state: 'issued' },
    syncs: [{ system: 'jsHardshipSystem', state: 'pending' }],
    recheck: { everyMonths: 6, nextDueOn: '2024-05-13', stage: 'ahead' },
    monthlyLivingAidFen: 60_000,
    awaiting: [],
    notices: [],
    aidPlans: [],
  });
});

test('the given class is taken as it is, whatever the figures say, and the owner whatever the class\'s route says', async () => {
  const { body } = await importFile({ ...importOf(givenApplication({ figures: 'none' }), { ...FILE, hardshipClass: 'deep' }) });
  expect(body).toMatchObject({ hardshipClass: 'deep', assessment: { recommended: 'none' }, hardshipFile: { ownerOrgId: 'wx-liangxi' }, reviewerOrgId: 'wx-liangxi' });
});

test('the city may bring in the file of a worker below it, and owns it then', async () => {
  expect((await importFile(usual(), 'wx.handler')).body.hardshipFile?.ownerOrgId).toBe('wx');
});

describe('who may import', () => {
  test.each(['wx-xishan.handler', 'bz.handler', 'bz-qiaocheng.handler'])('not %s, for a worker of another union', async (as) => {
    expectProblem(await importFile(usual(), as), 403, 'FORBIDDEN');
  });

  test.each(['wx-liangxi-e1.clerk', 'wx-liangxi.head', 'wx-liangxi.finance', 'wx-liangxi.admin'])('not %s, by role', async (as) => {
    expectProblem(await importFile(usual(), as), 403, 'FORBIDDEN');
  });
});

test('one household, one file: a second import is refused with the first, and so is an application; the other way round as well', async () => {
  const papers = givenApplication();
  const { body: first } = await importFile(importOf(papers, FILE));
  expect(expectProblem(await importFile(importOf(papers, FILE)), 409, 'HOUSEHOLD_ALREADY_FILED')).toMatchObject({ linkedTo: first.id });
  expect(expectProblem(await client.call('submitApplication', LIANGXI.clerk, { ...papers }), 409, 'HOUSEHOLD_ALREADY_FILED')).toMatchObject({ linkedTo: first.id });
  const applied = await WalkedCase.submit(client);
  expect(expectProblem(await importFile(importOf(applied.application, FILE)), 409, 'HOUSEHOLD_ALREADY_FILED')).toMatchObject({ linkedTo: applied.id });
});

test('ten imports of one household at once make one file', async () => {
  const body = usual();
  const replies = await Promise.all(Array.from({ length: 10 }, () => importFile(body)));
  const opened = replies.filter(({ status }) => status === 201);
  expect(opened).toHaveLength(1);
  for (const reply of replies.filter((one) => one !== opened[0])) expect(expectProblem(reply, 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(opened[0]?.body.id);
});

describe('a repeated import', () => {
  test('is the first one, also when the file has gone on since', async () => {
    const body = usual();
    const key = randomUUID();
    const first = await importFile(body, 'wx-liangxi.handler', key);
    expect((await client.call('updateFile', LIANGXI.clerk, { caseId: first.body.id, visit: true })).status).toBe(200);
    const again = await importFile(body, 'wx-liangxi.handler', key);
    expect([again.status, again.body.id, again.body.version]).toEqual([201, first.body.id, first.body.version]);
  });

  test('under a key that came with another body, or another operation, is refused', async () => {
    const papers = givenApplication();
    const key = randomUUID();
    await importFile(importOf(papers, FILE), 'wx-liangxi.handler', key);
    expectProblem(await importFile(importOf(papers, { ...FILE, establishedOn: '2023-11-14' }), 'wx-liangxi.handler', key), 422, 'IDEMPOTENCY_KEY_REUSED');
    expectProblem(await client.call('submitApplication', 'wx-liangxi.handler', { ...papers }, { 'idempotency-key': key }), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  test('twenty times at once under one key is one file', async () => {
    const body = usual();
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => importFile(body, 'wx-liangxi.handler', key)));
    expect(new Set(replies.map(({ status, body: { id } }) => `${status} ${id}`)).size).toBe(1);
  });
});

describe('what cannot be', () => {
  test('a file that is established in the future', async () => {
    expect(expectProblem(await importFile({ ...usual(), establishedOn: '2024-03-05' }), 422, 'DATE_NOT_POSSIBLE')).toMatchObject({ field: 'establishedOn', latest: '2024-03-04' });
    expect((await importFile({ ...usual(), establishedOn: '2024-03-04' })).body.hardshipFile?.establishedOn).toBe('2024-03-04');
  });

  test('wrong ID numbers are all told at once', async () => {
    const { household, applicant, ...rest } = givenApplication();
    const wrong = '110101199001011230';
    const members = [
      { ...household.members[0], idNumber: wrong },
      { memberNo: 2, relation: 'spouse', idNumber: '12345', annualIncomeFen: 0 },
      { memberNo: 3, relation: 'child', idNumber: freshIdNumber('2010-01-01'), annualIncomeFen: 0 },
    ];
    const { bankAccount, employer, residence, simulation } = rest;
    const body = { applicant: { ...applicant, idNumber: wrong }, household: { ...household, members }, bankAccount, employer, residence, simulation, ...FILE };
    expect(expectProblem(await importFile(body), 422, 'ID_NUMBER_INVALID').paths).toEqual(['applicant.idNumber', 'household.members.0.idNumber', 'household.members.1.idNumber']);
  });

  test('every mistake of the form is told at once', async () => {
    const problem = expectProblem(await importFile({ ...usual(), hardshipClass: 'none', establishedOn: '2024-02-30', monthlyLivingAidFen: -1, household: undefined }), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)).toEqual(['body.establishedOn', 'body.hardshipClass', 'body.household', 'body.monthlyLivingAidFen']);
  });

  test('a union that does not exist, and a place before the first policy', async () => {
    const papers = givenApplication();
    expect(pathsOf(expectProblem(await importFile({ ...usual(), employer: { ...papers.employer, orgId: 'wx-nowhere' } }), 400, 'INVALID_INPUT'))).toEqual(['body.employer.orgId']);
    expectProblem(await importFile({ ...usual(), simulation: { startsAt: '2016-03-04T09:00:00+08:00' }, establishedOn: '2016-01-04' }), 422, 'POLICY_VALUE_MISSING');
  });
});

describe('a file from long ago', () => {
  test.each<[establishedOn: string, nextDueOn: string, stage: string]>([
    ['2020-01-31', '2024-07-31', 'ahead'],
    ['2019-09-04', '2024-03-04', 'open'], // on the very day of the import
    ['2019-09-03', '2024-09-03', 'ahead'], // the day before: nobody is late with what was not ours yet
    ['2019-10-01', '2024-04-01', 'open'],
    ['1949-10-01', '2024-04-01', 'open'],
  ])('established on %s it is due on %s', async (establishedOn, nextDueOn, stage) => {
    expect((await importFile({ ...usual(), establishedOn })).body).toMatchObject({ recheck: { nextDueOn, stage }, hardshipFile: { establishedOn } });
  });

  test('in Bozhou owes the campaign that goes on, and none from before it came', async () => {
    const papers = givenApplication({ at: QIAOCHENG, startsOn: '2024-03-04' });
    const { body } = await importFile(importOf(papers, { ...FILE, establishedOn: '2019-05-06' }), 'bz-qiaocheng.handler');
    expect(body.campaigns).toMatchObject([{ name: 'springCampaign', state: 'open' }, { name: 'autumnCampaign', state: 'upcoming' }]);
    // A relative file is compared in Bozhou, and this one has never been, as far as anybody here knows.
    expect(body.awaiting).toMatchObject([
      { command: 'updateFile', dueOn: '2024-04-30' },
      { command: 'recordComparison', dueOn: '2024-04-30' },
    ]);
  });
});

test('a file that is rechecked on the day of its import leaves that very day where all agree', async () => {
  const walked = await WalkedCase.importFile(client, { establishedOn: '2024-03-04' });
  await walked.does('recordRecheck', { outcome: 'liftOut', household: walked.household('none') });
  await walked.does('notifyExit');
  await walked.does('confirmExit', { by: 'worker' });
  await walked.does('confirmExit', { by: 'grassroots' });
  expect((await walked.does('concludeExit', { phaseOutMonths: 0 })).hardshipFile).toMatchObject({ establishedOn: '2024-03-04', withdrawnOn: '2024-03-04' });
});

test('what is recorded for ever holds no name and no number of a person', async () => {
  const walked = await WalkedCase.importFile(client);
  await walked.does('recordRecheck', { outcome: 'liftOut', household: walked.household('none'), reason: '儿子柏小禾已就业', evidence: ['工资单 13800000000'] });
  await walked.does('notifyExit');
  await walked.does('refuseExit', { reason: '柏禾禾不同意' });
  await walked.does('confirmExit', { by: 'worker' });
  await walked.does('confirmExit', { by: 'grassroots' });
  await walked.does('concludeExit', { contactPerson: '联系人甲' });
  await walked.does('reportRelapse', { cause: '柏禾禾患病', about: '住址示例路217号' });
  const { body } = await walked.send<{ items: { data: object }[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  const recorded = JSON.stringify(body.items.map(({ data }) => data));
  const { applicant, bankAccount, residence } = walked.application;
  for (const secret of [applicant.name, applicant.idNumber, applicant.phone, bankAccount.cardNumber, residence.address, '联系人甲', '13800000000', '柏小禾']) {
    expect(recorded).not.toContain(secret);
  }
});
