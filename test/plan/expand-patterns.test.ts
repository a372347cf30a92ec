import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { planFiles, planOne } from './plan-files.ts';

const pictures: Buffer[] = [];

beforeAll(async () => {
  for (let blue = 0; blue < 16; blue++) {
    const background = { r: 1, g: 2, b: blue };
    pictures.push(
      await sharp({ create: { width: 4, height: 4, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  }
});

const manifest = (model: string, params: object): string => JSON.stringify({ model, prompt: 'a', params });

describe('a pattern among input files', () => {
  test('stands for the files that match, sorted by name, between what is written beside it', async () => {
    const [a, b, c] = pictures as [Buffer, Buffer, Buffer];
    const files = { 'photos/b.png': b, 'photos/a.png': a, 'photos/deep/c.png': c, 'photos/.hidden.png': c };
    const images = ['https://e.org/0.png', 'photos/*.png', 'photos/**/c.png'];
    const job = await planOne(manifest('ulazai/image', { images }), files);
    expect(job.localInputs.map(({ path }) => path.replace(/^.*\/photos\//, ''))).toEqual(['a.png', 'b.png', 'deep/c.png']);
    expect(job.localInputs.map(({ index }) => index)).toEqual([1, 2, 3]);
    const written = await planOne(
      manifest('ulazai/image', { images: ['https://e.org/0.png', 'photos/a.png', 'photos/b.png', 'photos/deep/c.png'] }),
      files,
    );
    expect(job.fingerprint).toBe(written.fingerprint);
  });

  test('works in a cell, and with the name that the API gives the parameter', async () => {
    const { planned, lines } = await planFiles({
      'm.csv': 'id,prompt,model,image_urls\na,b,ulazai/image,photos/*\n',
      'photos/x.png': pictures[0]!,
      'photos/y.png': pictures[1]!,
    });
    expect(lines).toEqual([]);
    expect(planned[0]?.localInputs).toHaveLength(2);
  });

  test('that matches nothing is a fault with its place', async () => {
    const yaml = 'model: ulazai/image\nprompt: a\nparams:\n  images:\n    - https://e.org/0.png\n    - "photos/*.jpg"\n';
    const { lines } = await planFiles({ 'm.yaml': yaml, 'photos/a.png': pictures[0]! });
    expect(lines).toEqual([
      'm.yaml:6 params.images[1]: no file matches "photos/*.jpg"; allowed: an http(s) URL, or files relative to the manifest',
    ]);
  });

  test('that matches more than the parameter takes is a fault, and no file is read for it', async () => {
    const files = Object.fromEntries(pictures.map((bytes, index) => [`photos/${index}.png`, bytes]));
    const many = await planFiles({ 'm.yaml': manifest('ulazai/image', { images: ['photos/*'] }), ...files, 'photos/broken.txt': 'x' });
    expect(many.lines).toEqual(['m.yaml:1 params.images: must hold at most 14: found 17 ("photos/*" matched)']);
    const frame = manifest('ulazai/kling-3.0', { duration: 5, quality: 'std', start_frame: 'photos/?.png' });
    expect((await planFiles({ 'm.yaml': frame, ...files })).lines).toEqual([
      'm.yaml:1 params.start_frame: takes one file: found 10 ("photos/?.png" matched)',
    ]);
  });

  test('is checked by the bytes of every file, and the fault names the file at the place of the pattern', async () => {
    const { lines } = await planFiles({
      'm.yaml': 'model: ulazai/image\nprompt: a\nparams:\n  images:\n    - "photos/*"\n',
      'photos/a.png': pictures[0]!,
      'photos/b.png': 'no picture',
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^m.yaml:5 params.images\[0\]: "photos\/b.png" is of no known type by its content; allowed: image\/jpeg/);
  });

  test('is a plain name where a file is called so', async () => {
    const job = await planOne(manifest('ulazai/image', { images: ['shot[1].png'] }), {
      'shot[1].png': pictures[0]!,
      'shot1.png': pictures[1]!,
    });
    expect(job.localInputs.map(({ path }) => path.replace(/^.*\//, ''))).toEqual(['shot[1].png']);
  });
});
