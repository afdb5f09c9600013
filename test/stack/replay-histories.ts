import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { historyNames, readHistory } from './history-files';

/** How one golden history went through the workflow code. */
export interface ReplayResult {
  name: string;
  /** Name and message of what the replay threw; null when it replays. */
  error: { name: string; message: string } | null;
}

/**
 * Replays golden histories and prints `ReplayResult[]` as the last line:
 * `node --import tsx test/stack/replay-histories.ts <path of case.ts> [names…]`.
 *
 * A process of its own, because Jest gives every test file modules of its own and the engine's native part must not be
 * loaded twice into one process.
 */
async function main(): Promise<void> {
  const [workflowsPath, ...names] = process.argv.slice(2);
  if (workflowsPath === undefined) throw new Error('which workflow code?');
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
  const results: ReplayResult[] = [];
  for (const name of names.length > 0 ? names : historyNames()) {
    try {
      await Worker.runReplayHistory({ workflowBundle, replayName: name }, readHistory(name));
      results.push({ name, error: null });
    } catch (error) {
      results.push({ name, error: error instanceof Error ? { name: error.name, message: error.message } : { name: 'unknown', message: String(error) } });
    }
  }
  console.log(JSON.stringify(results));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
