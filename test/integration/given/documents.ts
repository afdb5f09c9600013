import { deflateSync } from 'node:zlib';
import sharp from 'sharp';

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff';

/** A picture with what a telephone writes beside it: where, when and with what it was taken. */
export async function photo({ width = 60, height = 40, format = 'jpeg' }: { width?: number; height?: number; format?: Format } = {}): Promise<Buffer> {
  const pixels = sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });
  return pixels.toFormat(format).withExif({ IFD0: { Make: 'CANARYPHONE', Copyright: 'CANARYNAME' }, IFD3: { GPSLatitude: '31/1 34/1 0/1', GPSLatitudeRef: 'N' } }).withMetadata({ orientation: 6 }).toBuffer();
}

/** A PDF of one page, with further objects as they stand in the file. */
export function pdf(...objects: (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const all = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>', ...objects];
  all.forEach((object, index) => parts.push(Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')));
  parts.push(Buffer.from(`trailer << /Root 1 0 R /Size ${all.length + 1} >>\nstartxref\n0\n%%EOF\n`));
  return Buffer.concat(parts);
}

/** A stream object, packed with zlib unless told otherwise. */
export function stream(dictionary: string, content: string | Buffer, pack: (content: Buffer) => Buffer = (bytes) => deflateSync(bytes)): Buffer {
  const packed = pack(Buffer.from(content));
  return Buffer.concat([Buffer.from(`<< ${dictionary} /Length ${packed.length} >>\nstream\n`), packed, Buffer.from('\nendstream')]);
}
