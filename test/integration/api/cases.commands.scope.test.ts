import { COMMAND_NAMES, type CommandName } from '../../../workflows/case/commands';
import { LIANGXI, QIAOCHENG, givenApplication } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, type UsualCommand, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** The roles that a command may be sent with at all (contract: operations, column "by"). */
const ROLES: Record<Exclude<CommandName, 'raiseObjection' | 'releaseDisbursement'>, string[]> = {
  signAuthorization: ['clerk'],
  withdrawAuthorization: ['clerk'],
  addMaterials: ['clerk'],
  acceptApplication: ['clerk'],
  returnForCorrection: ['clerk', 'handler'],
  withdrawApplication: ['clerk'],
  recordVisit: ['clerk'],
  decidePreliminaryReview: ['clerk'],
  postNotice: ['clerk', 'handler'],
  resolveObjection: ['clerk', 'handler'],
  recordComparison: ['handler'],
  decideUpperReview: ['handler'],
  proposeAidPlan: ['handler'],
  decideCollectively: ['head'],
  prepareDisbursement: ['finance'],
  changeAidLevel: ['handler', 'head'],
  recordRecheck: ['clerk', 'handler', 'head'],
  updateFile: ['clerk', 'handler'],
  notifyExit: ['handler'],
  confirmExit: ['clerk'],
  refuseExit: ['clerk'],
  verifyExit: ['clerk', 'handler'],
  concludeExit: ['handler'],
  recordFollowUp: ['clerk', 'handler'],
  reportRelapse: ['clerk', 'handler'],
  dismissRelapse: ['handler'],
  reopenFile: ['handler'],
};
const SCOPED = Object.keys(ROLES) as (keyof typeof ROLES)[];

function bodyOf(command: keyof typeof ROLES, walked: WalkedCase): Json {
  if (command !== 'resolveObjection') return walked.usual(command satisfies UsualCommand);
  return { kind: 'first', objectionId: '3f1c4b1e-0000-4000-8000-000000000000', outcome: 'dismissed', finding: '查无实据' };
}

test('every command on a case is covered here', () => {
  expect([...SCOPED, 'raiseObjection', 'releaseDisbursement'].sort()).toEqual([...COMMAND_NAMES].sort());
});

test('for a clerk of another union, a sibling county and another city the case does not exist, whatever the command', async () => {
  const walked = await givenCase(client, 'intake');
  const before = walked.view;
  for (const command of SCOPED) {
    for (const orgId of ['wx-liangxi-c1', 'wx-xishan-e1', 'wx-xishan', 'bz', 'bz-qiaocheng-e1']) {
      for (const role of ROLES[command].filter((name) => (name === 'clerk') === /-[ec]1$/.test(orgId))) {
        expectProblem(await walked.send(command, `${orgId}.${role}`, bodyOf(command, walked)), 404, 'NOT_FOUND');
      }
    }
  }
  expect({ ...(await walked.look()), now: before.now }).toEqual(before);
});

test('a role that a command is not for gets 403 in its own union, whatever the case waits for', async () => {
  const walked = await givenCase(client, 'intake');
  for (const command of SCOPED) {
    for (const role of ['handler', 'head', 'leader', 'member1', 'finance', 'treasurer', 'auditor', 'admin'].filter((name) => !ROLES[command].includes(name))) {
      const problem = expectProblem(await walked.send(command, `wx-liangxi.${role}`, bodyOf(command, walked)), 403, 'FORBIDDEN');
      expect(problem.detail).not.toBe('');
    }
  }
});

describe('the upper review is for the handler of the reviewing union itself', () => {
  test('the city\'s handler reads a county\'s case and may not decide its upper review', async () => {
    const walked = await givenCase(client, 'upperReview');
    await walked.does('recordComparison');
    expect((await walked.look('wx.handler')).reviewerOrgId).toBe('wx-liangxi');
    const problem = expectProblem(await walked.send('decideUpperReview', 'wx.handler', walked.usual('decideUpperReview')), 403, 'FORBIDDEN');
    expect(problem).toMatchObject({ role: 'handler', orgId: 'wx-liangxi' });
    expect((await walked.does('decideUpperReview')).state).toBe('notice2');
  });

  test('nor may the county\'s handler decide that of a case which the city reviews', async () => {
    const walked = await givenCase(client, 'upperReview', { figures: 'deep' });
    await walked.does('recordComparison');
    expectProblem(await walked.send('decideUpperReview', 'wx-liangxi.handler', walked.usual('decideUpperReview')), 403, 'FORBIDDEN');
  });
});

