import type { ByteSource } from '../byte-source.ts';
import { endsInside, type StructureCheck } from './structure-check.ts';

const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
/** Signature and logical screen descriptor. */
const HEADER_BYTES = 13;

/** GIF: blocks up to the trailer. */
export const checkGif: StructureCheck = async (file) => {
  const header = await file.at(0, HEADER_BYTES);
  if (!header) return endsInside('its header', file);
  for (let at = HEADER_BYTES + colourTable(header[10]!); ; ) {
    const kind = (await file.at(at, 1))?.[0];
    if (kind === TRAILER) return null;
    let data: number;
    if (kind === EXTENSION) data = at + 2;
    else if (kind === IMAGE) {
      const descriptor = await file.at(at, 10);
      if (!descriptor) return endsInside('a picture', file);
      data = at + 10 + colourTable(descriptor[9]!) + 1;
    } else return kind === undefined ? endsInside('its blocks, before the trailer', file) : `no block begins at byte ${at}`;
    const next = await skipSubBlocks(file, data);
    if (next === null) return endsInside('a block', file);
    at = next;
  }
};

function colourTable(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

async function skipSubBlocks(file: ByteSource, start: number): Promise<number | null> {
  for (let at = start; ; ) {
    const length = (await file.at(at, 1))?.[0];
    if (length === undefined) return null;
    at += 1 + length;
    if (length === 0) return at;
  }
}
