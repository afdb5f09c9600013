import { expectProblem } from '../given/problem';
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
