import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { createInflate } from 'node:zlib';
import { systemCode } from '../infra/errors';
import { pdfDictionaries, withoutEscapes } from './pdf-dictionaries';

/**
 * What acts by itself or carries other files. Every action and attachment needs one of these names; short ones that belong to
 * them, such as /JS and /AA, are not looked for: compressed pictures hold them by chance.
 */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|Movie|SubmitForm|ImportData|GoTo[ER])(?![A-Za-z0-9])/;
/** Forms of another kind, with scripts of their own; four letters, so only where no picture can be. */
const FORMS = /\/XFA(?![A-Za-z0-9])/;
/** Everything in it is encrypted, by a password that may be empty: a reader sees what we cannot. */
const ENCRYPTED = /\/Encrypt(?![A-Za-z0-9])/;
const OBJECT_STREAM = /\/ObjStm(?![A-Za-z0-9])/g;

const TRAILER_WITHIN = 1_024;
const STREAM_BYTES_MAX = 8 * 1024 * 1024;
/** For packed and unpacked bytes together, besides the size of the file. */
const ALL_STREAMS_BYTES_MAX = 64 * 1024 * 1024;
/** Ten megabytes of pages with text, pictures and fonts are a few hundred. */
const STREAMS_MAX = 5_000;
const CHARACTERS_AT_A_TURN = 100_000;
const SLICE_BYTES = 64 * 1024;

interface Stream {
  /** As tokens. */
  dictionary: string;
  contentFrom: number;
}

/**
 * Why a PDF is not taken: it holds something active, or what it holds cannot be seen; undefined when neither.
 *
 * Looks into the file as it lies there and into everything that is packed with zlib, whatever its dictionary says. It does not
 * follow the cross-reference table, so it also sees what a reader would not: what is refused may be harmless, and that is meant.
 * Where readers differ, or go further than we do, the file is refused.
 */
export async function pdfFault(file: Buffer): Promise<'notReadable' | 'pdfActive' | 'pdfNotInspectable' | undefined> {
  const text = file.toString('latin1');
  if (!/^%PDF-[12]\.\d/.test(text)) return 'notReadable'; // what comes before it would be another file to another program
  if (!text.slice(-TRAILER_WITHIN).includes('%%EOF')) return 'notReadable';
  const plain = withoutEscapes(text);
  if (ACTIVE.test(plain)) return 'pdfActive';
  if (ENCRYPTED.test(plain)) return 'pdfNotInspectable';
  const streams = await streamsOf(text);
  if (typeof streams === 'string') return streams;
  // One that we have not come upon may be one to a reader.
  const objectStreams = streams.filter(({ dictionary }) => dictionary.search(OBJECT_STREAM) >= 0);
  if ((plain.match(OBJECT_STREAM)?.length ?? 0) !== objectStreams.length) return 'pdfNotInspectable';
  const isAnyPlain = streams.some((stream) => holdsObjects(stream) && packingOf(stream.dictionary) === 'none');
  if (isAnyPlain && FORMS.test(plain)) return 'pdfActive';
  return streamFault(file, streams);
}

/** The streams of a file. Lets others have their turn: who uploads ten megabytes of nothing but openings must not keep everybody waiting. */
async function streamsOf(text: string): Promise<Stream[] | 'pdfActive' | 'pdfNotInspectable'> {
  const streams = new Map<number, Stream>();
  let atThisTurn = 0;
  for (const dictionary of pdfDictionaries(text)) {
    if (dictionary === 'unclear') return 'pdfNotInspectable';
    const { tokens, contentFrom } = dictionary;
    if (FORMS.test(tokens)) return 'pdfActive';
    if (contentFrom !== undefined) {
      // One dictionary within another, both of these bytes: what they are depends on where a table points.
      if (streams.has(contentFrom) || streams.size >= STREAMS_MAX) return 'pdfNotInspectable';
      streams.set(contentFrom, { dictionary: tokens, contentFrom });
    }
    atThisTurn += tokens.length;
    if (atThisTurn < CHARACTERS_AT_A_TURN) continue;
    atThisTurn = 0;
    await turn();
  }
  return [...streams.values()];
}

