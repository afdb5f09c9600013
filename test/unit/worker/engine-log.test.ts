import { JsonLog } from '../../../infra/json-log';
import { engineLog } from '../../../worker/engine-log';

const RUN = '01a1fef6-b77c-7d9f-9cba-d61b57a9251d';
/** As the library tells it of a task that failed. */
const DUMP = `Failure { failure: Some(Failure { message: "[TMPRL1100] the history says \\"timer\\",\\nand the code 示范", source: "", stack_trace: "Error: no\\n    at visit (visit.ts:1:1)", encoded_attributes: None, cause: Some(Failure { message: "inner", stack_trace: "" }) }), force_cause: Unspecified }`;

function told(level: string, act: (log: ReturnType<typeof engineLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  act(engineLog(new JsonLog('worker', level, (line) => lines.push(line))));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a task that fails is told with its case, which the message itself does not name, and with the reason', () => {
  const [line, ...others] = told('warn', (log) => {
    log.trace('Creating workflow', { workflowId: 'case-c1', runId: RUN });
    log.log('WARN', 'Failing workflow task', { runId: RUN, failure: DUMP });
  });
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    level: 'warn',
    msg: 'Failing workflow task',
    caseId: 'c1',
    runId: RUN,
    err: { type: 'WorkflowTaskFailure', message: '[TMPRL1100] the history says "timer",\nand the code …', stack: 'Error: no\n    at visit (visit.ts:1:1)' },
  });
});

test('of a run that was never heard of no case is told, and a failure in other words is told as it is', () => {
  const [line] = told('warn', (log) => {
    log.log('WARN', 'Failing workflow task', { runId: RUN, failure: 'in other words' });
  });
  expect(line).not.toHaveProperty('caseId');
  expect(line).toMatchObject({ runId: RUN, err: { message: 'in other words' } });
});

test('however many runs come by, the last ones are known', () => {
  const [early, late] = told('warn', (log) => {
    for (let run = 0; run < 20_000; run++) log.trace('Creating workflow', { workflowId: `case-c${run}`, runId: `r${run}` });
    for (const runId of ['r0', 'r19999']) log.warn('Failing workflow task', { runId });
  });
  expect([early?.caseId, late?.caseId]).toEqual([undefined, 'c19999']);
});
