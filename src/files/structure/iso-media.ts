import { endsInside, type StructureCheck } from './structure-check.ts';

/** MP4, MOV, 3GP: boxes from the first byte to the last, `moov` and media data among them. */
export const checkMovie: StructureCheck = (file) => walkBoxes(file, ['moov', 'mdat']);

/** AVIF and HEIF: boxes from the first byte to the last, `meta` and picture data among them. */
export const checkIsoImage: StructureCheck = (file) => walkBoxes(file, ['meta', 'mdat']);

async function walkBoxes(file: Parameters<StructureCheck>[0], needed: readonly string[]): Promise<string | null> {
  const missing = new Set(needed);
  for (let at = 0; at < file.size; ) {
    const head = await file.at(at, 8);
    const type = head?.toString('latin1', 4, 8) ?? '';
    // Padding after the last box: zeros, or too little for another box.
    if ((!head || head.every((byte) => byte === 0)) && missing.size === 0) return null;
    if (!head) return endsInside('the head of a box', file);
    if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return `no box begins at byte ${at}`;
    missing.delete(type);
    const size = await boxSize(file, at, head.readUInt32BE(0));
    if (size === null) return `the box ${type} at byte ${at} has no valid size`;
    at += size;
    if (at > file.size) return endsInside(`the box ${type}`, file);
  }
  return missing.size === 0 ? null : `it ends after ${file.size} bytes without ${[...missing].join(' and ')}`;
}

async function boxSize(file: Parameters<StructureCheck>[0], at: number, short: number): Promise<number | null> {
  if (short === 0) return file.size - at;
  if (short !== 1) return short >= 8 ? short : null;
  const long = await file.at(at + 8, 8);
  if (!long) return Number.MAX_SAFE_INTEGER;
  const size = Number(long.readBigUInt64BE(0));
  return size >= 16 ? size : null;
}
