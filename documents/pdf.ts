import { inflate } from 'node:zlib';
import { promisify } from 'node:util';

const inflated = promisify(inflate);

/**
 * What acts by itself or carries other files. Every action and attachment needs one of these names; short ones that belong to
 * them, such as /JS and /AA, are not looked for: compressed pictures hold them by chance.
 */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|SubmitForm|ImportData|GoToE)(?![A-Za-z0-9])/;
/** Forms of another kind, with scripts of their own; four letters, so only where no picture can be. */
const OUTSIDE_OF_STREAMS = /\/XFA(?![A-Za-z0-9])/;

const TRAILER_WITHIN = 1_024;
const STREAM_BYTES_MAX = 8 * 1024 * 1024;
const ALL_STREAMS_BYTES_MAX = 64 * 1024 * 1024;
const STREAMS_MAX = 20_000;
const ENDS_WITH = 'endstream';
/** A dictionary that is longer is looked at from there. */
const DICTIONARY_WITHIN = 10_000;

interface Stream {
  /** The dictionary before it, names without escapes. */
  dictionary: string;
  content: Buffer;
}

/**
 * Why a PDF is not taken: it holds something active, or what it holds cannot be seen; undefined when neither.
 *
 * Looks into the file as it lies there and into everything that is packed with zlib, whatever its dictionary says. It does not
 * follow the cross-reference table, so it also sees what a reader would not: what is refused may be harmless, and that is meant.
 */
export async function pdfFault(file: Buffer): Promise<'notReadable' | 'pdfActive' | 'pdfNotInspectable' | undefined> {
  const text = file.toString('latin1');
  if (!/^%PDF-[12]\.\d/.test(text)) return 'notReadable'; // what comes before it would be another file to another program
  if (!text.slice(-TRAILER_WITHIN).includes('%%EOF')) return 'notReadable';
  const plain = withoutEscapes(text);
  if (ACTIVE.test(plain)) return 'pdfActive';
  const { streams, outside: around } = partsOf(file, text);
  if (streams.length > STREAMS_MAX) return 'pdfNotInspectable';
  const outside = withoutEscapes(around);
  if (OUTSIDE_OF_STREAMS.test(outside)) return 'pdfActive';
  // Everything in it is encrypted, by a password that may be empty: a reader sees what we cannot.
  if (/\/Encrypt(?![A-Za-z0-9])/.test(outside)) return 'pdfNotInspectable';
  return streamFault(streams);
}

async function streamFault(streams: readonly Stream[]): Promise<'pdfActive' | 'pdfNotInspectable' | undefined> {
  let budget = ALL_STREAMS_BYTES_MAX;
  for (const { dictionary, content } of streams) {
    const holdsObjects = /\/(ObjStm|First)(?![A-Za-z0-9])/.test(dictionary);
    if (holdsObjects && !isPackedPlainly(dictionary)) return 'pdfNotInspectable';
    // Pictures are the bulk of a scan, and no reader looks for objects in them.
    if (!holdsObjects && /\/Subtype\s*\/Image(?![A-Za-z0-9])/.test(dictionary)) continue;
    const unpacked = await unpackedOf(content, Math.min(STREAM_BYTES_MAX, budget));
    if (unpacked === 'tooMuch') return 'pdfNotInspectable';
    if (unpacked === undefined) {
      if (holdsObjects && /\/FlateDecode/.test(dictionary)) return 'pdfNotInspectable';
      continue; // not packed, or a font or picture packed otherwise: as it lies there it has been looked at
    }
    budget -= unpacked.length;
    const inside = withoutEscapes(unpacked.toString('latin1'));
    if (ACTIVE.test(inside) || (holdsObjects && OUTSIDE_OF_STREAMS.test(inside))) return 'pdfActive';
  }
  return undefined;
}

/** Whether objects in it are packed with zlib alone or not at all; any other way of packing hides them from us. */
function isPackedPlainly(dictionary: string): boolean {
  const filters = [...dictionary.matchAll(/\/(\w+Decode|Fl|LZW|A85|AHx|RL|Crypt)(?![A-Za-z0-9])/g)].map(([, name]) => name);
  const isNamedHere = !/\/Filter\s+\d+\s+\d+\s+R/.test(dictionary);
  return isNamedHere && filters.every((name) => name === 'FlateDecode') && filters.length <= 1 && !/\/Predictor/.test(dictionary);
}

/**
 * The streams of a file, and what lies outside of them. Goes through the text once, whatever is in it: who uploads ten megabytes
 * of nothing but openings must not keep everybody else waiting.
 */
function partsOf(file: Buffer, text: string): { streams: Stream[]; outside: string } {
  const streams: Stream[] = [];
  const outside: string[] = [];
  let outsideFrom = 0;
  let end = 0;
  for (const { index, 0: opening } of text.matchAll(/\bstream\r?\n/g)) {
    if (streams.length > STREAMS_MAX) break;
    const from = index + opening.length;
    if (end >= 0 && end < from) end = text.indexOf(ENDS_WITH, from);
    const before = text.slice(Math.max(0, index - DICTIONARY_WITHIN), index);
    // To the end where there is no end: a reader may make do with less.
    streams.push({ dictionary: withoutEscapes(before.slice(Math.max(0, before.lastIndexOf(' obj')))), content: file.subarray(from, end < 0 ? undefined : end) });
    if (end < 0 || index < outsideFrom) continue;
    outside.push(text.slice(outsideFrom, index));
    outsideFrom = end + ENDS_WITH.length;
  }
  return { streams, outside: [...outside, text.slice(outsideFrom)].join(' ') };
}

async function unpackedOf(content: Buffer, bytesMax: number): Promise<Buffer | 'tooMuch' | undefined> {
  if (((content[0] ?? 0) & 0x0f) !== 8) return undefined; // not zlib
  if (bytesMax <= 0) return 'tooMuch';
  try {
    // What is cut off is looked at as far as it goes, as a reader would.
    return await inflated(content, { maxOutputLength: bytesMax, finishFlush: 2 });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'tooMuch' : undefined;
  }
}

/** In a name, any letter may be written as # and its code. */
function withoutEscapes(text: string): string {
  return text.replace(/#([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
