import { crc32, inflateRawSync } from 'node:zlib';
import { FileRefused } from './problem';

/** One file inside an archive, as the archive's directory tells of it. */
export interface ZipEntry {
  name: string;
  isDeflated: boolean;
  packedBytes: number;
  localOffset: number;
}

const END = { signature: 0x06054b50, bytes: 22, commentBytesMax: 65_535 };
const DIRECTORY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const ENCRYPTED = 1;
const UTF8 = 0x0800;
/** A spreadsheet has some dozens of parts. */
const ENTRIES_MAX = 2_000;

/**
 * The directory of a ZIP archive.
 *
 * @throws FileRefused notXlsx for what is no plain archive: cut off, encrypted, over 4 GB
 */
export function listZip(archive: Buffer): ZipEntry[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > ENTRIES_MAX) throw new FileRefused('notXlsx');
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + DIRECTORY.bytes > archive.length || archive.readUInt32LE(at) !== DIRECTORY.signature) throw new FileRefused('notXlsx');
    const method = archive.readUInt16LE(at + 10);
    const nameBytes = archive.readUInt16LE(at + 28);
    const entry = {
      name: archive.toString('utf8', at + DIRECTORY.bytes, at + DIRECTORY.bytes + nameBytes),
      isDeflated: method === 8,
      packedBytes: archive.readUInt32LE(at + 20),
      localOffset: archive.readUInt32LE(at + 42),
    };
    if ((archive.readUInt16LE(at + 8) & ENCRYPTED) !== 0 || (method !== 0 && method !== 8)) throw new FileRefused('notXlsx');
    entries.push(entry);
    at += DIRECTORY.bytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * The content of one file of the archive.
 *
 * @param bytesMax what it may have at the most: whatever the archive says of itself, no more than this is unpacked
 * @throws FileRefused tooLarge, notXlsx
 */
export function unzip(archive: Buffer, { isDeflated, packedBytes, localOffset }: ZipEntry, bytesMax: number): Buffer {
  if (localOffset + LOCAL.bytes > archive.length || archive.readUInt32LE(localOffset) !== LOCAL.signature) throw new FileRefused('notXlsx');
  const start = localOffset + LOCAL.bytes + archive.readUInt16LE(localOffset + 26) + archive.readUInt16LE(localOffset + 28);
  if (start + packedBytes > archive.length) throw new FileRefused('notXlsx');
  const packed = archive.subarray(start, start + packedBytes);
  if (!isDeflated && packed.length > bytesMax) throw new FileRefused('tooLarge');
  if (!isDeflated) return packed;
  if (bytesMax < 1) throw new FileRefused('tooLarge');
  try {
    return inflateRawSync(packed, { maxOutputLength: bytesMax });
  } catch (error) {
    throw new FileRefused((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'tooLarge' : 'notXlsx');
  }
}

/** An archive of these files, not compressed: what is handed on holds what was looked at, and nothing else. */
export function zipStored(files: ReadonlyMap<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const nameBytes = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([uint32(LOCAL.signature), common, nameBytes, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(uint32(DIRECTORY.signature), Buffer.from([20, 0]), common, rest, nameBytes);
    locals.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(END.bytes);
  end.writeUInt32LE(END.signature, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directoryBytes, end]);
}

function findEnd(archive: Buffer): number {
  for (let at = archive.length - END.bytes; at >= Math.max(0, archive.length - END.bytes - END.commentBytesMax); at -= 1) {
    if (archive.readUInt32LE(at) === END.signature) return at;
  }
  throw new FileRefused('notXlsx');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
