import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawCard, ink } from '../../src/sandbox/media/card.ts';
import { encodeFilm } from '../../src/sandbox/media/film.ts';
import { drawable, wrap } from '../../src/sandbox/media/glyphs.ts';
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
  expect(Buffer.from(await encodeFilm(spec)).equals(film)).toBe(true);
  expect(await readFilm(film)).toEqual({ codec: 'avc', width: 640, height: 360, seconds: 12 });
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
