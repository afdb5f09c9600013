const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const LENGTH_AND_TYPE = 8;
const CHECK_SUM = 4;

/** What a picture is drawn from, colours and which side is up included; `acTL` tells that there are several. */
const KEPT = new Set(['IHDR', 'acTL', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'eXIf', 'IDAT', 'IEND']);

/**
 * A PNG without what is not drawn: texts, times and whatever else programs write into it, and what stands behind its end.
 *
 * Packed texts of some kilobytes unpack to tens of megabytes, and a file has room for hundreds; of empty pieces it has room for a million,
 * through which programs go one by one. So they are taken out before anything reads the file. What is no PNG, or is cut off, stays so.
 */
export function drawnPartOf(file: Buffer): Buffer {
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return file;
  const drawn = Buffer.allocUnsafe(file.length);
  let size = file.copy(drawn, 0, 0, SIGNATURE.length);
  const seen = new Set<string>();
  for (let at = SIGNATURE.length; at < file.length; ) {
    const isCutOff = at + LENGTH_AND_TYPE > file.length;
    const type = isCutOff ? '' : file.toString('latin1', at + 4, at + LENGTH_AND_TYPE);
    const end = isCutOff ? file.length : Math.min(file.length, at + LENGTH_AND_TYPE + file.readUInt32BE(at) + CHECK_SUM);
    // Only the picture itself comes in pieces; of anything else a second one would mean nothing.
    if (KEPT.has(type) && (type === 'IDAT' || !seen.has(type))) size += file.copy(drawn, size, at, end);
    if (type === 'IEND') break;
    seen.add(type);
    at = end;
  }
  return drawn.subarray(0, size);
}
