import { existsSync, readFileSync } from 'node:fs';
import { developmentSigningKeyIn } from '../audit/signing-key';

/** The signing key that a stack of development made for itself, as PEM. */
export function developmentKeyIfThere(dataDir: string): string | undefined {
  const file = developmentSigningKeyIn(dataDir);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
