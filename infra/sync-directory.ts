import { open } from 'node:fs/promises';

/** Writes a directory to the disk: only then is a new name in it there after a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
