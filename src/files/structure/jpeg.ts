import type { ByteSource } from '../byte-source.ts';
import { endsInside, type StructureCheck } from './structure-check.ts';

const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;

/** JPEG: segments and scans up to the end marker. A thumbnail inside a segment has an end marker of its own, so they are walked, not searched. */
export const checkJpeg: StructureCheck = async (file) => {
  for (let at = 2; ; ) {
    const head = await file.at(at, 2);
    if (!head) return endsInside('its segments, before the end marker', file);
    if (head[0] !== 0xff) return `no marker stands at byte ${at}`;
    const marker = head[1]!;
    if (marker === END_OF_IMAGE) return null;
    if (marker === 0xff) at += 1;
    else if (isStandalone(marker)) at += 2;
    else {
      const length = (await file.at(at + 2, 2))?.readUInt16BE(0);
      if (length === undefined || at + 2 + length > file.size) return endsInside('a segment', file);
      at += 2 + length;
      if (marker === START_OF_SCAN) {
        const next = await endOfScan(file, at);
        if (next === null) return endsInside('the picture data, before the end marker', file);
        at = next;
      }
    }
  }
};

function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Where the next marker that is not part of the scan's data stands; null when the file ends first. */
async function endOfScan(file: ByteSource, start: number): Promise<number | null> {
  for (let at = start; ; ) {
    const block = await file.from(at);
    if (!block) return null;
    const found = block.indexOf(0xff);
    if (found < 0) {
      at += block.length;
      continue;
    }
    const follows = (await file.at(at + found + 1, 1))?.[0];
    if (follows === undefined) return null;
    // Data bytes FF are followed by 00; restart markers and fill bytes belong to the scan.
    if (follows !== 0x00 && follows !== 0xff && !(follows >= 0xd0 && follows <= 0xd7)) return at + found;
    at += found + (follows === 0xff ? 1 : 2);
  }
}
