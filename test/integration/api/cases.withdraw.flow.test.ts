import type { CaseView } from '../../../api/schemas/case';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCaseAt, STOPS_BEFORE_THE_FILE } from '../given/stops';
import { givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

test.each(STOPS_BEFORE_THE_FILE.map((stop) => [stop.name, stop] as const))(
  'withdrawn in %s, a case ends, takes its notice and tasks down, and the household may apply again',
  async (_name, stop) => {
    const walked = await givenCaseAt(client, stop);
    const view = await walked.does('withdrawApplication');
    expect(view).toMatchObject({ state: 'withdrawn', hardshipFile: null, awaiting: [], possible: [] });
    expect(view.notices.every(({ closedOn, outcome }) => closedOn !== null && outcome !== null)).toBe(true);

    const tasks = await client.call<{ items: object[] }>('listTasks', walked.clerk, { caseId: walked.id });
    expect(tasks.body.items).toEqual([]);
    const again = await client.call<CaseView>('submitApplication', walked.clerk, { ...walked.application });
    expect([again.status, again.body.id === walked.id]).toEqual([201, false]);
  },
);

test.each(['disbursement', 'active'] as const)('in %s there is a file, and nothing to withdraw', async (state) => {
  const walked = await givenCase(client, state);
  expectProblem(await walked.send('withdrawApplication', walked.clerk, { reason: '撤回' }), 409, 'NOT_AWAITED');
  expect((await walked.look()).state).toBe(state);
});
