import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ChangedCode } from '../../stack/changed-code';
import { personalInHistories } from '../../stack/history-canaries';
import { historyNames, legibleHistory } from '../../stack/history-files';
import type { ReplayResult } from '../../stack/replay-histories';

jest.setTimeout(120_000);
const root = join(__dirname, '..', '..', '..');
const run = promisify(execFile);

async function replay(workflowsPath: string, ...names: string[]): Promise<ReplayResult[]> {
  const script = join(root, 'test', 'stack', 'replay-histories.ts');
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, workflowsPath, ...names], { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ReplayResult[];
}

const PHASES = [
  'intake', 'visit', 'preliminaryReview', 'notice1', 'notice1-objection', 'notice1-objection-dismissed', 'upperReview', 'notice2', 'planning',
  'planning-comparison', 'collectiveApproval', 'disbursement', 'disbursement-bank', 'active', 'rejected', 'withdrawn', 'returned', 'run-full', 'run-continued',
  'page-turned', 'started-anew', 'active-recheck-open', 'active-recheck-escalated', 'active-campaign-open', 'exiting', 'exiting-notice', 'exit-stopped',
  'phaseOut', 'phaseOut-relapse', 'closed', 'imported', 'imported-campaign',
]; // prettier-ignore

test('there is a golden history of every phase, of every end, and of a case that went on in a second run, by itself or because it was asked or made to', () => {
  expect(historyNames()).toEqual(PHASES.toSorted());
  expect(legibleHistory('run-full')).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
  expect(legibleHistory('run-continued')).toMatch(/"continuedExecutionRunId":"[0-9a-f-]{36}"/);
  expect(legibleHistory('page-turned')).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
  expect(legibleHistory('started-anew')).toContain('readRecord');
  expect(legibleHistory('disbursement-bank')).toContain('collectBankAnswers');
});

test('the engine was told no name, number, address or free text in any golden history', () => {
  expect(personalInHistories()).toEqual([]);
  expect(legibleHistory('active')).toContain('wx-liangxi-e1'); // what is looked through is legible
});

test('every golden history replays with the workflow code as it is', async () => {
  const results = await replay(join(root, 'workflows', 'case', 'case.ts'));
  expect(results.map(({ name }) => name)).toEqual(PHASES.toSorted());
  expect(results.filter(({ error }) => error !== null)).toEqual([]);
});

test('a phase that does something new in the middle breaks the replay of every case that has passed it, and of no other', async () => {
  // Nobody waits for the sleep: the changed workflow is only replayed.
  const code = ChangedCode.copy('workflow').sleepIn('preliminary-review', 'preliminaryReview');
  try {
    const results = await replay(code.path('workflows', 'case', 'case.ts'), 'visit', 'preliminaryReview', 'planning', 'active', 'run-full', 'run-continued');
    const broken = results.filter(({ error }) => error?.name === 'DeterminismViolationError').map(({ name }) => name);
    expect(broken).toEqual(['preliminaryReview', 'planning', 'active', 'run-full']);
    expect(results.filter(({ error }) => error === null).map(({ name }) => name)).toEqual(['visit', 'run-continued']);
  } finally {
    code.forget();
  }
});
