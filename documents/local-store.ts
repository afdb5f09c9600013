import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../infra/errors';
import { syncDirectory } from '../infra/sync-directory';
import { checked, isAddress, type DocumentStore } from './document-store';

/** What a crash left half written: it belongs to nothing, is listed as such, and can only be removed. */
const ASIDE = /^[0-9a-f]{64}\.[0-9a-f-]{36}$/;

/** Keeps documents in a directory, in subdirectories of the first two letters, readable for this user only. */
export class LocalStore implements DocumentStore {
  /** Subdirectories of which this process knows that a power cut leaves them there. */
  private readonly lasting = new Set<string>();

  constructor(private readonly directory: string) {}

  async put(address: string, sealed: Buffer): Promise<void> {
    const path = this.pathOf(address);
    await this.provide(dirname(path));
    // Aside and then into place: nobody ever reads a document that is half written.
    const aside = `${path}.${randomUUID()}`;
    try {
      const file = await open(aside, 'wx', 0o600);
      try {
        await file.writeFile(sealed);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(aside, path);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    await syncDirectory(dirname(path));
  }

  async get(address: string): Promise<Buffer | undefined> {
    try {
      return checked(address, await readFile(this.pathOf(address)));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async remove(address: string): Promise<void> {
    const path = ASIDE.test(address) ? join(this.directory, address.slice(0, 2), address) : this.pathOf(address);
    await rm(path, { force: true });
  }

  async *list(): AsyncIterable<{ address: string; storedAt: Date }> {
    for (const folder of await entriesOf(this.directory)) {
      for (const name of await entriesOf(join(this.directory, folder))) {
        if (isAddress(name) || ASIDE.test(name)) yield { address: name, storedAt: (await stat(join(this.directory, folder, name))).mtime };
      }
    }
  }

  /** Makes a subdirectory that lasts. One that is there may be of a process that has died before it had made it last. */
  private async provide(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined && this.lasting.has(folder)) return;
    await syncDirectory(this.directory);
    // The store itself, and what is above it, where that was made just now.
    for (let made = this.directory; first !== undefined && made.startsWith(first); made = dirname(made)) await syncDirectory(dirname(made));
    this.lasting.add(folder);
  }

  private pathOf(address: string): string {
    if (!isAddress(address)) throw new RangeError('not an address of a document');
    return join(this.directory, address.slice(0, 2), address);
  }
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []; // nothing has been stored yet
    throw error;
  }
}
