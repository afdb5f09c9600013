import { fileTypeFromBuffer } from 'file-type';
import { reencoded, type ImageType } from './image';
import { pdfFault } from './pdf';
import { drawnPartOf } from './png';

export const CONTENT_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

/** Why a file is not taken. */
export type ContentFault = 'empty' | 'typeNotAllowed' | 'notReadable' | 'tooManyPixels' | 'pdfActive' | 'pdfNotInspectable';

export type Judged = { bytes: Buffer; contentType: ContentType } | { fault: ContentFault };

/**
 * What is to be kept of a file, judged by its bytes; its name and what the caller says of its type count for nothing.
 *
 * Images are drawn anew: no place, device or time of the picture is kept, nor anything that hides behind it. A PDF is kept as it
 * is, unless it holds what acts by itself.
 */
export async function judgeContent(uploaded: Buffer): Promise<Judged> {
  if (uploaded.length === 0) return { fault: 'empty' };
  // Before anything reads it: also what tells its type goes through its pieces one by one.
  const file = drawnPartOf(uploaded);
  // Archives and the like are not looked into: what does so unpacks them, and fails over one that is cut off.
  if (!SIGNATURES.some((signature) => file.subarray(0, signature.length).equals(signature))) return { fault: 'typeNotAllowed' };
  const found = await typeOf(file);
  if (found === 'broken') return { fault: 'notReadable' };
  const contentType = CONTENT_TYPES.find((allowed) => allowed === found);
  if (contentType === undefined) return { fault: 'typeNotAllowed' };
  if (contentType !== 'application/pdf') return imageOf(file, contentType);
  const fault = await pdfFault(file);
  return fault === undefined ? { bytes: file, contentType } : { fault };
}

/** How the files begin that can be taken: JPEG, PNG, WebP (in RIFF), PDF. */
const SIGNATURES = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from('RIFF'), Buffer.from('%PDF')];

/** The type by content; `broken` for a file that ends, or says something impossible, before that can be told. */
async function typeOf(file: Buffer): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(file))?.mime;
  } catch {
    return 'broken'; // it looks at nothing but the bytes: they are at fault
  }
}

async function imageOf(file: Buffer, contentType: ImageType): Promise<Judged> {
  const drawn = await reencoded(file, contentType);
  return typeof drawn === 'string' ? { fault: drawn } : { bytes: drawn, contentType };
}
