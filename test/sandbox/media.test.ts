import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, onTestFinished, test, vi } from 'vitest';
import { drawCard, fill, ink } from '../../src/sandbox/media/card.ts';
import { encodeFilm } from '../../src/sandbox/media/film.ts';
import { drawable, wrap } from '../../src/sandbox/media/glyphs.ts';
import { decoderSetup, encodeFrame } from '../../src/sandbox/media/h264.ts';
import { encodeModel } from '../../src/sandbox/media/model.ts';
import { encodePicture } from '../../src/sandbox/media/picture.ts';
import { filmSize, pictureSize } from '../../src/sandbox/media/sizes.ts';
import { readFilm } from './read-film.ts';

test('a card shows its prompt in letters that can be read', () => {
  const { pixels } = drawCard('Hi', '', 64, 64, 1);
  const rows = Array.from({ length: 64 }, (_, y) =>
    [...pixels.subarray(y * 64, y * 64 + 64)].map((color) => (color === ink.text ? '#' : ' ')).join(''),
  );
  const drawn = rows.map((row) => row.trimEnd()).filter((row) => row !== '');
  const left = Math.min(...drawn.map((row) => row.search('#')));
  expect(drawn.map((row) => row.slice(left))).toEqual([
    '#   #   #',
    '#   #',
    '#   #  ##',
    '#####   #',
    '#   #   #',
    '#   #   #',
    '#   #  ###',
  ]);
});

test('any text is drawn: accents dropped, long words broken, very long prompts cut', () => {
  expect(drawable('Crème brûlée – “ok”\n\t…')).toBe('Creme brulee - "ok"  ...');
  expect(wrap('a bb ccc dddddddd', 4)).toEqual(['a bb', 'ccc', 'dddd', 'dddd']);
  for (const prompt of ['', 'x'.repeat(5000), 'word '.repeat(1000), '東京の夜'])
    expect(drawCard(prompt, 'label', 64, 64, 1).pixels).toContain(ink.text);
});

test.each(['png', 'jpeg', 'webp'] as const)('a %s picture is the same each time and differs by prompt', async (format) => {
  const spec = { prompt: 'a red bicycle', label: 'x', width: 320, height: 200, seed: 7, format };
  const first = await encodePicture(spec);
  expect(Buffer.from(await encodePicture(spec)).equals(first)).toBe(true);
  expect(Buffer.from(await encodePicture({ ...spec, prompt: 'a blue bicycle' })).equals(first)).toBe(false);
  expect(await sharp(first).metadata()).toMatchObject({ format, width: 320, height: 200 });
});

test('a film has the same bytes each time, and the size and length that were asked', async () => {
  const spec = { prompt: 'waves', label: 'x', width: 640, height: 360, seconds: 12, seed: 7 };
  const film = await encodeFilm(spec);
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  expect(Buffer.from(await encodeFilm(spec)).equals(film)).toBe(true);
  expect(await readFilm(film)).toEqual({ codec: 'avc', width: 640, height: 360, seconds: 12 });
});

// The bytes that ffmpeg decoded without an error to exactly the card's pixels (sizes 640x360, 720x1280, 1920x1080, 272x480). Whoever changes
// the encoder decodes its films again before changing the hash.
test('frames are the bytes that were checked with a decoder', () => {
  const card = drawCard('Exact? A "quick" {brown} fox & 12 jumps over the lazy dog.', 'x y z', 320, 192, 3);
  const before = card.pixels.slice();
  const key = encodeFrame(card, 0, 0, before, 0);
  fill(card, 0, 180, 100, 8, ink.bar);
  const next = encodeFrame(card, 1, 0, before, 180);
  const hash = createHash('sha256').update(decoderSetup(320, 180)).update(key.data).update(next.data).digest('hex');
  expect([key.key, next.key, hash.slice(0, 16)]).toEqual([true, false, '262b8907fdbe3f20']);
});

test('a model without texture is plain', async () => {
  const bytes = Buffer.from(await encodeModel({ label: 'x', seed: 1, textured: false }));
  expect(JSON.parse(bytes.toString('utf8', 20, 20 + bytes.readUInt32LE(12))).images).toBeUndefined();
});

test('sizes follow the ratio', () => {
  expect([pictureSize('1:1'), pictureSize('16:9'), pictureSize('nonsense')]).toEqual([
    { width: 512, height: 512 },
    { width: 680, height: 384 },
    { width: 512, height: 512 },
  ]);
  expect([filmSize('9:16', 720), filmSize('square', 1080), filmSize('Auto', 720)]).toEqual([
    { width: 720, height: 1280 },
    { width: 1080, height: 1080 },
    { width: 1280, height: 720 },
  ]);
});
