import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { syncDirectory } from '../infra/sync-directory';
import { isClosingLine, lineDigest, readLine, type CheckpointLine } from './checkpoint-lines';
import type { CheckpointSigner } from './checkpoint-signer';

/** The checkpoint that was written last, and the digest of its closing line. */
export interface LastCheckpoint {
  line: CheckpointLine;
  digest: string;
}

/** Where checkpoints are kept, outside of the database. To be added to, and never to be changed. */
export interface CheckpointSink {
  last(): Promise<LastCheckpoint | undefined>;
  /** Adds the lines of one checkpoint; resolves once they are durable. */
  append(lines: AsyncIterable<string>): Promise<void>;
  /** Keeps the public key beside them, for whoever verifies. */
  keepKey(signer: CheckpointSigner): Promise<void>;
}

const FILE = 'checkpoints.jsonl';
const KEYS = 'public-keys';
const BLOCK_BYTES = 1024 * 1024;

/** The file of checkpoints in a directory. */
export function checkpointFileIn(directory: string): string {
  return join(directory, FILE);
}

/** Public keys that are kept beside the checkpoints of a directory. */
export function publicKeysIn(directory: string): string {
  return join(directory, KEYS);
}

/** Lines of a file that is only added to, for this user alone. */
export class CheckpointFile implements CheckpointSink {
  private readonly path: string;

  constructor(private readonly directory: string) {
    this.path = checkpointFileIn(directory);
  }

  async last(): Promise<LastCheckpoint | undefined> {
    if (!existsSync(this.path)) return undefined;
    const file = await open(this.path, 'r');
    try {
      for await (const text of linesFromTheEnd(file)) {
        const line = isClosingLine(text) ? readLine(text) : undefined;
        if (line?.type === 'checkpoint') return { line, digest: lineDigest(text) };
      }
      return undefined;
    } finally {
      await file.close();
    }
  }

  async append(lines: AsyncIterable<string>): Promise<void> {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const isNew = !existsSync(this.path);
    const isTorn = !isNew && (await endsInALine(this.path));
    const file = await open(this.path, 'a', 0o600);
    try {
      // A crash may have left half a line: ours must not become the rest of it.
      if (isTorn) await file.appendFile('\n');
      for await (const line of lines) await file.appendFile(`${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    if (isNew) await syncDirectory(this.directory);
  }

  async keepKey({ keyId, publicKey }: CheckpointSigner): Promise<void> {
    const directory = publicKeysIn(this.directory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, `${keyId}.pem`);
    if (!existsSync(path)) await writeFile(path, publicKey, { mode: 0o644 });
  }
}

/** All lines of a file, from its beginning; what a crash left behind the last line feed is one as well. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } finally {
    input.destroy(); // also where nobody wants the rest
  }
}

/** All lines, the last one first; what a crash left behind the last line feed is one as well, as in `linesOf`. */
async function* linesFromTheEnd(file: FileHandle): AsyncGenerator<string> {
  let { size: position } = await file.stat();
  let rest = Buffer.alloc(0);
  while (position > 0) {
    const length = Math.min(BLOCK_BYTES, position);
    position -= length;
    const block = Buffer.alloc(length);
    await file.read(block, 0, length, position);
    rest = Buffer.concat([block, rest]);
    for (let feed = rest.lastIndexOf(0x0a); feed >= 0; feed = rest.lastIndexOf(0x0a)) {
      yield rest.subarray(feed + 1).toString('utf8');
      rest = rest.subarray(0, feed);
    }
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

/** Whether a file ends within a line. */
async function endsInALine(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await file.close();
  }
}
