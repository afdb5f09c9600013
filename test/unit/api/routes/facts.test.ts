import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingCommand } from '../../../../api/case-commands';
import type { Services } from '../../../../api/operation';
import { answerProblems, notFound } from '../../../../api/problem';
import { aidRoutes } from '../../../../api/routes/aid';
import { intakeRoutes } from '../../../../api/routes/intake';
import { noticeRoutes } from '../../../../api/routes/notices';
import { reviewRoutes } from '../../../../api/routes/review';
import { factsOf } from '../../../../api/schemas/household';
import { openCase } from '../../../../domain/decisions/open-case';
import { valueOf } from '../../domain/given';
import { LIANGXI, PlayedCase, WUXI_DEEP, type Stage } from '../../domain/played-case';
import { decisions, type CommandName } from '../../../../workflows/case/commands';
import { application, PERSONAL } from '../given';

const TEXT = '金丝雀 6222020000000000000';
const NAME = '金丝雀';
const ALL_SECTIONS = { family: TEXT, cause: TEXT, need: TEXT, aidReceived: TEXT };

/** Every command whose body takes text or names, each with the canary in all of them, and the stage at which it is accepted. */
const COMMANDS: { command: CommandName; after?: Stage; url: string; body: object }[] = [
  { command: 'returnForCorrection', url: '/corrections', body: { reason: TEXT, items: [TEXT] } },
  { command: 'withdrawApplication', url: '/withdrawal', body: { reason: TEXT } },
  {
    command: 'recordVisit',
    after: 'accepted',
    url: '/visits',
    body: { visitedOn: '2023-11-13', visitors: [{ name: NAME, kind: 'unionCadre' }, { name: NAME, kind: 'volunteer' }], fourClear: ALL_SECTIONS },
  },
  { command: 'decidePreliminaryReview', after: 'visited', url: '/preliminary-review', body: { decision: 'pass', hardshipClass: 'relative', classReason: TEXT, opinion: TEXT } },
  {
    command: 'decideUpperReview',
    after: 'compared',
    url: '/upper-review',
    body: { decision: 'reject', opinion: TEXT, stillStruggling: { reason: TEXT, group: 2, subReason: 'illness' } },
  },
  { command: 'postNotice', after: 'passed', url: '/notices', body: { kind: 'first', medium: 'noticeBoard', place: 'employer', proofDocumentId: TEXT } },
  { command: 'recordComparison', after: 'noticed', url: '/comparisons', body: { result: 'undeclaredAsset', findings: TEXT } },
  {
    command: 'proposeAidPlan',
    after: 'noticedTwice',
    url: '/aid-plans',
    body: { items: [{ aidType: 'living', amountFen: 100, measure: TEXT, period: TEXT }, { aidType: 'jobPlacement', measure: TEXT }] },
  },
];

const caseId = 'c0000000-0000-4000-8000-000000000001';
const user = { id: 'wx.handler', orgId: 'wx', orgPath: '/js/wx/', roles: ['handler' as const] };

/** Sends a body to its real route and schema; the commands behind it are replaced by what takes the incoming command down. */
async function send(url: string, body: object): Promise<{ incoming?: IncomingCommand<CommandName>; problem: { code: string; errors?: { path: string }[] } }> {
  let incoming: IncomingCommand<CommandName> | undefined;
  const commands = {
    carryOut: (taken: IncomingCommand<CommandName>) => {
      incoming = taken;
      return Promise.reject(notFound());
    },
  };
  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  app.decorateRequest('user', null);
  app.addHook('onRequest', async (request) => {
    request.user = user;
    await Promise.resolve();
  });
  // None of the visitors named here is a user.
  const services = { commands, pool: { query: () => Promise.resolve({ rows: [] }) } } as unknown as Services;
  for (const register of [intakeRoutes, reviewRoutes, noticeRoutes, aidRoutes]) register(app, services);
  const answer = await app.inject({ method: 'POST', url: `/v1/cases/${caseId}${url}`, payload: body });
  await app.close();
  return { incoming, problem: answer.json() };
}

