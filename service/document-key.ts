import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../infra/config';

/**
 * The file with the key of documents: the one that was named; outside of production one of the stack's own, which is made where
 * there is none. TEMPORARY, with `documents/file-key-sealer.ts`.
 *
 * @returns undefined in production without a key: no documents are taken then
 */
export function documentKeyFile({ production, dataDir, documents }: Config, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env.DOCUMENT_KEY_FILE?.trim();
  if (named) return named;
  if (production && !documents.key) return undefined;
  const file = join(dataDir, 'keys', 'documents.key');
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  if (documents.key) writeFileSync(file, documents.key.toString('base64'), { mode: 0o600 });
  else if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  return file;
}
