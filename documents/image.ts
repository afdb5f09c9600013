import sharp from 'sharp';

export type ImageType = 'image/jpeg' | 'image/png' | 'image/webp';

/** A picture of a telephone has up to fifty million; one of that size takes about 200 MB while it is drawn. */
export const PIXELS_MAX = 50_000_000;
/** The longest side that a JPEG can have. A line of a million pixels takes many times as much, for several lines are held whole. */
const SIDE_MAX = 65_535;
const WITHIN_SECONDS = 20;
const FORMATS = { 'image/jpeg': 'jpeg', 'image/png': 'png', 'image/webp': 'webp' } as const;

// The library reads dozens of formats, some by programs of their own. What we do not take must not reach them.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] });
// Other requests want a processor as well.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Draws an image anew, upright, in its own format and without anything but its pixels.
 *
 * @returns the new file; or why there is none: cut off or damaged, or too large to be drawn
 */
export async function reencoded(file: Buffer, type: ImageType): Promise<Buffer | 'notReadable' | 'tooManyPixels'> {
  const options = { limitInputPixels: PIXELS_MAX, failOn: 'warning', pages: 1 } as const;
  try {
    const { format, width, height } = await sharp(file, { ...options, limitInputPixels: false }).metadata();
    // Two programs may take the same bytes for different things; only where ours agree is it an image.
    if (format !== FORMATS[type]) return 'notReadable';
    if (width * height > PIXELS_MAX || Math.max(width, height) > SIDE_MAX) return 'tooManyPixels';
    const upright = sharp(file, options).autoOrient().toColourspace('srgb').timeout({ seconds: WITHIN_SECONDS });
    return await upright.toFormat(FORMATS[type], type === 'image/png' ? {} : { quality: 85 }).toBuffer();
  } catch {
    return 'notReadable'; // whatever the library says of it, it quotes the file
  }
}
