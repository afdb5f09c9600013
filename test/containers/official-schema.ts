import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../../infra/errors';

/**
 * The JSON schema of the Compose specification, as its reference implementation ships it (github.com/compose-spec/compose-go,
 * schema/compose-spec.json, Apache-2.0). Pinned by version and content; read where Go keeps its modules, no copy of it is ours.
 */
const MODULE = 'github.com/compose-spec/compose-go/v2@v2.13.0';
const SHA256 = '73ca5878c77570ba222a558016c7b3c6770ba5f3377786593e32180666512f8f';

/**
 * Gets the schema. COMPOSE_SCHEMA may name a file that holds it; otherwise Go gets the module, once for each machine.
 *
 * @returns the schema, or why there is none here
 * @throws Error when what was found is another schema, or when COMPOSE_SCHEMA is "required" and there is none
 */
export function officialSchema(given = process.env.COMPOSE_SCHEMA ?? ''): { schema: object } | { missing: string } {
  let text: Buffer;
  try {
    text = readFileSync(given === '' || given === 'required' ? join(moduleDirectory(), 'schema', 'compose-spec.json') : given);
  } catch (error) {
    const missing = `the schema of the Compose specification cannot be had (${reasonOf(error).split('\n')[0] ?? ''})`;
    if (given !== '') throw new Error(missing, { cause: error });
    return { missing };
  }
  if (createHash('sha256').update(text).digest('hex') !== SHA256) throw new Error(`this is not the schema of ${MODULE}`);
  return { schema: JSON.parse(text.toString('utf8')) as object };
}

function moduleDirectory(): string {
  // Away from the project: a module above it must not change what is fetched.
  const answer = execFileSync('go', ['mod', 'download', '-json', MODULE], { cwd: tmpdir(), env: { ...process.env, GOWORK: 'off', GOFLAGS: '' }, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
