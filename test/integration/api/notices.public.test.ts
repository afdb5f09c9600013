import { Applicant, freshPhone } from '../given/applicant';
import { freshPerson } from '../given/id-number';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { dayAfter, givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const read = (caseId: string, kind = 'first') => client.call('getPublicNotice', null, { caseId, kind });

test('anybody reads a notice while it is open: what A-20 names, and nothing else', async () => {
  const walked = await givenCase(client, 'notice1');
  expectProblem(await read(walked.id), 404, 'NOT_FOUND');
  await walked.does('postNotice');
  const { closesOn, postedOn } = walked.view.notices[0]!;
  const { status, body } = await read(walked.id);
  expect([status, body]).toEqual([
    200,
    {
      kind: 'first',
      applicantName: '柏禾禾',
      unit: '示例制造有限公司',
      hardshipClass: 'relative',
      mainReason: 'illness',
      exitKind: null,
      postedBy: '无锡禾沐川纺织有限公司工会',
      postedOn,
      closesOn,
    },
  ]);
  expectProblem(await read(walked.id, 'second'), 404, 'NOT_FOUND');
  await walked.advanceTo(dayAfter(closesOn));
  expectProblem(await read(walked.id), 404, 'NOT_FOUND');
});

test.each(['3f1c4b1e-0000-4000-8000-000000000000', 'none', `' or 1=1`])('of %s there is none, and that is all that is told', async (caseId) => {
  expectProblem(await read(caseId), 404, 'NOT_FOUND');
});

test('a notice that was withdrawn with its application is gone', async () => {
  const walked = await givenCase(client, 'notice1');
  await walked.does('postNotice');
  expect((await read(walked.id)).status).toBe(200);
  await walked.does('withdrawApplication');
  expectProblem(await read(walked.id), 404, 'NOT_FOUND');
});

describe('who may not read a case learns nothing of it by objecting', () => {
  const KNOWN = 'wx-liangxi.leader';
  const objection = { kind: 'first', about: '情况不实' };

  test('where it stands, in the first answer and in a repeated one', async () => {
    const walked = await givenCase(client, 'planning');
    await client.call('declareRelation', KNOWN, { caseId: walked.id });
    const applicant = await Applicant.signIn({ phone: freshPhone(), idNumber: freshPerson().idNumber });
    const ask = (as: string | null) => walked.send<unknown>('raiseObjection', as, objection, { 'idempotency-key': 'once' });
    for (const as of [null, 'bz-woyang.handler', 'bz.admin', 'wx-liangxi-c1.clerk', KNOWN]) {
      for (const reply of [await ask(as), await ask(as)]) expect(expectProblem(reply, 409, 'NOT_AWAITED').awaiting).toEqual([]);
    }
    expect(expectProblem(await applicant.call<unknown>('raiseObjection', { caseId: walked.id, ...objection }), 409, 'NOT_AWAITED').awaiting).toEqual([]);
    expect(expectProblem(await ask('wx.auditor'), 409, 'NOT_AWAITED').awaiting).toMatchObject([{ command: 'proposeAidPlan' }]);
  });

  test('which version it has, whether there is a case or none', async () => {
    const walked = await givenCase(client, 'planning');
    const ask = (as: string | null, caseId = walked.id) => client.call<unknown>('raiseObjection', as, { caseId, ...objection }, { 'if-match': '"1"' });
    for (const as of [null, 'bz-woyang.handler']) {
      for (const caseId of [walked.id, '3f1c4b1e-0000-4000-8000-000000000000']) expect(pathsOf(expectProblem(await ask(as, caseId), 400, 'INVALID_INPUT'))).toEqual(['headers.if-match']);
    }
    expect(expectProblem(await ask('wx.auditor'), 412, 'VERSION_CONFLICT').version).toBe(walked.view.version);
  });
});
