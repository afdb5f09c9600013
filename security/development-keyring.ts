import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KEY_BYTES } from './crypto-profile';
import { KeyringMistake, MASTER_KEY_ID, parseKeyring, type KeyringJson } from './keyring';

/** Where a stack of development keeps its master keys, in its data directory. */
export function developmentKeyringIn(dataDir: string): string {
  return join(dataDir, 'keys', 'master-keys.json');
}

/** Makes the master keys of a stack of development, unless they are there. For this user only. @returns the file */
export function makeDevelopmentKeyring(dataDir: string): string {
  const file = developmentKeyringIn(dataDir);
  if (!existsSync(file)) addMasterKey(file, 'development-1', { development: true });
  return file;
}

/**
 * Adds a new random master key to a keyring's file, as the current one; a file that is not there is made. The change is there
 * whole or not at all, and never readable for others.
 *
 * @throws KeyringMistake when the id is none or taken, or the file holds no keyring
 */
export function addMasterKey(file: string, id: string, { development = false } = {}): void {
  if (!MASTER_KEY_ID.test(id)) throw new KeyringMistake('cannot have this id: letters, digits, dots, dashes and underscores, 64 at the most');
  const before = existsSync(file) ? readKeyringJson(file) : { current: '', keys: {} };
  if (Object.hasOwn(before.keys, id)) throw new KeyringMistake(`has a key "${id}" already; choose another id`);
  const after: KeyringJson = { ...before, ...(development ? { development } : {}), current: id, keys: { ...before.keys, [id]: randomBytes(KEY_BYTES).toString('base64') } };
  replaceFile(file, `${JSON.stringify(after, null, 2)}\n`);
}

function readKeyringJson(file: string): KeyringJson {
  const text = readFileSync(file, 'utf8');
  parseKeyring(text);
  return JSON.parse(text) as KeyringJson;
}

/** A lost keyring is a lost record: what is written is on the disk before it takes the old one's place. */
function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}.new`;
  const descriptor = openSync(beside, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, file);
}
