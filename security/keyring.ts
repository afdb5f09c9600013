import { readFileSync } from 'node:fs';
import { reasonOf } from '../infra/errors';
import { KEY_BYTES, NotAuthentic, PROFILE_IDS, type ProfileId } from './crypto-profile';
import { openBytes, sealBytes } from './envelope';
import { MasterKeyMissing, WrappingBroken, type KeyProvider, type WrappedKey } from './key-provider';

/** Master keys by id, and which of them wraps. */
export interface KeyringContent {
  current: string;
  keys: ReadonlyMap<string, Buffer>;
  /** Made by `npm start` for a stack of development; production refuses it. */
  isDevelopment: boolean;
}

/** As the setting MASTER_KEYS has it. */
export interface KeyringJson {
  current: string;
  /** By id; base64 of 32 bytes. */
  keys: Record<string, string>;
  development?: boolean;
}

/** A keyring that cannot be used; `message` continues the sentence "MASTER_KEYS …" and repeats nothing of a key. */
export class KeyringMistake extends Error {
  override readonly name = 'KeyringMistake';
}

export const MASTER_KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** @throws KeyringMistake */
export function parseKeyring(text: string): KeyringContent {
  const { current, keys, development } = jsonOf(text);
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) throw new KeyringMistake('has no "keys" by id');
  const entries = Object.entries(keys as Record<string, unknown>).map(([id, key]) => {
    if (!MASTER_KEY_ID.test(id)) throw new KeyringMistake('has an id that is not made of letters, digits, dots, dashes and underscores');
    if (typeof key !== 'string' || !BASE64.test(key)) throw new KeyringMistake(`has under "${id}" something else than ${KEY_BYTES} bytes in base64`);
    return [id, Buffer.from(key, 'base64')] as const;
  });
  const map = new Map(entries);
  if (typeof current !== 'string' || !map.has(current)) throw new KeyringMistake('names as "current" an id that is not among its keys');
  if (new Set([...map.values()].map((key) => key.toString('hex'))).size < map.size) throw new KeyringMistake('has one key under two ids');
  if ([...map.values()].some((key) => new Set(key).size === 1)) throw new KeyringMistake('has a key that is one byte repeated; make keys with "npm run keys -- add"');
  return { current, keys: map, isDevelopment: development === true };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  } catch {
    // The parser's own words quote the text.
  }
  throw new KeyringMistake('is not JSON such as {"current":"2026","keys":{"2026":"…"}}');
}

/** How old what was read from a file may be when something new is wrapped. */
const FILE_READ_EVERY_MS = 5_000;

/**
 * Master keys that were given to the process. From a file they are read again now and then, and at once when a key under an
 * unknown id comes: so a rotation needs no restart.
 */
export class Keyring implements KeyProvider {
  private readAt = Date.now();
  private isFileGood = true;

  /**
   * @param profile whose algorithms wrap; wrapped keys say themselves whose opens them
   * @param file where the content came from, when it came from one
   * @param warn is told once when that file cannot be used any more, until it can again; nothing of a key
   */
  constructor(
    private content: KeyringContent,
    private readonly profile: ProfileId,
    private readonly file?: string,
    private readonly warn: (sentence: string) => void = (sentence) => process.emitWarning(sentence),
  ) {}

  currentId(): Promise<string> {
    if (this.file !== undefined && Date.now() - this.readAt >= FILE_READ_EVERY_MS) this.readAgain(this.file);
    return Promise.resolve(this.content.current);
  }

  knows(masterKeyId: string): Promise<boolean> {
    return Promise.resolve(this.find(masterKeyId) !== undefined);
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const masterKeyId = await this.currentId();
    const bytes = this.get(masterKeyId);
    return { masterKeyId, wrapped: sealBytes({ profile: this.profile, bytes }, [masterKeyId, context], dataKey) };
  }

  unwrap(key: WrappedKey, context: string): Promise<Buffer> {
    return Promise.resolve().then(() => this.open(key, context));
  }

  private open({ masterKeyId, wrapped }: WrappedKey, context: string): Buffer {
    const bytes = this.get(masterKeyId);
    // Whose algorithms wrapped it, the key says itself: the profile may have been changed since.
    for (const profile of PROFILE_IDS) {
      try {
        return openBytes({ profile, bytes }, [masterKeyId, context], wrapped);
      } catch (error) {
        if (!(error instanceof NotAuthentic)) throw error;
      }
    }
    throw new WrappingBroken(masterKeyId, context);
  }

  private get(masterKeyId: string): Buffer {
    const key = this.find(masterKeyId);
    if (!key) throw new MasterKeyMissing(masterKeyId);
    return key;
  }

  private find(masterKeyId: string): Buffer | undefined {
    const key = this.content.keys.get(masterKeyId);
    if (key !== undefined || this.file === undefined) return key;
    this.readAgain(this.file);
    return this.content.keys.get(masterKeyId);
  }

  /** What cannot be read just now, or is a mistake, changes nothing: the keys that we have go on. But somebody must know, who has just rotated them. */
  private readAgain(file: string): void {
    this.readAt = Date.now();
    try {
      const content = parseKeyring(readFileSync(file, 'utf8').trim());
      if (content.isDevelopment !== this.content.isDevelopment) throw new KeyringMistake(content.isDevelopment ? 'is that of a stack of development' : 'is no more that of a stack of development');
      this.content = content;
      this.isFileGood = true;
    } catch (error) {
      const reason = error instanceof KeyringMistake ? error.message : `cannot be read (${reasonOf(error)})`;
      if (this.isFileGood) this.warn(`MASTER_KEYS ${reason}: this process goes on with the keys that it has, and wraps under "${this.content.current}". Mend MASTER_KEYS_FILE; no restart is needed.`);
      this.isFileGood = false;
    }
  }
}
