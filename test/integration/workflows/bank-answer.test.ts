import { until } from '../../../infra/until';
import { CaseWalk } from '../../stack/case-walk';
import { KeyedClient } from '../../stack/keyed-client';
import { sampleApplications } from '../../stack/sample-application';
import { testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const sample = sampleApplications(87);

/** Found by the chaos test: the answer was lost, the money was paid, and the case waited for ever. */
test('commands that are carried out while the bank owes its answer do not lose the answer', async () => {
  const { url, password } = testStack();
  const walk = await CaseWalk.submit(await KeyedClient.connect(url, password), sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  await walk.step(await walk.until((view) => view.disbursements.some(({ state }) => state === 'prepared')));
  // The bank takes a while; the file is corrected meanwhile, time and again.
  await until(
    async () => {
      await walk.does('updateFile', walk.clerk, { visit: false });
      return (await walk.now()).payments.every(({ state }) => state === 'paid') || undefined;
    },
    { withinMs: 15_000, everyMs: 10 },
  );
  expect(await walk.untilState('active')).toMatchObject({ payments: [expect.objectContaining({ state: 'paid' })] });
});
