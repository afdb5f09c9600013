import sharp from 'sharp';
import { deflateSync } from 'node:zlib';
import { drawnPartOf } from '../../../documents/png';
import { reencoded } from '../../../documents/image';
import { chunk, png } from '../../integration/given/png';

test('of a PNG its picture is left, and neither texts, nor pieces that are empty, unknown or there twice, nor what stands behind it', () => {
  const text = chunk('iTXt', Buffer.concat([Buffer.from('k\0\x01\0\0\0'), deflateSync(Buffer.alloc(1_000_000))]));
  const palette = chunk('PLTE', Buffer.from([1, 2, 3]));
  const between = [text, palette, text, palette, chunk('AAAA', Buffer.alloc(0)), chunk('tIME', Buffer.alloc(7)), chunk('IDAT', Buffer.alloc(0)), chunk('IDAT', Buffer.alloc(0))];
  const left = [palette, chunk('IDAT', Buffer.alloc(0)), chunk('IDAT', Buffer.alloc(0))];
  expect(drawnPartOf(Buffer.concat([png({ between }), Buffer.from('PK<script>')])).equals(png({ between: left }))).toBe(true);
});

test('what is no PNG, or cut off anywhere, does not become one', async () => {
  for (const other of ['', '%PDF-1.7', '\xff\xd8\xff']) expect(drawnPartOf(Buffer.from(other, 'latin1')).toString('latin1')).toBe(other);
  const file = png({ between: [chunk('tEXt', Buffer.from('k\0v'))] });
  for (let end = 8; end < file.length - 12; end += 1) expect(await reencoded(drawnPartOf(file.subarray(0, end)), 'image/png')).toBe('notReadable');
});

test('what a picture looks like stays: colours of a palette, what shows through, which side is up', async () => {
  const pixels = { width: 30, height: 20, channels: 4, background: { r: 10, g: 200, b: 30, alpha: 0.5 } } as const;
  const file = await sharp({ create: pixels }).png({ palette: true }).withMetadata({ orientation: 6 }).toBuffer();
  const drawn = await reencoded(drawnPartOf(file), 'image/png');
  const { data, info } = await sharp(drawn).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect({ width: info.width, height: info.height, first: [...data.subarray(0, 4)] }).toEqual({ width: 20, height: 30, first: [10, 200, 30, 128] });
});

test('one very long line is refused like too many pixels, for it is held as a whole many times over', async () => {
  for (const [width, height] of [[1_000_000, 50], [50, 1_000_000], [65_536, 1]] as const) expect(await reencoded(png({ width, height }), 'image/png')).toBe('tooManyPixels');
  expect(await reencoded(png({ width: 65_535, height: 1 }), 'image/png')).toBeInstanceOf(Buffer);
});
