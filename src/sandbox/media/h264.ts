// A lossless H.264 encoder for flat drawings (constrained baseline, CAVLC, no residuals). A macroblock that repeats the row above it or the
// column left of it is predicted; one that equals the last frame is skipped; any other is sent as raw samples (I_PCM). Nothing in npm encodes
// video on a bare machine; this plays wherever H.264 does and takes milliseconds. A card's width and height must be multiples of 16;
// what the film shows of it (`decoderSetup`) may be less.
import { BitWriter } from './bit-writer.ts';
import type { Card } from './card.ts';

/** A frame of a film. */
export interface EncodedFrame {
  /** One unit with its four-byte length in front, as MP4 keeps it. */
  readonly data: Uint8Array;
  readonly key: boolean;
}

const frameNumberBits = 8;

/** The decoder's set-up for films of this size, as the MP4 box `avcC` carries it. */
export function decoderSetup(width: number, height: number): Uint8Array {
  const sequence = sequenceParameters(width, height);
  const picture = pictureParameters();
  return Uint8Array.from([
    1,
    sequence[1]!,
    sequence[2]!,
    sequence[3]!,
    0xff,
    0xe1,
    sequence.length >> 8,
    sequence.length & 0xff,
    ...sequence,
    1,
    picture.length >> 8,
    picture.length & 0xff,
    ...picture,
  ]);
}

/**
 * Encodes one frame. `number` counts from the last key frame, which has 0; `group` tells neighbouring key frames apart. Later frames may differ from
 * the one before only below the row `changedFrom`, where `previous` holds its pixels: comparing whole frames would cost more than all the rest.
 */
export function encodeFrame(card: Card, number: number, group: number, previous: Uint8Array, changedFrom: number): EncodedFrame {
  const key = number === 0;
  const out = new BitWriter();
  out.unsigned(0);
  out.unsigned(key ? 7 : 5);
  out.unsigned(0);
  out.bits(number, frameNumberBits);
  if (key) out.unsigned(group & 1);
  else out.bits(0, 2);
  out.bits(0, key ? 2 : 1);
  out.unsigned(0);
  out.unsigned(1);
  macroblocks(out, card, key ? null : previous, changedFrom);
  return { data: withLength(unit(key ? 0x65 : 0x41, out.finish())), key };
}

function macroblocks(out: BitWriter, card: Card, previous: Uint8Array | null, changedFrom: number): void {
  const { pixels, width: stride } = card;
  const columns = stride / 16;
  const rows = card.height / 16;
  const samples = sampleTables(card.palette);
  // How many coefficients a neighbour counts as having: 16 for raw ones, 0 for all others. It selects the code for "none" below.
  const weights = new Uint8Array(columns * rows);
  const offset = previous === null ? 0 : 5;
  let skipped = 0;
  for (let row = 0; row < rows; row++) {
    if (previous !== null && (row + 1) * 16 <= changedFrom) {
      skipped += columns;
      continue;
    }
    for (let column = 0; column < columns; column++) {
      const at = row * 16 * stride + column * 16;
      if (previous !== null && sameBlock(pixels, previous, at, stride)) {
        skipped++;
        continue;
      }
      if (previous !== null) out.unsigned(skipped);
      skipped = 0;
      const vertical = row > 0 && repeats(pixels, at, stride, stride);
      const horizontal = !vertical && column > 0 && repeats(pixels, at, stride, 1);
      if (vertical || horizontal) {
        out.unsigned(offset + (vertical ? 1 : 2));
        out.unsigned(vertical ? 2 : 1);
        out.unsigned(0);
        const index = row * columns + column;
        noCoefficients(out, column > 0 ? weights[index - 1]! : null, row > 0 ? weights[index - columns]! : null);
        continue;
      }
      weights[row * columns + column] = 16;
      out.unsigned(offset + 25);
      out.align();
      for (let y = 0; y < 16; y++) for (let x = 0; x < 16; x++) out.byte(samples.luma[pixels[at + y * stride + x]!]!);
      // Chroma is taken from the lower right pixel of each four, so that its upper and left neighbours come from the row and column next to the block.
      for (const plane of [samples.blue, samples.red])
        for (let y = 1; y < 16; y += 2) for (let x = 1; x < 16; x += 2) out.byte(plane[pixels[at + y * stride + x]!]!);
    }
  }
  if (previous !== null && skipped > 0) out.unsigned(skipped);
}

/** The code for a block without coefficients; which one it is depends on the blocks left and above (table 9-5 of the standard). */
function noCoefficients(out: BitWriter, left: number | null, above: number | null): void {
  const near = left !== null && above !== null ? (left + above + 1) >> 1 : (left ?? above ?? 0);
  if (near < 2) out.bits(1, 1);
  else if (near < 4) out.bits(3, 2);
  else if (near < 8) out.bits(15, 4);
  else out.bits(3, 6);
}

function sameBlock(a: Uint8Array, b: Uint8Array, at: number, stride: number): boolean {
  for (let y = 0; y < 16; y++) for (let i = at + y * stride, end = i + 16; i < end; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether every pixel of the block equals the one `step` before it: the row above, or the column to the left. */
function repeats(pixels: Uint8Array, at: number, stride: number, step: number): boolean {
  for (let y = 0; y < 16; y++) for (let i = at + y * stride, end = i + 16; i < end; i++) if (pixels[i] !== pixels[i - step]) return false;
  return true;
}

function sampleTables(palette: Card['palette']): { luma: number[]; blue: number[]; red: number[] } {
  const mix = (base: number, r: number, g: number, b: number): number[] =>
    palette.map((color) => Math.round(base + (r * color[0] + g * color[1] + b * color[2]) / 255));
  return { luma: mix(16, 65.481, 128.553, 24.966), blue: mix(128, -37.797, -74.203, 112), red: mix(128, 112, -93.786, -18.214) };
}

function sequenceParameters(width: number, height: number): Uint8Array {
  const out = new BitWriter();
  out.bits(66, 8);
  out.bits(0xc0, 8);
  out.bits(40, 8);
  for (const value of [0, frameNumberBits - 4, 2, 1]) out.unsigned(value);
  out.bits(0, 1);
  out.unsigned(Math.ceil(width / 16) - 1);
  out.unsigned(Math.ceil(height / 16) - 1);
  out.bits(3, 2);
  const cut = [(16 - (width % 16)) % 16, (16 - (height % 16)) % 16] as const;
  out.bits(cut[0] + cut[1] > 0 ? 1 : 0, 1);
  if (cut[0] + cut[1] > 0) for (const value of [0, cut[0] / 2, 0, cut[1] / 2]) out.unsigned(value);
  out.bits(0, 1);
  return unit(0x67, out.finish());
}

function pictureParameters(): Uint8Array {
  const out = new BitWriter();
  for (const value of [0, 0]) out.unsigned(value);
  out.bits(0, 2);
  for (const value of [0, 0, 0]) out.unsigned(value);
  out.bits(0, 3);
  for (const value of [0, 0, 0]) out.unsigned(value);
  out.bits(4, 3);
  return unit(0x68, out.finish());
}

/** A unit with its header; a 3 is put where two zero bytes would make the next byte look like a start code. */
function unit(header: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(payload.length * 1.5) + 1);
  out[0] = header;
  let length = 1;
  let zeros = 0;
  for (const byte of payload) {
    if (zeros === 2 && byte <= 3) {
      out[length++] = 3;
      zeros = 0;
    }
    out[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.subarray(0, length);
}

function withLength(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  new DataView(out.buffer).setUint32(0, bytes.length);
  out.set(bytes, 4);
  return out;
}
