import { fileTypeFromBuffer } from 'file-type';
import { reencoded, type ImageType } from './image';
import { pdfFault } from './pdf';

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
export async function judgeContent(file: Buffer): Promise<Judged> {
  if (file.length === 0) return { fault: 'empty' };
  const found = (await fileTypeFromBuffer(file))?.mime;
  const contentType = CONTENT_TYPES.find((allowed) => allowed === found);
  if (contentType === undefined) return { fault: 'typeNotAllowed' };
  if (contentType !== 'application/pdf') return imageOf(file, contentType);
  const fault = await pdfFault(file);
  return fault === undefined ? { bytes: file, contentType } : { fault };
}

async function imageOf(file: Buffer, contentType: ImageType): Promise<Judged> {
  const drawn = await reencoded(file, contentType);
  return typeof drawn === 'string' ? { fault: drawn } : { bytes: drawn, contentType };
}
