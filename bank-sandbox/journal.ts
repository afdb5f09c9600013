import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AcceptedTransfer } from './transfer';

/** A line that was once acknowledged can no longer be read: going on would forget money. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';

  constructor(file: string, line: number, cause: unknown) {
    super(`line ${line} of ${file} cannot be read`, { cause });
  }
}

/**
 * The bank's append-only memory: one JSON line per accepted transfer. A line is on the disk before the transfer is
 * acknowledged, so a killed bank knows every transfer it has promised.
 */
export class Journal {
  /** The last write asked for: writes go to the file one after another. */
  private lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly file: FileHandle,
    /** Where the next line begins. Bytes. */
    private end: number,
  ) {}

  /**
   * Opens the journal, creating it where needed, and reads what it holds.
   *
   * What follows the last line break was being written when the bank died. It was never acknowledged, so it is cut off:
   * the client asks again.
   * @throws JournalDamaged when a whole line cannot be read
   */
  static async open(path: string): Promise<{ journal: Journal; transfers: AcceptedTransfer[] }> {
    await mkdir(dirname(path), { recursive: true });
    // The lines hold card numbers: nobody but the bank reads them.
    const file = await open(path, 'a+', 0o600);
    try {
      const bytes = await file.readFile();
      const end = bytes.lastIndexOf('\n') + 1;
      const transfers = readLines(bytes.subarray(0, end).toString('utf8'), path);
      if (end < bytes.length) await file.truncate(end);
      return { journal: new Journal(file, end), transfers };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Resolves once the transfer is on the disk. When the disk refuses, nothing of it stays in the journal. */
  append(transfer: AcceptedTransfer): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(transfer)}\n`);
    const write = this.lastWrite.then(() => this.write(line));
    // A failed write is told to whoever asked for it; the next one does not fail with it.
    this.lastWrite = Promise.allSettled([write]);
    return write;
  }

  async close(): Promise<void> {
    await this.lastWrite;
    await this.file.close();
  }

  private async write(line: Buffer): Promise<void> {
    try {
      await this.file.appendFile(line);
      await this.file.sync();
      this.end += line.length;
    } catch (error) {
      // Otherwise a torn line would stand in the middle of the file, and the next start would refuse it.
      await this.file.truncate(this.end);
      throw error;
    }
  }
}

function readLines(text: string, path: string): AcceptedTransfer[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return AcceptedTransfer.parse(JSON.parse(line));
    } catch (error) {
      throw new JournalDamaged(path, index + 1, error);
    }
  });
}
