import sharp, { type Sharp } from 'sharp';

/** Small whole files of each type, built anew for each test. */
export const SAMPLES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'image/png': () => picture().png().toBuffer(),
  'image/jpeg': () => picture().jpeg().toBuffer(),
  'image/jpeg progressive': () =>
    picture()
      .jpeg({ progressive: true })
      .withExif({ IFD0: { Copyright: 'fox' } })
      .toBuffer(),
  'image/webp': () => picture().webp().toBuffer(),
  'image/gif': () => picture().gif().toBuffer(),
  'image/avif': () => picture().avif({ effort: 0 }).toBuffer(),
  'video/mp4': async () => mp4(),
  'video/webm': async () => webm(true),
  'video/webm without sizes': async () => webm(false),
  'audio/wav': async () => wav(),
  'audio/mpeg': async () => mp3(),
  'model/gltf-binary': async () => glb(),
};

/** A sample by its type. */
export function sample(type: string): Promise<Buffer> {
  const make = SAMPLES[type];
  if (!make) throw new Error(`No sample of ${type}`);
  return make();
}

function noise(length: number): Buffer {
  let state = 7;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
      return state >> 16;
    }),
  );
}

function picture(): Sharp {
  return sharp(noise(64 * 48 * 3), { raw: { width: 64, height: 48, channels: 3 } });
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

function mp4(): Buffer {
  const long = Buffer.alloc(16);
  long.writeUInt32BE(1, 0);
  long.write('mdat', 4, 'latin1');
  long.writeBigUInt64BE(16n + 3_000n, 8);
  return Buffer.concat([box('ftyp', Buffer.from('isom\0\0\u0002\0isomiso2')), long, noise(3_000), box('moov', box('mvhd', noise(100)))]);
}

function element(id: string, body: Buffer, sized = true): Buffer {
  const size = Buffer.alloc(8);
  if (sized) size.writeBigUInt64BE(BigInt(body.length), 0);
  size[0] = sized ? 0x01 : 0xff;
  return Buffer.concat([Buffer.from(id, 'hex'), sized ? size : size.subarray(0, 1), body]);
}

function webm(sized: boolean): Buffer {
  const head = element('1a45dfa3', Buffer.concat([element('42f7', Buffer.from([1])), element('4282', Buffer.from('webm'))]));
  const cluster = element('1f43b675', Buffer.concat([element('e7', Buffer.from([0])), element('a3', noise(2_000))]), sized);
  const info = element('1549a966', element('2ad7b1', Buffer.from([0x0f, 0x42, 0x40])));
  return Buffer.concat([head, element('18538067', Buffer.concat([info, cluster, cluster]), sized)]);
}

function wav(): Buffer {
  const data = noise(2_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

function mp3(): Buffer {
  // 128 kbit/s at 44.1 kHz, version 1, layer III: 417 bytes a frame, 418 when padded.
  const frame = (padded: boolean): Buffer =>
    Buffer.concat([Buffer.from([0xff, 0xfb, padded ? 0x92 : 0x90, 0x64]), Buffer.alloc(padded ? 414 : 413, 1)]);
  return Buffer.concat(Array.from({ length: 20 }, (_, index) => frame(index % 3 === 0)));
}

function glb(): Buffer {
  const json = Buffer.from('{"asset":{"version":"2.0"},"buffers":[{"byteLength":512}]} '.padEnd(60));
  const chunk = (type: number, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(body.length, 0);
    head.writeUInt32LE(type, 4);
    return Buffer.concat([head, body]);
  };
  const chunks = Buffer.concat([chunk(0x4e4f534a, json), chunk(0x004e4942, noise(512))]);
  const head = Buffer.alloc(12);
  head.write('glTF', 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(12 + chunks.length, 8);
  return Buffer.concat([head, chunks]);
}
