import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const WITHIN_MS = 120_000;

export interface ToolRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export type OperationTool = 'rebuild' | 'reconcile' | 'doctor' | 'upgrade' | 'keys' | 'audit-verify' | 'audit-checkpoint';

/** Runs an operator's tool as its npm script does, on the service of a data directory. */
export function runOperation(tool: OperationTool, dataDir: string, ...args: string[]): Promise<ToolRun> {
  return runOperationIn({ DATA_DIR: dataDir }, tool, ...args);
}

/** The same with settings of a test's own. */
export function runOperationIn(env: Record<string, string>, tool: OperationTool, ...args: string[]): Promise<ToolRun> {
  const { PATH, HOME } = process.env;
  const script = join(root, 'operations', `${tool}.ts`);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root, env: { PATH, HOME, ...env }, timeout: WITHIN_MS, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr });
      else reject(error ?? new Error(`${tool} ended without an exit code`)); // killed: it took too long
    });
  });
}
