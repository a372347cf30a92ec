import { endsInside, type StructureCheck } from './structure-check.ts';

/** Written instead of a size by programs that did not know it yet. */
const UNKNOWN_SIZES: ReadonlySet<number> = new Set([0, 0xffff_ffff]);

/** WebP, WAV and AVI: the size that the RIFF header names. */
export const checkRiff: StructureCheck = async (file) => {
  const header = await file.at(0, 12);
  if (!header) return endsInside('its header', file);
  const size = header.readUInt32LE(4);
  const streamed = UNKNOWN_SIZES.has(size) && header.toString('latin1', 8, 12) !== 'WEBP';
  return streamed || 8 + size <= file.size ? null : endsInside(`the ${8 + size} bytes that its header names`, file);
};
