import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const WORKFLOW_CODE = ['workflows', 'domain', 'access'];
/** What no program of the service reads, and what a start makes. */
const NOT_CODE = new Set(['node_modules', '.git', '.data', 'coverage', 'test', 'docs', 'bench']);

/** A copy of the project's code in a directory of its own, to be changed and run from there. */
export class ChangedCode {
  private constructor(readonly directory: string) {}

  /** @param extent `workflow`: what a replay needs; `whole`: what the service needs */
  static copy(extent: 'workflow' | 'whole'): ChangedCode {
    const directory = mkdtempSync(join(tmpdir(), 'bihuan-changed-'));
    chmodSync(directory, 0o755);
    const names = extent === 'workflow' ? WORKFLOW_CODE : readdirSync(root).filter((name) => !NOT_CODE.has(name));
    for (const name of names) cpSync(join(root, name), join(directory, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    return new ChangedCode(directory);
  }

  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  /** @throws Error when the file does not hold what is to be replaced: the test would otherwise prove nothing */
  replace(file: string, from: string, to: string): this {
    const path = this.path(file);
    const source = readFileSync(path, 'utf8');
    if (!source.includes(from)) throw new Error(`${file} does not hold what the test wants to change: ${from}`);
    writeFileSync(path, source.replace(from, to));
    return this;
  }

  /** A timer at the beginning of a phase: a history that has passed the phase without one does not replay with it. */
  sleepIn(phase: string, enters: string): this {
    const file = join('workflows', 'case', 'phases', `${phase}.ts`);
    const entering = `if (!c.enter('${enters}')) return undefined;`;
    this.replace(file, entering, `${entering}\n  await sleep(50);`);
    const source = readFileSync(this.path(file), 'utf8');
    writeFileSync(this.path(file), `import { sleep } from '@temporalio/workflow';\n${source}`);
    return this;
  }

  forget(): void {
    rmSync(this.directory, { recursive: true });
  }
}
