import sharp from 'sharp';
import { deflateSync } from 'node:zlib';
import { reencoded } from '../../../documents/image';
import { photo } from '../../integration/given/documents';

test.each(['jpeg', 'png', 'webp'] as const)('a %s comes out upright, without place, device or name', async (format) => {
  const file = await photo({ format });
  expect(file.toString('latin1')).toContain('CANARYNAME');
  const drawn = await reencoded(file, `image/${format}`);
  if (typeof drawn === 'string') throw new Error(drawn);
  expect(drawn.toString('latin1')).not.toMatch(/CANARY|Exif/);
  const { exif, icc, xmp, orientation, width, height } = await sharp(drawn).metadata().catch(() => ({ exif: 'unreadable' }) as never);
  expect({ exif, icc, xmp, orientation, width, height }).toEqual({ exif: undefined, icc: undefined, xmp: undefined, orientation: undefined, width: 40, height: 60 });
});

test('what hides behind a picture is gone', async () => {
  const file = Buffer.concat([await photo(), Buffer.from('PK\x03\x04<script>alert(1)</script>')]);
  const drawn = await reencoded(file, 'image/jpeg');
  expect(typeof drawn === 'string' ? drawn : drawn.toString('latin1')).not.toContain('script');
});

test('a picture that is cut off or damaged is not taken', async () => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const file = await sharp({ create: { width: 400, height: 400, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 120, sigma: 60 } } }).toFormat(format).toBuffer();
    expect(await reencoded(file.subarray(0, file.length / 2), `image/${format}`)).toBe('notReadable');
  }
  expect(await reencoded(Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg')).toBe('notReadable');
});

test('a small file that would be a huge picture is not drawn', async () => {
  expect(await reencoded(await hugePng(30_000, 30_000), 'image/png')).toBe('tooManyPixels');
});

test('a photograph in passes is taken; one that repeats a pass thousands of times, each through all of its pixels, is not drawn', async () => {
  const file = await sharp({ create: { width: 800, height: 800, channels: 3, background: 'grey' } }).jpeg({ progressive: true }).toBuffer();
  const lastPass = file.subarray(file.lastIndexOf(Buffer.of(0xff, 0xda)), -2);
  expect(lastPass.length).toBeLessThan(200);
  expect(await reencoded(file, 'image/jpeg')).toBeInstanceOf(Buffer);
  const repeated = Buffer.concat([file.subarray(0, -2), ...Array<Buffer>(20_000).fill(lastPass), file.subarray(-2)]);
  expect(await reencoded(repeated, 'image/jpeg')).toBe('notReadable');
});

test('only the format that it was taken for is read, and no other format of the library at all', async () => {
  expect(await reencoded(await photo({ format: 'png' }), 'image/jpeg')).toBe('notReadable');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>');
  for (const other of [svg, Buffer.from('%PDF-1.7\n%%EOF'), Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!', 'latin1')]) expect(await reencoded(other, 'image/png')).toBe('notReadable');
});

/** A PNG whose head promises that many pixels, all of them black: some kilobytes. */
async function hugePng(width: number, height: number): Promise<Buffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const { crc32 } = await import('node:zlib').then((zlib) => zlib as unknown as { crc32?: (data: Buffer) => number });
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE((crc32 ?? ownCrc32)(body) >>> 0, 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(1_000_000))), chunk('IEND', Buffer.alloc(0))]);
}

function ownCrc32(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}
