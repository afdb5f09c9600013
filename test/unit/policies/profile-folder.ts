import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHIPPED = join(__dirname, '../../../policies/profiles');

/** A copy of the shipped profiles in a folder of its own, to change and load. Whoever makes one removes it. */
export class ProfileFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'bihuan-profiles-'));

  constructor() {
    cpSync(SHIPPED, this.dir, { recursive: true });
  }

  /** Sets one leaf of a profile (`undefined` removes it), like an editor would. */
  set(id: string, path: string, leaf: unknown): this {
    const file = join(this.dir, `${id}.v1.json`);
    const profile = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const keys = path.split('.');
    const last = keys.pop()!;
    const branch = keys.reduce<Record<string, unknown>>((at, key) => (at[key] ??= {}) as Record<string, unknown>, profile);
    branch[last] = leaf;
    return this.write(`${id}.v1.json`, profile);
  }

  write(file: string, content: unknown): this {
    writeFileSync(join(this.dir, file), typeof content === 'string' ? content : JSON.stringify(content));
    return this;
  }

  /** A profile as shipped, with other head fields or values. */
  profile(id: string, changes: object): object {
    return { ...(JSON.parse(readFileSync(join(SHIPPED, `${id}.v1.json`), 'utf8')) as object), ...changes };
  }

  /** Empties the folder, or takes it away altogether. */
  clear(keepFolder: boolean): void {
    this.remove();
    if (keepFolder) mkdirSync(this.dir);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