describe('a county union below the reviewing city reads the case and acts for nobody above it', () => {
  test.each<[command: UsualCommand, state: 'upperReview' | 'notice2' | 'planning' | 'collectiveApproval']>([
    ['recordComparison', 'upperReview'],
    ['returnForCorrection', 'upperReview'],
    ['postNotice', 'notice2'],
    ['returnForCorrection', 'notice2'],
    ['proposeAidPlan', 'planning'],
    ['returnForCorrection', 'planning'],
    ['decideCollectively', 'collectiveApproval'],
  ])('%s in %s', async (command, state) => {
    const walked = await givenCase(client, state, { figures: 'deep' });
    const role = command === 'decideCollectively' ? 'head' : 'handler';
    const before = await walked.look('wx-liangxi.handler');
    expectProblem(await walked.send(command, `wx-liangxi.${role}`, walked.usual(command)), 403, 'FORBIDDEN');
    expect((await walked.look()).version).toBe(before.version);
  });

  test('nor does it answer an objection to the city\'s notice', async () => {
    const walked = await givenCase(client, 'notice2', { figures: 'deep' });
    await walked.does('postNotice');
    await walked.send('raiseObjection', null, { kind: 'second', about: '情况不实' });
    const objectionId = (await walked.look()).notices.at(-1)?.objections[0]?.id;
    const body = { kind: 'second', objectionId, outcome: 'sustained', finding: '属实' };
    expectProblem(await walked.send('resolveObjection', 'wx-liangxi.handler', body), 403, 'FORBIDDEN');
    expect((await walked.send('resolveObjection', 'wx.handler', body)).body.state).toBe('rejected');
  });
});

test('the notice of the county is posted by nobody above it', async () => {
  const walked = await givenCase(client, 'notice2');
  expectProblem(await walked.send('postNotice', 'wx.handler', walked.usual('postNotice')), 403, 'FORBIDDEN');
  expect((await walked.does('postNotice')).notices.at(-1)?.byOrgId).toBe('wx-liangxi');
});

describe('money is for the union that owns the file', () => {
  test('prepareDisbursement: 403 for the city\'s finance, 404 for another union\'s', async () => {
    const walked = await givenCase(client, 'disbursement');
    expectProblem(await walked.send('prepareDisbursement', 'wx.finance', walked.usual('prepareDisbursement')), 403, 'FORBIDDEN');
    for (const stranger of ['wx-xishan.finance', 'bz.finance']) {
      expectProblem(await walked.send('prepareDisbursement', stranger, walked.usual('prepareDisbursement')), 404, 'NOT_FOUND');
    }
    expect((await walked.look()).disbursements).toEqual([]);
  });

  test('releaseDisbursement: 403 for every other role, 404 for every other union, the city above included', async () => {
    const walked = await givenCase(client, 'disbursement');
    const { id: disbursementId } = await walked.preparesDisbursement();
    for (const role of ['handler', 'head', 'leader', 'member1', 'finance', 'auditor', 'admin']) {
      expectProblem(await client.call('releaseDisbursement', `wx-liangxi.${role}`, { disbursementId }), 403, 'FORBIDDEN');
    }
    expectProblem(await client.call('releaseDisbursement', LIANGXI.clerk, { disbursementId }), 403, 'FORBIDDEN');
    for (const orgId of ['wx', 'wx-xishan', 'bz', 'bz-qiaocheng']) {
      expectProblem(await client.call('releaseDisbursement', `${orgId}.treasurer`, { disbursementId }), 404, 'NOT_FOUND');
    }
    expect((await walked.look()).disbursements).toMatchObject([{ state: 'prepared' }]);
    expect((await walked.releasesDisbursement({ id: disbursementId })).state).not.toBe('prepared');
  });
});

describe('reading a disbursement', () => {
  test('is for the union\'s own finance and treasurer, and for those who audit and supervise it from above', async () => {
    const walked = await givenCase(client, 'disbursement');
    const { id: disbursementId } = await walked.preparesDisbursement();
    for (const reader of ['wx-liangxi.finance', 'wx-liangxi.treasurer', 'wx-liangxi.auditor', 'wx.auditor', 'wx.supervisor', 'js.auditor']) {
      const { status } = await client.call('getDisbursement', reader, { disbursementId });
      expect({ reader, status }).toEqual({ reader, status: 200 });
    }
    for (const stranger of ['wx-xishan.auditor', 'wx-xishan.finance', 'bz.treasurer', 'bz.supervisor', 'ah.auditor']) {
      expectProblem(await client.call('getDisbursement', stranger, { disbursementId }), 404, 'NOT_FOUND');
    }
  });

  test('the county below prepares and releases nothing of a file that the city owns', async () => {
    const walked = await givenCase(client, 'disbursement', { figures: 'deep' });
    expectProblem(await walked.send('prepareDisbursement', 'wx-liangxi.finance', walked.usual('prepareDisbursement')), 403, 'FORBIDDEN');
    const { id: disbursementId } = await walked.preparesDisbursement();
    expectProblem(await client.call('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId }), 404, 'NOT_FOUND');
  });
});

describe('filing an application', () => {
  test('for a worker of another union is refused with 403', async () => {
    for (const user of [QIAOCHENG.clerk, 'wx-liangxi-c1.clerk', 'wx-xishan.handler']) {
      expectProblem(await client.call('submitApplication', user, { ...givenApplication() }), 403, 'FORBIDDEN');
    }
  });

  test('at the service centre above still goes to the worker\'s grassroots union', async () => {
    const application = { ...givenApplication(), filedAtOrgId: 'wx' };
    const { status, body } = await client.call('submitApplication', 'wx.handler', application);
    expect([status, body.grassrootsOrgId]).toEqual([201, LIANGXI.grassrootsOrgId]);
  });

  test.each(['head', 'finance', 'treasurer', 'auditor', 'admin'])('is not for the %s', async (role) => {
    expectProblem(await client.call('submitApplication', `wx-liangxi.${role}`, { ...givenApplication() }), 403, 'FORBIDDEN');
  });
});
