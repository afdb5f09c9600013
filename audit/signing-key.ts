import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EnvironmentReader } from '../infra/environment';
import type { ProfileId } from '../security/crypto-profile';
import { publicKeysIn } from './checkpoint-file';
import { checkpointKeyOf, newSigningKey, SigningKeyMistake, signerOf, type CheckpointKey, type CheckpointSigner } from './checkpoint-signer';

/** Where a stack of development keeps the key that it made for itself. */
export function developmentSigningKeyIn(dataDir: string): string {
  return join(dataDir, 'keys', 'audit-signing.pem');
}

/** Makes the signing key of a stack of development, unless it is there. For this user only. @returns the file */
export function makeDevelopmentSigningKey(dataDir: string, profile: ProfileId): string {
  const file = developmentSigningKeyIn(dataDir);
  if (!existsSync(file)) writeSigningKey(file, newSigningKey(profile, { forDevelopment: true }));
  return file;
}

/** Writes a new key, for this user only. @throws Error EEXIST when the file is there: a key is never written over */
export function writeSigningKey(file: string, pem: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
}

/**
 * Reads AUDIT_SIGNING_KEY (or AUDIT_SIGNING_KEY_FILE). In production it must be given, and one of development is refused.
 *
 * @returns undefined when there is none, or with a mistake noted at `read`
 */
export function readSigner(read: EnvironmentReader, { production }: { production: boolean }): CheckpointSigner | undefined {
  const mistakesBefore = read.mistakes.length;
  const pem = read.text('AUDIT_SIGNING_KEY');
  if (pem === undefined) {
    if (production && read.mistakes.length === mistakesBefore) {
      read.mistake('AUDIT_SIGNING_KEY_FILE must be set in production: without it nobody would notice a record that was tampered with (docs/security/audit.md)');
    }
    return undefined;
  }
  try {
    const signer = signerOf(pem);
    if (production && signer.isForDevelopment) read.mistake('AUDIT_SIGNING_KEY is one that a stack of development made for itself, but NODE_ENV is production');
    return signer;
  } catch (error) {
    if (!(error instanceof SigningKeyMistake)) throw error;
    read.mistake(`AUDIT_SIGNING_KEY ${error.message}`);
    return undefined;
  }
}

/** The public keys that are kept beside the checkpoints, by their id. Whoever can change those can change these. */
export function keysBeside(directory: string): Map<string, CheckpointKey> {
  const folder = publicKeysIn(directory);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pem')) : [];
  return byId(names.map((name) => checkpointKeyOf(readFileSync(join(folder, name), 'utf8'))));
}

export function byId(keys: readonly CheckpointKey[]): Map<string, CheckpointKey> {
  return new Map(keys.map((key) => [key.keyId, key]));
}
