import { createHash } from 'node:crypto';

/** What is kept of a document, by its address. What is put into it is sealed already. */
export interface DocumentStore {
  /** Keeps the bytes; once it resolves they survive a crash. The same bytes again change nothing. */
  put(address: string, sealed: Buffer): Promise<void>;
  /** @returns undefined when nothing has that address. @throws StoredOtherwise when what is there is not what was put there */
  get(address: string): Promise<Buffer | undefined>;
  /** What is not there counts as removed. */
  remove(address: string): Promise<void>;
  /** Everything that is kept. */
  list(): AsyncIterable<{ address: string; storedAt: Date }>;
}

/** What lies at an address is not what was put there. */
export class StoredOtherwise extends Error {
  override readonly name = 'StoredOtherwise';

  constructor(readonly address: string) {
    super(`the content at ${address} is not what was stored there`);
  }
}

const ADDRESS = /^[0-9a-f]{64}$/;

/**
 * The address of sealed bytes. Of the sealed ones and not of the document: a hash of a known scan would tell everybody who can
 * list the store whose papers are here.
 */
export function addressOf(sealed: Buffer): string {
  return createHash('sha256').update(sealed).digest('hex');
}

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** @throws StoredOtherwise */
export function checked(address: string, sealed: Buffer): Buffer {
  if (addressOf(sealed) !== address) throw new StoredOtherwise(address);
  return sealed;
}