async function streamFault(file: Buffer, streams: readonly Stream[]): Promise<'pdfActive' | 'pdfNotInspectable' | undefined> {
  let budget = ALL_STREAMS_BYTES_MAX + file.length;
  for (const stream of streams) {
    const { dictionary, contentFrom } = stream;
    const isOfObjects = holdsObjects(stream);
    const packing = packingOf(dictionary);
    if (isOfObjects && packing === 'other') return 'pdfNotInspectable';
    if (isOfObjects && packing === 'none') continue; // as it lies there it has been looked at
    // Pictures are the bulk of a scan, and no reader looks for objects in them.
    if (!isOfObjects && /\/Subtype \/Image(?![A-Za-z0-9])/.test(dictionary)) continue;
    const content = file.subarray(contentFrom);
    if (!isZlib(content)) {
      if (isOfObjects) return 'pdfNotInspectable';
      continue; // not packed, or a font or picture packed otherwise
    }
    const unpacked = await unpackedOf(content, Math.min(STREAM_BYTES_MAX, budget));
    if (unpacked === 'tooMuch') return 'pdfNotInspectable';
    budget -= unpacked.cost;
    const inside = withoutEscapes(unpacked.bytes.toString('latin1'));
    if (ACTIVE.test(inside) || (isOfObjects && FORMS.test(inside))) return 'pdfActive';
    if (isOfObjects && !unpacked.isWhole) return 'pdfNotInspectable';
  }
  return undefined;
}

function holdsObjects({ dictionary }: Stream): boolean {
  return /\/(ObjStm|First)(?![A-Za-z0-9])/.test(dictionary);
}

/** How the objects in it are packed: with zlib alone, not at all, or in a way that hides them from us. */
function packingOf(dictionary: string): 'zlib' | 'none' | 'other' {
  const filters = dictionary.match(/\/Filter(?![A-Za-z0-9])/g)?.length ?? 0;
  const isZlib = /\/Filter (\/FlateDecode|\[ \/FlateDecode \]) /.test(dictionary);
  // Rows with predictors are scrambled; what stands elsewhere may say so. The short names are taken by some readers.
  const isScrambled = /\/(DecodeParms(?! null | \[ null \] )|DP|F|Crypt)(?![A-Za-z0-9])/.test(dictionary);
  if (isScrambled || filters > 1 || (filters === 1 && !isZlib)) return 'other';
  return isZlib ? 'zlib' : 'none';
}

/** Whether bytes begin as zlib does, with the check digit of its header. */
function isZlib([first = 0, second = 0]: Buffer): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

/**
 * Unpacks zlib up to where it ends by itself, wherever its dictionary or the word `endstream` say that it ends: a reader that cuts it
 * off earlier sees no more than we. What is broken is unpacked up to there.
 * @returns `cost`: bytes read and made, also for nothing
 */
async function unpackedOf(content: Buffer, bytesMax: number): Promise<{ bytes: Buffer; isWhole: boolean; cost: number } | 'tooMuch'> {
  const inflate = createInflate();
  const source = Readable.from(slicesOf(content));
  const parts: Buffer[] = [];
  let size = 0;
  let isWhole = true;
  try {
    for await (const part of source.pipe(inflate) as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > bytesMax) return 'tooMuch';
      parts.push(part);
    }
  } catch (error) {
    if (!systemCode(error)?.startsWith('Z_')) throw error;
    isWhole = false;
  } finally {
    source.destroy();
    inflate.destroy();
  }
  return { bytes: Buffer.concat(parts), isWhole, cost: inflate.bytesWritten + size };
}

function* slicesOf(content: Buffer): Generator<Buffer> {
  for (let from = 0; from < content.length; from += SLICE_BYTES) yield content.subarray(from, from + SLICE_BYTES);
}
