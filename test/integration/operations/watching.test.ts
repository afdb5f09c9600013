import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOfDay } from '../../../domain/calendar-date';
import { readAddresses } from '../../../infra/stack-addresses';
import { until } from '../../../infra/until';
import { CaseWalk } from '../../stack/case-walk';
import { listensOn } from '../../stack/listening';
import { OwnService } from '../../stack/own-service';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation } from '../given/operation';

jest.setTimeout(300_000);
const startsAt = '2024-03-04T09:00:00+08:00';
const sample = sampleApplications(6);
/** What people write on the way of a case (test/stack/case-walk.ts, and here). */
const WRITTEN = ['情况属实', '同意', '走访员', '走访核实', '会议纪要', '本人撤回', '有异议'];

/** Of this machine, and not the one that is usual. */
const METRICS_HOST = '127.0.0.2';

let own: OwnService;
beforeAll(async () => {
  process.env.LOG_LEVEL = 'debug'; // everything that is ever told
  try {
    own = await OwnService.start({ METRICS_HOST });
  } finally {
    delete process.env.LOG_LEVEL;
  }
});
afterAll(() => own.stop());

function logNames(): string[] {
  return readdirSync(join(own.dataDir, 'logs'));
}

function logOf(name: string): string {
  return readFileSync(join(own.dataDir, 'logs', name), 'utf8');
}

