import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } from 'mediabunny';
import { drawCard, fill, ink } from './card.ts';
import { decoderSetup, encodeFrame } from './h264.ts';

/** What a film shows; equal values give equal bytes. */
export interface FilmSpec {
  readonly prompt: string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** Whole seconds. */
  readonly seconds: number;
  readonly seed: number;
}

const framesPerSecond = 8;
const keyEvery = 64;

/** A playable MP4 (H.264) of the asked length that shows its prompt, with a bar that fills as time passes. */
export async function encodeFilm(spec: FilmSpec): Promise<Uint8Array> {
  const format = new Mp4OutputFormat({ fastStart: 'in-memory' });
  const output = new Output({ format, target: new BufferTarget() });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  const setup = decoderSetup(spec.width, spec.height);
  const decoderConfig = {
    codec: `avc1.${Buffer.from(setup.subarray(1, 4)).toString('hex')}`,
    codedWidth: spec.width,
    codedHeight: spec.height,
    description: setup,
  };
  let number = 0;
  for (const { data, key } of frames(spec)) {
    const packet = new EncodedPacket(data, key ? 'key' : 'delta', number / framesPerSecond, 1 / framesPerSecond);
    await source.add(packet, number === 0 ? { decoderConfig } : undefined);
    number++;
  }
  await output.finalize();
  if (output.target.buffer === null) throw new Error('The MP4 writer finished without giving its bytes.');
  return withoutWriterTimes(new Uint8Array(output.target.buffer));
}

function* frames(spec: FilmSpec): Generator<ReturnType<typeof encodeFrame>> {
  const whole = { width: Math.ceil(spec.width / 16) * 16, height: Math.ceil(spec.height / 16) * 16 };
  const card = drawCard(spec.prompt, spec.label, whole.width, whole.height, spec.seed);
  const bar = Math.max(4, Math.round(spec.height / 72));
  const count = spec.seconds * framesPerSecond;
  const before = card.pixels.slice();
  const changedFrom = (spec.height - bar) * card.width;
  for (let number = 0; number < count; number++) {
    fill(card, 0, spec.height - bar, Math.round((spec.width * (number + 1)) / count), bar, ink.bar);
    yield encodeFrame(card, number % keyEvery, Math.floor(number / keyEvery), before, spec.height - bar);
    before.set(card.pixels.subarray(changedFrom), changedFrom);
  }
}

/** The writer stamps the time of writing into the headers; a film must have the same bytes, and so the same ETag, whenever it is made again. */
function withoutWriterTimes(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The headers come first in the file ("fast start"), so the first match is the box itself.
  for (const box of ['mvhd', 'tkhd', 'mdhd']) {
    const at = view.indexOf(box);
    if (at >= 0) view.fill(0, at + 8, at + (view[at + 4] === 1 ? 24 : 16));
  }
  return bytes;
}
