import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { canariesInFiles, canariesInRecord, canariesOnServer, waysToWrite } from '../../security/canaries';
import { endOfDay } from '../../../domain/calendar-date';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk, LIFTED_OUT, NINE_HOURS_MS } from '../../stack/case-walk';
import { OwnService } from '../../stack/own-service';
import { asFile, sampleApplications } from '../../stack/sample-application';
import { importsOf } from '../given/import-batch';
import { givenHousehold, givenMember, importList } from '../given/import-list';
import { until } from '../../../infra/until';

jest.setTimeout(600_000);
const startsAt = '2024-03-04T09:00:00+08:00';
const sample = sampleApplications(12);

/** What people write on the way of a case: each text once, and found nowhere else. */
const written: string[] = [];
function words(what: string): string {
  const text = `麒麟${what}鹧鸪`;
  written.push(text);
  return text;
}

async function tokenOf(url: string, username: string): Promise<string> {
  const response = await fetch(`${url}/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password: 'demo-password' }) });
  return ((await response.json()) as { token: string }).token;
}

/** Requests that cannot be carried out, with a text wherever one can be put: which of the answers repeat it. */
async function refusalsWith(url: string, token: string, texts: readonly string[]): Promise<string[]> {
  const asClerk = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const repeated: string[] = [];
  for (const text of texts) {
    const encoded = encodeURIComponent(text);
    const requests: [string, RequestInit][] = [
      [`/v1/${encoded}`, { headers: asClerk }],
      [`/v1/cases/${encoded}`, { headers: asClerk }],
      [`/v1/cases?state=${encoded}`, { headers: asClerk }],
      ['/v1/cases', { method: 'POST', headers: asClerk, body: `{"applicant": {"name": "${text}` }],
      ['/v1/cases', { method: 'POST', headers: asClerk, body: JSON.stringify({ channel: text, applicant: { name: text, idNumber: text, phone: text }, household: text, [text]: text }) }],
      ['/v1/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username: text, password: text }) }],
      ['/v1/cases/search', { method: 'POST', headers: asClerk, body: JSON.stringify({ idNumber: { text } }) }],
    ];
    for (const [path, init] of requests) {
      const response = await fetch(`${url}${path}`, init);
      const answer = await response.text();
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      if (answer.includes(text) || answer.includes(encoded)) repeated.push(`${path}: ${answer}`);
    }
  }
  return repeated;
}

describe.each(['intl', 'gm'] as const)('%s: whoever has the database and not the master key', (profile) => {
  let own: OwnService;
  beforeAll(async () => {
    // As in production: nothing goes through the engine that was not sealed.
    own = await OwnService.start({ CRYPTO_PROFILE: profile, ENGINE_PLAIN_PAYLOADS: 'refuse' });
  });
  afterAll(() => own.stop());

  test('finds no name, number, address or text of a whole life of a case in any table, whatever way it is written', async () => {
    const application = sample({ startsAt });
    const walk = await CaseWalk.submit(own.client, application);
    const reviewer = async (role: string) => `${(await walk.now()).reviewerOrgId ?? ''}.${role}`;
    const today = async () => (await walk.now()).now.slice(0, 10);

    await walk.does('returnForCorrection', walk.clerk, { reason: words('补正'), items: [words('补正项')] });
    await walk.untilState('visit');
    await walk.does('recordVisit', walk.clerk, {
      visitedOn: await today(),
      visitors: [{ name: '赫连走访', kind: 'unionCadre' }, { name: '令狐陪同', kind: 'volunteer' }],
      fourClear: { family: words('家庭'), cause: words('原因'), need: words('需求'), aidReceived: words('已助') },
    });
    written.push('赫连走访', '令狐陪同');
    await walk.does('decidePreliminaryReview', walk.clerk, { decision: 'pass', opinion: words('初审') });
    await walk.does('postNotice', walk.clerk, { kind: 'first', medium: 'noticeBoard', place: 'employer' });
    const objection = await own.client.done<{ objectionId: string }>({
      operation: 'raiseObjection',
      as: null,
      caseId: walk.caseId,
      input: { kind: 'first', raisedBy: '东郭反映', contact: '13400009999', about: words('异议') },
    });
    written.push('东郭反映', '13400009999');
    await walk.does('resolveObjection', walk.clerk, { kind: 'first', objectionId: objection.objectionId, outcome: 'dismissed', finding: words('核查') });
    await walk.untilState('upperReview');
    await walk.does('recordComparison', await reviewer('handler'), { result: 'consistent', findings: words('比对') });
    await walk.does('decideUpperReview', await reviewer('handler'), { decision: 'pass', opinion: words('审核') });
    await walk.untilState('planning');
    await walk.does('proposeAidPlan', await reviewer('handler'), { items: [{ aidType: 'living', amountFen: 420_000, measure: words('措施'), period: words('期限') }] });
    const proposed = await walk.now();
    await walk.does('decideCollectively', await reviewer('head'), {
      planId: proposed.aidPlans[0]?.id,
      heldOn: await today(),
      votes: ['head', 'leader', 'member1', 'member2'].map((role) => ({ user: `${proposed.reviewerOrgId ?? ''}.${role}`, vote: 'for' })),
      minutes: words('纪要'),
    });
    await walk.untilState('active');
    await walk.does('updateFile', walk.clerk, {
      visit: true,
      note: words('更新'),
      bankAccount: { holderName: '宇文新户', bankName: words('银行').slice(0, 20), cardNumber: '6200009900000314159' },
    });
    written.push('宇文新户', '6200009900000314159');
    await walk.does('recordRecheck', walk.clerk, { doneOn: await today(), visitedOn: await today(), outcome: 'liftOut', household: LIFTED_OUT, reason: words('复核'), evidence: [words('凭据')] });
    await walk.does('notifyExit', await reviewer('handler'), {});
    await walk.does('refuseExit', walk.clerk, { validReason: false, reason: words('拒退'), evidence: words('拒据') });
    for (const [by, as] of [['reviewingUnion', await reviewer('handler')], ['unitOrCommunityUnion', walk.clerk]] as const) await walk.does('verifyExit', as, { by, finding: words(`核实${by}`) });
    await walk.does('postNotice', await reviewer('handler'), { kind: 'exit', medium: 'noticeBoard', place: 'employer' });
    const [notice] = (await walk.now()).notices.filter(({ closedOn }) => closedOn === null);
    await walk.advance(endOfDay(notice?.closesOn ?? '') + NINE_HOURS_MS);
    const exiting = await walk.now();
    const left = exiting.awaiting.flatMap(({ command, kind }) => (command === 'confirmExit' && kind ? [kind] : []));
    for (const by of left) await walk.does('confirmExit', walk.clerk, { by });
    await walk.does('concludeExit', await reviewer('handler'), { contactPerson: '欧阳联络' });
    written.push('欧阳联络');
    await walk.does('recordFollowUp', walk.clerk, { metOn: await today(), finding: words('回访') });
    await walk.does('reportRelapse', walk.clerk, { cause: words('返困'), about: words('返困情况') });
    await walk.does('recordVisit', walk.clerk, { visitedOn: await today(), visitors: [{ name: '赫连走访', kind: 'unionCadre' }, { name: '令狐陪同', kind: 'volunteer' }], fourClear: { family: words('再访'), cause: '无', need: '无', aidReceived: '无' } });
    await walk.does('dismissRelapse', await reviewer('handler'), { reason: words('不实') });
    await own.client.call({ operation: 'submitApplication', as: application.clerk, input: application.body }); // refused, and kept

    const file = asFile(sample({ startsAt }), '2024-01-08');
    await CaseWalk.importFile(own.client, file);
    const canaries = [...application.personal, ...file.personal, ...written];
    // They can be read where they are meant to be.
    const events = await own.client.done<{ items: { texts: Record<string, string> }[] }>({ operation: 'listCaseEvents', as: walk.clerk, caseId: walk.caseId });
    const texts = JSON.stringify(events.items);
    for (const text of ['麒麟家庭鹧鸪', '麒麟纪要鹧鸪', '麒麟拒退鹧鸪']) expect(texts.includes(text)).toBe(true);
    expect((await walk.now()).phaseOut?.contactPerson).toBe('欧阳联络');
    expect(await canariesOnServer(own.service.databaseUrl, canaries)).toEqual([]);

    // In the engine not even what is no name and no text: figures, codes, who did it, the number of the case.
    const { number } = await walk.now();
    const coded = ['annualIncomeFen', '2884000', 'appliedCommands', walk.clerk, number];
    const inEngine = async (texts: string[]) => (await canariesOnServer(own.service.databaseUrl, texts)).filter((line) => line.startsWith('temporal'));
    expect(await inEngine(coded)).toEqual([]);
    // And it would have been found: what is not sealed there, because the engine works with it, is found in each of its databases.
    expect(await inEngine([walk.caseId])).toEqual(expect.arrayContaining([`temporal public.history_node: ${walk.caseId}`, `temporal_visibility public.executions_visibility: ${walk.caseId}`]));
    expect(await inEngine(['recordVisit'])).toContain('temporal public.history_node: recordVisit');
    expect(await canariesOnServer(own.service.databaseUrl, [number])).toContain(`bihuan public.hardship_case: ${number}`);

    expect(await refusalsWith(own.service.url, await tokenOf(own.service.url, application.clerk), [application.personal[0] ?? '', '麒麟家庭鹧鸪', '6200009900000314159'])).toEqual([]);
    for (const url of own.service.metricsUrls) {
      const metrics = await (await fetch(url)).text();
      expect(metrics).toContain('bihuan_');
      expect(canaries.filter((canary) => metrics.includes(canary))).toEqual([]);
    }
    // The bank's own copy is the bank's; PostgreSQL's files hold what its tables hold.
    expect(canariesInFiles(own.dataDir, canaries, ['postgres', 'bank-sandbox'])).toEqual([]);
    expect(canariesInFiles(join(own.dataDir, 'logs'), [walk.caseId])).toEqual(expect.arrayContaining([expect.stringContaining('worker.log')]));
  });

  test('finds nothing of an uploaded list either, neither of rows that became files nor of those that somebody has to correct', async () => {
    const { client } = await importsOf('wx-liangxi.handler', { url: own.client.url, password: 'demo-password' });
    const persons = { 姓名: '慕容列表', 联系电话: '13400008888', 居住地址: '凤凰列表路七号', 银行户名: '慕容列表', 开户银行: '示例银行', 银行卡号: '6200009900000271828' };
    const good = givenHousehold('麒麟档甲', persons);
    const bad = givenHousehold('麒麟档乙', { ...persons, 身份证号码: '990100198503173011', 困难类别: '慕容类别' });
    const member = givenMember('麒麟档甲', { 姓名: '慕容小列' });
    const { id } = await client.upload('慕容列表的家庭.xlsx', await importList([good, bad], [member]));
    const numbers = [good['身份证号码'], bad['身份证号码'], member['身份证号码']].map(String);
    const canaries = ['慕容列表', '慕容小列', '慕容类别', '凤凰列表路', '13400008888', '6200009900000271828', '麒麟档甲', '麒麟档乙', '列表的家庭', ...numbers];
    expect(await canariesInRecord(own.pool, canaries)).toEqual([]); // while rows wait
    expect(await client.untilFinished(id, () => undefined)).toMatchObject({ imported: 1, refused: 1 });
    expect(await canariesInRecord(own.pool, canaries)).toEqual([]);
    const { items } = await own.client.done<{ items: { id: string; fileName: string }[] }>({ operation: 'listFileImportBatches', as: 'wx-liangxi.handler' });
    expect(items).toEqual([expect.objectContaining({ id, fileName: '慕容列表的家庭.xlsx' })]);
  });

  test('whoever reaches the engine’s port and has no keys gets no case to take a command, and the case goes on', async () => {
    const walk = await CaseWalk.submit(own.client, sample({ startsAt }));
    const { version, ...before } = await walk.now();
    const { address, namespace } = own.service.temporal;
    const connection = await Connection.connect({ address });
    try {
      const handle = new Client({ connection, namespace }).workflow.getHandle(caseWorkflowId(walk.caseId));
      const actor = { user: walk.clerk, orgId: walk.clerk.split('.')[0], roles: ['clerk'] };
      const forged = connection.withDeadline(Date.now() + 60_000, () => handle.executeUpdate('withdrawApplication', { args: [{ commandId: randomUUID(), actor, facts: {} }] }));
      await expect(forged).rejects.toThrow();
    } finally {
      await connection.close();
    }
    expect(readFileSync(join(own.dataDir, 'logs', 'worker.log'), 'utf8')).toContain('PlainPayloadRefused');
    expect(await walk.now()).toMatchObject({ version, state: before.state });
    // The task that the forged command was in is tried again after a while; until then the service says that it is away.
    await until(() => walk.untilState('visit').catch((error: unknown) => mustBeAway(error)), { withinMs: 120_000, everyMs: 1_000 });
  });

  test('and would have been found: each way of writing is looked for', async () => {
    const canary = '司徒见证9';
    await own.pool.query('create table canary_control (id int, j jsonb, b bytea, t text)');
    const rows: [string, unknown][] = waysToWrite(canary).slice(1).map((way) => ['t', `before${way}after`]);
    rows.push(['t', canary], ['j', JSON.stringify({ deep: [canary] })], ['b', Buffer.from(`x${canary}y`)], ['t', Buffer.from(`x${canary}y`).toString('base64')], ['t', Buffer.from(`xy${canary}`).toString('base64')]);
    for (const [column, value] of rows) {
      await own.pool.query('truncate canary_control');
      await own.pool.query(`insert into canary_control (${column}) values ($1)`, [value]);
      expect(await canariesInRecord(own.pool, [canary])).toEqual(['public.canary_control: 司徒见证9']);
    }
    await own.pool.query('drop table canary_control');
  });
});

function mustBeAway(error: unknown): undefined {
  if (!(error instanceof Error) || !error.message.includes('ENGINE_UNAVAILABLE')) throw error;
}