/** Lines of a log of ours; every line has to be a JSON object. */
function linesOf(part: 'api' | 'worker'): Record<string, unknown>[] {
  return logOf(`${part}.log`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function metricsOf(part: 'metricsUrl' | 'workerUrl'): Promise<string> {
  const response = await fetch(`${readAddresses(own.dataDir)?.[part] ?? ''}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

/** The value of a series, its labels in the order in which they are told. */
function valueOf(metrics: string, series: string): number | undefined {
  const line = metrics.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('after the whole way of a case, refusals, wrong input and searches by name, no log holds a name, a number or a word of anybody', async () => {
  const application = sample({ startsAt });
  const walk = await CaseWalk.submit(own.client, application);
  await walk.until(({ notices }) => notices.length > 0);
  await own.client.done({ operation: 'raiseObjection', as: null, caseId: walk.caseId, input: { kind: 'first', about: `有异议 ${application.personal[0] ?? ''}` } });
  const objectionId = (await walk.now()).notices[0]?.objections[0]?.id;
  await walk.does('resolveObjection', walk.clerk, { kind: 'first', objectionId, outcome: 'dismissed', finding: '有异议' });
  await walk.untilState('active');
  const again = await own.client.call({ operation: 'submitApplication', as: application.clerk, input: application.body });
  expect([again.status, again.body.code]).toEqual([409, 'HOUSEHOLD_ALREADY_FILED']);

  const [name = '', , , idNumber = ''] = application.personal;
  const token = (await own.client.done<{ token: string }>({ operation: 'login', as: null, input: { username: walk.clerk, password: 'demo-password' } })).token;
  const asClerk = { headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-request-id': name.length > 0 ? encodeURIComponent(name) : '' } };
  const { url } = own.service;
  const found = (await (await fetch(`${url}/v1/cases?applicantName=${encodeURIComponent(name)}`, asClerk)).json()) as { items: unknown[] };
  expect(found.items).toHaveLength(1);
  const answers = await Promise.all([
    fetch(`${url}/v1/cases/${encodeURIComponent(name)}`, asClerk),
    fetch(`${url}/v1/${idNumber}?who=${encodeURIComponent(name)}`, asClerk),
    fetch(`${url}/v1/cases/%E0%A4%A?${idNumber}`, asClerk),
    fetch(`${url}/v1/cases`, { ...asClerk, method: 'POST', body: `{"applicant": {"name": "${name}", "idNumber": "${idNumber}"` }),
    fetch(`${url}/v1/cases`, { ...asClerk, method: 'POST', body: JSON.stringify({ ...application.body, applicant: { name, idNumber: `${idNumber}9` } }) }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 400, 400, 400]);
  const { rows } = await own.pool.query(`insert into household_claim (id_index, case_id) select id_index, case_id from household_claim where case_id = $1 returning 1`, [walk.caseId]).catch((error: unknown) => ({ rows: [error] }));
  expect(rows).toEqual([expect.objectContaining({ code: '23505' })]); // PostgreSQL has something to complain of

  const canaries = [...application.personal, ...WRITTEN, token].flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]);
  const leaks = logNames().flatMap((log) => canaries.filter((canary) => logOf(log).includes(canary)).map((canary) => `${log}: ${canary}`));
  expect(leaks).toEqual([]);
  expect(logNames()).toEqual(expect.arrayContaining(['api.log', 'worker.log', 'postgres.log', 'temporal-server.log', 'bank-sandbox.log']));
});

test('the way of one case can be read from the logs by its id: each request with operation, outcome and duration, each step with its events', async () => {
  const walk = await CaseWalk.submit(own.client, sample({ startsAt }));
  await walk.untilState('visit');
  await own.client.call({ operation: 'recordVisit', as: 'wx-xishan-e1.clerk', caseId: walk.caseId, input: {} });
  const ofCase = (line: Record<string, unknown>) => line.caseId === walk.caseId;
  const told = () => linesOf('api').filter((line) => ofCase(line) && line.msg === 'request' && line.operation !== 'getCase');
  // A request is told once it is answered: a moment after its caller knows.
  const requests = await until(() => (told().length === 4 ? told() : undefined), { withinMs: 5_000 });
  expect(requests.map(({ operation, status, user }) => [operation, status, user])).toEqual([
    ['submitApplication', 201, walk.clerk],
    ['signAuthorization', 200, walk.clerk],
    ['acceptApplication', 200, walk.clerk],
    ['recordVisit', 400, 'wx-xishan-e1.clerk'],
  ]);
  expect(requests[0]).toEqual({
    ...{ level: 'info', part: 'api', msg: 'request', operation: 'submitApplication', status: 201, user: walk.clerk, caseId: walk.caseId },
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    durationMs: expect.any(Number) as number,
    reqId: expect.any(String) as string,
  });
  const steps = linesOf('worker').filter((line) => ofCase(line) && line.activity === 'recordStep' && line.msg === 'activity');
  expect(steps.map(({ step, version, level }) => ({ step, version, level }))).toEqual([
    { step: expect.arrayContaining(['applicationSubmitted']) as string[], version: 2, level: 'info' },
    { step: ['authorizationSigned'], version: 3, level: 'info' },
    { step: ['applicationAccepted', 'phaseEntered'], version: 5, level: 'info' },
  ]);
});

test('the metrics count what was done and what waits, on a port of their own, and hold no id', async () => {
  const walk = await CaseWalk.submit(own.client, sample({ startsAt }));
  const view = await walk.until(({ notices }) => notices.length > 0);
  await walk.advance(endOfDay(view.notices[0]?.closesOn ?? '') + 9 * 3_600_000);
  await own.pool.query(`update task set due_on = '2024-03-01' where case_id = $1 and closed_at is null`, [walk.caseId]);
  await own.client.call({ operation: 'decidePreliminaryReview', as: walk.clerk, caseId: walk.caseId, input: { decision: 'pass', opinion: '同意' } });

  // The figures of the work are counted every 30 seconds at the most.
  const isCounted = async () => {
    const metrics = await metricsOf('metricsUrl');
    return (valueOf(metrics, 'bihuan_cases{state="upperReview",clock="simulated"}') ?? 0) > 0 ? metrics : undefined;
  };
  const api = await until(isCounted, { withinMs: 60_000, everyMs: 500 });
  expect(valueOf(api, 'bihuan_cases{state="active",clock="simulated"}')).toBe(1);
  expect(valueOf(api, 'bihuan_cases{state="upperReview",clock="real"}')).toBe(0);
  expect(valueOf(api, 'bihuan_tasks_overdue{command="recordComparison",role="handler",clock="simulated"}')).toBe(1);
  expect(valueOf(api, 'bihuan_domain_figures_up')).toBe(1);
  expect(valueOf(api, 'bihuan_commands_total{command="acceptApplication",outcome="accepted"}')).toBeGreaterThanOrEqual(3);
  expect(valueOf(api, 'bihuan_commands_total{command="decidePreliminaryReview",outcome="NOT_AWAITED"}')).toBe(1);
  expect(valueOf(api, 'bihuan_http_request_duration_seconds_count{operation="listCases",status="2xx"}')).toBe(1);
  expect(api).toMatch(/^bihuan_engine_call_duration_seconds_count\{method="UpdateWorkflowExecution",status="OK"\} \d+$/m);
  expect(api).toMatch(/^bihuan_database_connections\{state="idle"\} \d+$/m);
  expect(api).toContain('process_cpu_seconds_total');

  const worker = await metricsOf('workerUrl');
  expect(worker).toMatch(/^bihuan_activity_duration_seconds_count\{activity="recordStep",outcome="done"\} \d+$/m);
  expect(worker).toMatch(/^bihuan_bank_call_duration_seconds_count\{call="send",outcome="answered"\} \d+$/m);
  // Two notices of five working days each, over a weekend: 2024-03-04 to 2024-03-11.
  expect(valueOf(worker, 'bihuan_case_state_duration_seconds_bucket{le="432000",state="notice1",clock="simulated"}')).toBe(0);
  expect(valueOf(worker, 'bihuan_case_state_duration_seconds_bucket{le="864000",state="notice1",clock="simulated"}')).toBe(2);
  expect(worker).toMatch(/^temporal_workflow_task_execution_latency/m);
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/;
  expect([ids.exec(api), ids.exec(worker.replace(/worker_instance_key="[^"]*"/g, ''))]).toEqual([null, null]);
  expect((await fetch(`${own.service.url}/metrics`)).status).toBe(404);
});

test('readiness names the part that is missing, of the API and of the worker', async () => {
  const worker = readAddresses(own.dataDir)?.workerUrl ?? '';
  const ready = async (url: string) => {
    const response = await fetch(`${url}/health/ready`);
    return { status: response.status, parts: ((await response.json()) as { parts?: unknown }).parts };
  };
  expect(await ready(own.service.url)).toEqual({ status: 200, parts: undefined });
  expect(await ready(worker)).toEqual({ status: 200, parts: { worker: 'ok', version: 'ok', record: 'ok' } });

  await own.pool.query(`update schema_migration set name = 'put aside' where name = '0001-record.sql'`);
  expect(await ready(own.service.url)).toEqual({ status: 503, parts: { record: 'notMigrated', engine: 'ok' } });
  expect(await ready(worker)).toEqual({ status: 503, parts: { worker: 'ok', version: 'ok', record: 'notMigrated' } });
  await own.pool.query(`update schema_migration set name = '0001-record.sql' where name = 'put aside'`);

  own.signal('temporal-server', 'SIGSTOP');
  expect(await ready(own.service.url)).toEqual({ status: 503, parts: { record: 'ok', engine: 'away' } });
  own.signal('temporal-server', 'SIGCONT');
  expect(await ready(own.service.url)).toEqual({ status: 200, parts: undefined });

  const spoilt = await runOperation('doctor', own.dataDir);
  expect([spoilt.exitCode, spoilt.stdout]).toEqual([1, expect.stringContaining('WRONG    events (sample)') as string]); // the due date of the test above
  expect((await runOperation('rebuild', own.dataDir)).stdout).toContain('1 differed (1 rebuilt)');
  expect((await runOperation('doctor', own.dataDir)).exitCode).toBe(0);
});

test('API and worker tell operators on METRICS_HOST, and nowhere else', () => {
  const { metricsUrl = '', workerUrl = '' } = readAddresses(own.dataDir) ?? {};
  expect(own.service.metricsUrls).toEqual([`${metricsUrl}/metrics`, `${workerUrl}/metrics`]);
  for (const [part, { hostname, port, host }] of [['api', new URL(metricsUrl)], ['worker', new URL(workerUrl)]] as const) {
    expect(hostname).toBe(METRICS_HOST);
    // Asked of the process itself: on another address of this machine somebody else may have the same port.
    expect(listensOn(own.pidOf(part)).filter((address) => address.endsWith(`:${port}`))).toEqual([host]);
  }
});