describe.each(COMMANDS)('$command', ({ command, after, url, body }) => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  if (after) played.to(after);

  test('keeps names and free text out of what goes to the engine and into the events', async () => {
    const { incoming, problem } = await send(url, body);
    expect([incoming?.command, problem.code]).toEqual([command, 'NOT_FOUND']);
    const facts = await incoming!.facts(played.record);
    expect(JSON.stringify(facts)).not.toMatch(/金丝雀|6222020/);

    const decide = decisions[command] as (typeof decisions)['acceptApplication'];
    const decision = decide(played.record, facts, played.context({ user: user.id, orgId: user.orgId, roles: user.roles }));
    expect(decision).toMatchObject({ accepted: true });
    expect(JSON.stringify(decision)).not.toMatch(/金丝雀|6222020/);
  });
  test('keeps every word with the command', async () => {
    const { incoming } = await send(url, body);
    expect(incoming?.body).toEqual(expect.objectContaining(body));
  });
});

test('an objection brings its kind to the engine, and not who raised it or what it says', async () => {
  const { incoming } = await send('/notices/first/objections', { raisedBy: NAME, contact: TEXT, about: TEXT });
  expect(await incoming!.facts(PlayedCase.apply(LIANGXI, WUXI_DEEP).record)).toEqual({ kind: 'first' });
  expect(incoming?.body).toEqual({ kind: 'first', raisedBy: NAME, contact: TEXT, about: TEXT });
});
test('the finding on an objection stays with its command', async () => {
  const { incoming } = await send('/notices/first/objections/o-1/resolution', { outcome: 'dismissed', finding: TEXT });
  expect(await incoming!.facts(PlayedCase.apply(LIANGXI, WUXI_DEEP).record)).toEqual({ kind: 'first', objectionId: 'o-1', outcome: 'dismissed' });
});
test.each([
  ['/preliminary-review', { decision: 'reject', opinion: TEXT, stillStruggling: { reason: TEXT, group: 2, subReason: TEXT } }, 'body.stillStruggling.subReason'],
  ['/aid-plans', { items: [{ aidType: 'living', amountFen: 1, projectId: TEXT }] }, 'body.items.0.projectId'],
])('%s: where a code goes into the record, free text is bad input', async (url, body, path) => {
  const { incoming, problem } = await send(url, body);
  expect(incoming).toBeUndefined();
  expect(problem).toMatchObject({ code: 'INVALID_INPUT', errors: [{ path }] });
});
test('R-JS-13: a section that holds nothing but blanks was not made clear', async () => {
  const { incoming } = await send('/visits', { visitedOn: '2023-11-13', visitors: [], fourClear: { ...ALL_SECTIONS, need: '  ', cause: undefined } });
  expect(await incoming!.facts(PlayedCase.apply(LIANGXI, WUXI_DEEP).record)).toMatchObject({ sections: ['family', 'aidReceived'] });
});
test('A-03: a reason for a class is known to be there, and not what it says', async () => {
  const facts = async (classReason?: string) => {
    const { incoming } = await send('/upper-review', { decision: 'pass', opinion: TEXT, classReason });
    return incoming!.facts(PlayedCase.apply(LIANGXI, WUXI_DEEP).record);
  };
  expect([await facts(TEXT), await facts()]).toMatchObject([{ hasClassReason: true }, { hasClassReason: false }]);
});
test('the first events of a case hold nothing personal of its application', () => {
  const { channel, household, claimedExpenses, materials } = application();
  const opening = { caseId, number: 'TEST-2023-000001', channel, territory: LIANGXI.territory, household: factsOf(household), claimedExpenses, materials, simulated: false };
  const facts = valueOf(openCase(opening, PlayedCase.apply(LIANGXI, WUXI_DEEP).context(null)));
  expect(facts).toHaveLength(2);
  expect(PERSONAL.filter((personal) => JSON.stringify(facts).includes(personal))).toEqual([]);
});
