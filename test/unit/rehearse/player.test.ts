import { OpenApiClient } from '../../../rehearse/openapi-client';
import { playScenario } from '../../../rehearse/player';
import type { ScenarioResult } from '../../../rehearse/result';
import { parseScenario } from '../../../rehearse/scenario';
import { FakeService, type Handler } from './fake-service';

let service: FakeService | undefined;

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function play(steps: unknown[], handlers: Record<string, Handler> = {}): Promise<{ result: ScenarioResult; service: FakeService }> {
  service = new FakeService(handlers);
  const client = await OpenApiClient.connect(await service.start(), 'secret');
  const scenario = parseScenario({ id: 'X1', title: 'A title', startsOn: '2024-01-05', steps }, 'X1');
  const result = await playScenario(scenario, client, { untilMsMax: 2_000, untilEveryMs: 5 });
  return { result, service };
}

const submit = { at: '2024-01-08', as: 'a.clerk', do: 'submitApplication', with: { channel: 'countyActive' }, save: 'case' };

function mistakes(result: ScenarioResult) {
  return result.verdict === 'notYetCovered' ? [] : result.steps.filter((step) => step.differences.length > 0 || step.fault !== undefined).map(({ number, differences, fault }) => fault ?? [number, differences.map(({ path }) => path)]);
}

