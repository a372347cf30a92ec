import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkStructure } from '../../src/files/check-structure.ts';
import { detectType } from '../../src/files/media-type.ts';
import { encodeFilm } from '../../src/sandbox/media/film.ts';
import { encodeModel } from '../../src/sandbox/media/model.ts';
import { SAMPLES, sample } from '../support/sample-media.ts';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(bytes: Uint8Array): string {
  const path = join(folder, `file-${files++ % 8}`);
  writeFileSync(path, bytes);
  return path;
}

/** Whether a download without a length would take these bytes for the whole file. */
async function looksWhole(bytes: Uint8Array, type: string): Promise<boolean> {
  const path = written(bytes);
  const detected = await detectType(path);
  return detected?.mediaType === type && (await checkStructure(path, type)).kind === 'whole';
}

/** Numbers below a limit, the same at every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

test.each(Object.keys(SAMPLES))('%s, cut at 200 random places, is never taken for whole', async (name) => {
  const type = name.split(' ')[0]!;
  const bytes = await sample(name);
  expect(await looksWhole(bytes, type)).toBe(true);
  const below = numbers(name.length * 7_919);
  const missed: number[] = [];
  for (let cut = 0; cut < 200; cut++) {
    const length = below(bytes.length);
    if (await looksWhole(bytes.subarray(0, length), type)) missed.push(length);
  }
  // Frames of MP3 and clusters without a size may end anywhere between two of them: there only the host's length tells.
  const unsized: Readonly<Record<string, number>> = { 'audio/mpeg': 2, 'video/webm without sizes': 2 };
  expect(missed.length).toBeLessThanOrEqual(unsized[name] ?? 0);
});

/** Good files of many sizes and settings, as encoders of many makers write them. */
async function* goodFiles(): AsyncGenerator<readonly [string, Uint8Array, string]> {
  const below = numbers(42);
  for (let at = 0; at < 100; at++) {
    const [width, height, quality] = [1 + below(160), 1 + below(120), 1 + below(100)];
    const channels = at % 3 === 0 ? 4 : 3;
    const background = { r: below(256), g: below(256), b: below(256), alpha: 0.5 };
    const picture = sharp({
      create: {
        width,
        height,
        channels,
        background,
        ...(channels === 3 && { noise: { type: 'gaussian', mean: 128, sigma: 1 + below(60) } }),
      },
    });
    const about = `${width}x${height}, ${quality}`;
    const progressive = at % 2 === 0;
    yield [
      `PNG ${about}`,
      await picture
        .clone()
        .png({ progressive, palette: at % 5 === 0, compressionLevel: at % 10 })
        .toBuffer(),
      'image/png',
    ];
    yield [
      `JPEG ${about}`,
      await picture
        .clone()
        .flatten()
        .jpeg({ quality, progressive, mozjpeg: at % 4 === 0 })
        .withExif({ IFD0: { Copyright: about } })
        .toBuffer(),
      'image/jpeg',
    ];
    yield [
      `WebP ${about}`,
      await picture
        .clone()
        .webp({ quality, lossless: at % 2 === 0 })
        .toBuffer(),
      'image/webp',
    ];
    yield [`GIF ${about}`, await picture.clone().gif({ effort: 1 }).toBuffer(), 'image/gif'];
  }
  for (let at = 0; at < 50; at++)
    yield [`GLB ${at}`, await encodeModel({ label: `model ${at}`, seed: at, textured: at % 2 === 0 }), 'model/gltf-binary'];
  for (let at = 0; at < 10; at++)
    yield [
      `MP4 ${at}`,
      await encodeFilm({ prompt: `film ${at}`, label: 'film', width: 64 + 16 * at, height: 64, seconds: 1, seed: at }),
      'video/mp4',
    ];
  for (const name of Object.keys(SAMPLES)) yield [name, await sample(name), name.split(' ')[0]!];
}

test('not one of 460 good files is taken for broken', async () => {
  const alarms: string[] = [];
  let count = 0;
  for await (const [name, bytes, type] of goodFiles()) {
    count++;
    if (!(await looksWhole(bytes, type))) alarms.push(name);
  }
  expect(alarms).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(460);
});
