import type { ByteSource } from '../byte-source.ts';
import { endsInside, type StructureCheck } from './structure-check.ts';

const KBITS_V1: readonly number[] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBITS_V2: readonly number[] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const HERTZ_V1: readonly number[] = [44_100, 48_000, 32_000];
/** Tags that may follow the last frame. */
const TAGS = /^(TAG|APETAGEX|LYRICSBEGIN|ID3|\0\0\0)/;

/** MP3 (layer III): frames to the last byte or to a tag. */
export const checkMp3: StructureCheck = async (file) => {
  let at = await afterId3(file);
  let frames = 0;
  while (at < file.size) {
    const head = await file.at(at, 4);
    if (!head) return endsInside('the head of a frame', file);
    const length = frameLength(head);
    if (length === null) {
      const rest = (await file.at(at, Math.min(11, file.size - at)))?.toString('latin1') ?? '';
      return frames > 0 && TAGS.test(rest) ? null : `no frame begins at byte ${at}`;
    }
    at += length;
    frames += 1;
    if (at > file.size) return endsInside('a frame', file);
  }
  return frames > 0 ? null : `it ends after ${file.size} bytes without any sound`;
};

async function afterId3(file: ByteSource): Promise<number> {
  const head = await file.at(0, 10);
  if (head?.toString('latin1', 0, 3) !== 'ID3') return 0;
  const size = (head[6]! << 21) | (head[7]! << 14) | (head[8]! << 7) | head[9]!;
  return 10 + size + (head[5]! & 0x10 ? 10 : 0);
}

/** The bytes of a layer III frame with this head; null when it is none. */
function frameLength(head: Buffer): number | null {
  if (head[0] !== 0xff || (head[1]! & 0xe6) !== 0xe2) return null;
  const version = (head[1]! >> 3) & 3;
  const kbits = (version === 3 ? KBITS_V1 : KBITS_V2)[head[2]! >> 4];
  const hertz = HERTZ_V1[(head[2]! >> 2) & 3];
  if (version === 1 || !kbits || !hertz) return null;
  const slower = version === 3 ? 1 : version === 2 ? 2 : 4;
  const samples = version === 3 ? 1_152 : 576;
  return Math.floor(((samples / 8) * kbits * 1_000) / (hertz / slower)) + ((head[2]! >> 1) & 1);
}