describe('requests', () => {
  test('each user signs in once, each command has an Idempotency-Key of its own, reads have none', async () => {
    const { result, service } = await play([submit, { as: 'b.handler', do: 'acceptApplication', on: 'case' }, { do: 'acceptApplication', on: 'case' }, { check: 'case', expect: { state: 'visit' } }]);
    expect(mistakes(result)).toEqual([]);
    expect(service.of('login').map(({ body, user }) => [body, user])).toEqual([
      [{ username: 'a.clerk', password: 'secret' }, null],
      [{ username: 'b.handler', password: 'secret' }, null],
    ]);
    expect(service.of('acceptApplication').map(({ user }) => user)).toEqual(['b.handler', 'b.handler']);
    const commands = service.received.filter(({ operation }) => !operation.startsWith('get'));
    expect(new Set(commands.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(commands.length);
    expect(service.of('getCase').every(({ idempotencyKey }) => idempotencyKey === undefined)).toBe(true);
  });

  test('null is nobody: no session, and it sticks like a user', async () => {
    const objection: Handler = () => ({ status: 201, body: {} });
    const { result, service } = await play(
      [submit, { as: null, do: 'raiseObjection', on: 'case', with: { kind: 'first', about: 'x' } }, { do: 'raiseObjection', on: 'case', with: { kind: 'second', about: 'y' } }, { check: 'case', expect: { state: 'intake' } }],
      { raiseObjection: objection },
    );
    expect(mistakes(result)).toEqual([]);
    expect(service.of('raiseObjection')).toMatchObject([
      { user: null, path: '/v1/cases/c1/notices/first/objections', body: { about: 'x' } },
      { user: null, path: '/v1/cases/c1/notices/second/objections', body: { about: 'y' } },
    ]);
    expect(service.of('getCase').map(({ user }) => user)).toEqual(['a.clerk']);
  });

  test('what is not a path parameter is the query of a GET, and an operation without a body gets none', async () => {
    const { service } = await play([submit, { do: 'listCases', with: { limit: 5, text: '王 五' } }, { do: 'acceptApplication', on: 'case', with: {} }]);
    expect(service.of('listCases')[0]!.path).toBe(`/v1/cases?limit=5&text=${encodeURIComponent('王')}+${encodeURIComponent('五')}`);
    expect(service.of('acceptApplication')[0]!.body).toBeUndefined();
  });

  test('a reference to a case takes its newest state; the id of another answer goes where `with` says', async () => {
    const paying: Record<string, Handler> = {
      prepareDisbursement: ({ body }) => ({ status: 201, body: { id: 'd7', items: body } }),
      releaseDisbursement: () => ({ status: 200, body: { id: 'd7', state: 'released' } }),
      getCase: () => ({ status: 200, body: { id: 'c1', number: 'C1', state: 'disbursement', awaiting: [], now: '2024-01-08T09:00:00+08:00', payments: [{ id: 'p9' }] } }),
    };
    const { result, service } = await play(
      [submit, { as: 'c.finance', do: 'prepareDisbursement', on: 'case', with: { paymentIds: ['$case.payments[0].id'] }, save: 'batch0' }, { as: 'c.treasurer', do: 'releaseDisbursement', on: 'batch0', with: { disbursementId: '$batch0.id' }, expect: { id: '$batch0.id' } }],
      paying,
    );
    expect(mistakes(result)).toEqual([]);
    expect(service.of('prepareDisbursement')[0]).toMatchObject({ path: '/v1/cases/c1/disbursements', body: { paymentIds: ['p9'] } });
    expect(service.of('releaseDisbursement')[0]).toMatchObject({ path: '/v1/disbursements/d7/release', user: 'c.treasurer', body: undefined });
  });
});

describe('time', () => {
  test('the first case starts at its step, else at the start of the scenario', async () => {
    const { service } = await play([submit]);
    expect(service.of('submitApplication')[0]!.body).toEqual({ channel: 'countyActive', simulation: { startsAt: '2024-01-08T09:00:00+08:00' } });
    await service.stop();
    const { service: other } = await play([{ ...submit, at: undefined }]);
    expect(other.of('submitApplication')[0]!.body).toMatchObject({ simulation: { startsAt: '2024-01-05T09:00:00+08:00' } });
  });

  test('a case moves to `at` before its step, read and moved by whoever saved it', async () => {
    const { service } = await play([submit, { at: '2024-01-09', as: 'b.handler', do: 'acceptApplication', on: 'case' }, { at: '2024-01-10T15:30', check: 'case', expect: {} }]);
    expect(service.of('advanceSimulation')).toMatchObject([
      { user: 'a.clerk', path: '/v1/cases/c1/simulation', body: { to: '2024-01-09T09:00:00+08:00' } },
      { user: 'a.clerk', body: { to: '2024-01-10T15:30:00+08:00' } },
    ]);
  });

  test('a case never moves back or to where it is', async () => {
    const { service } = await play([submit, { at: '2024-01-08', do: 'acceptApplication', on: 'case' }, { at: '2024-01-09T12:00', check: 'case', expect: {} }, { at: '2024-01-09', check: 'case', expect: {} }]);
    expect(service.of('advanceSimulation').map(({ body }) => body)).toEqual([{ to: '2024-01-09T12:00:00+08:00' }]);
  });

  test('a step about no case moves the case that was saved last, also when it took over an earlier name', async () => {
    const list = { at: '2024-02-01', do: 'listCases' };
    const { service } = await play([submit, { ...submit, save: 'second' }, list, { ...submit, at: undefined }, { ...list, at: '2024-03-01' }, { at: '2024-03-01', check: 'second', expect: {} }]);
    expect(service.of('advanceSimulation').map(({ path }) => path)).toEqual(['/v1/cases/c2/simulation', '/v1/cases/c3/simulation', '/v1/cases/c2/simulation']);
    expect(service.of('submitApplication')[2]!.body).toMatchObject({ simulation: { startsAt: '2024-02-01T09:00:00+08:00' } });
  });

  test('a relapse starts a new case on the calendar only when the old one is closed', async () => {
    const relapse: Handler = () => ({ status: 200, body: {} });
    const close: Handler = ({ params }) => {
      Object.assign(service!.cases.get(params.caseId!)!, { state: 'closed' });
      return { status: 200, body: {} };
    };
    const report = { at: '2024-06-03', do: 'reportRelapse', on: 'case', with: { cause: 'x' } };
    const { service: fake } = await play([submit, report, { do: 'acceptApplication', on: 'case' }, report], { reportRelapse: relapse, acceptApplication: close });
    expect(fake.of('reportRelapse').map(({ body }) => body)).toEqual([{ cause: 'x' }, { cause: 'x', simulation: { startsAt: '2024-06-03T09:00:00+08:00' } }]);
  });

  test('a clock that cannot be moved is a difference of that step', async () => {
    const { result } = await play([submit, { at: '2030-01-01', check: 'case', expect: { state: 'intake' } }], { advanceSimulation: () => ({ status: 422, body: { code: 'CALENDAR_NOT_COVERED' } }) });
    expect(mistakes(result)).toEqual([[2, ['advanceSimulation']]]);
  });
});

describe('verdict', () => {
  const refusal: Record<string, Handler> = { acceptApplication: () => ({ status: 409, body: { status: 409, code: 'MATERIALS_MISSING', missing: [{ requirement: 'idCard' }] } }) };

  test('a refusal matches by status and by any fields of the problem', async () => {
    const { result } = await play([submit, { do: 'acceptApplication', on: 'case', refused: { status: 409, code: 'MATERIALS_MISSING', missing: '*' } }, { do: 'acceptApplication', on: 'case', refused: {} }], refusal);
    expect(result.verdict).toBe('passed');
  });

  test('another refusal, a refusal nobody expected and an acceptance instead of a refusal are differences, and all are told', async () => {
    const { result } = await play([{ ...submit, expect: { state: 'visit' } }, { do: 'acceptApplication', on: 'case', refused: { code: 'AUTHORIZATION_MISSING' } }, { do: 'acceptApplication', on: 'case' }, { do: 'listCases', refused: { status: 403 } }], refusal);
    expect(result.verdict).toBe('failed');
    expect(mistakes(result)).toEqual([
      [1, ['state']],
      [2, ['code']],
      [3, ['']],
      [4, ['']],
    ]);
  });

  test('a failed scenario brings the events of its cases', async () => {
    const { result } = await play([submit, { check: 'case', expect: { state: 'closed' } }]);
    expect(result).toMatchObject({ verdict: 'failed', timelines: [{ name: 'case', events: [{ seq: 1, type: 'applicationSubmitted' }] }] });
  });

  test('an operation the service does not have is found before anything is played', async () => {
    const { result, service } = await play([submit, { do: 'openGreenChannel' }, { do: 'recordFollowUp', on: 'case' }]);
    expect(result).toMatchObject({ verdict: 'notYetCovered', missingOperations: ['openGreenChannel', 'recordFollowUp'] });
    expect(service.received).toEqual([]);
  });

  test('a name that nothing was saved under is told, and the rest is played', async () => {
    const { result, service } = await play([submit, { do: 'acceptApplication', on: 'other' }, { check: 'other', expect: {} }, { do: 'prepareDisbursement', on: 'case', with: { paymentIds: ['$case.payments[0].id'] } }, { do: 'acceptApplication', on: 'case' }]);
    expect(mistakes(result)).toEqual(['other: nothing was saved as "other"', 'other: nothing was saved as "other"', '$case.payments[0].id: there is no "payments"']);
    expect(service.of('acceptApplication')).toHaveLength(1);
  });

  test('a user who cannot sign in is told, and the rest is played', async () => {
    const { result } = await play([submit, { as: 'nobody', do: 'listCases' }, { as: 'a.clerk', do: 'listCases' }], {
      login: ({ body }) => ((body as { username: string }).username === 'nobody' ? { status: 401, body: { code: 'UNAUTHENTICATED' } } : { status: 200, body: { token: 'token-of-a.clerk' } }),
    });
    expect(mistakes(result)).toEqual(['login of nobody answered 401 UNAUTHENTICATED']);
  });

  test('a service that goes away ends the scenario', async () => {
    const { result } = await play([submit, { do: 'acceptApplication', on: 'case' }, { do: 'listCases' }], {
      acceptApplication: () => {
        void service!.stop();
        return { status: 200, body: {} };
      },
    });
    expect(result).toMatchObject({ verdict: 'failed', stepsInAll: 3 });
    expect(result.verdict === 'failed' && result.steps.at(-1)!.fault).toMatch(/^no answer from/);
  });
});

describe('until', () => {
  test('looks until what is expected has arrived', async () => {
    let reads = 0;
    const { result } = await play([submit, { until: 'case', expect: { state: 'active' } }], {
      getCase: () => ({ status: 200, body: { id: 'c1', number: 'C1', awaiting: [], now: '2024-01-08T09:00:00+08:00', state: ++reads < 4 ? 'disbursement' : 'active' } }),
    });
    expect(result.verdict).toBe('passed');
    expect(reads).toBe(4);
  });

  test('gives up in the end, with what it saw last', async () => {
    const { result } = await play([submit, { until: 'case', expect: { state: 'active' } }]);
    expect(result).toMatchObject({ verdict: 'failed', steps: [{}, { outcome: 'intake', differences: [{ path: 'state', expected: 'active', got: 'intake' }] }] });
  });

  test('looks once when the scenario has already left its course', async () => {
    const { service } = await play([submit, { do: 'listCases', refused: {} }, { until: 'case', expect: { state: 'active' } }]);
    expect(service.of('getCase')).toHaveLength(1);
  });
});
