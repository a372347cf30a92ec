import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkStructure } from '../../src/files/check-structure.ts';
import { detectType, kindProblem } from '../../src/files/media-type.ts';
import { SAMPLES, sample } from '../support/sample-media.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightshift-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(bytes: Buffer): Promise<string> {
  const path = join(folder, 'sample');
  await writeFile(path, bytes);
  return path;
}

test.each(Object.keys(SAMPLES))('%s: recognised, whole when whole, and broken wherever it is cut', async (name) => {
  const type = name.split(' ')[0]!;
  const bytes = await sample(name);
  const path = await file(bytes);
  expect((await detectType(path))?.mediaType).toBe(type);
  expect(await checkStructure(path, type)).toEqual({ kind: 'whole' });
  const missed: number[] = [];
  for (let cut = 0; cut < 200; cut++) {
    const length = 13 + Math.floor(((bytes.length - 14) * cut) / 200);
    const verdict = await checkStructure(await file(bytes.subarray(0, length)), type);
    if (verdict.kind !== 'broken') missed.push(length);
  }
  // Where neither the container nor its parts carry a size, a cut between two parts leaves a valid shorter file.
  const undetectable = { 'audio/mpeg': 2, 'video/webm without sizes': 2 }[name] ?? 0;
  expect(missed.length).toBeLessThanOrEqual(undetectable);
});

test.each(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'video/mp4', 'audio/wav', 'model/gltf-binary'])(
  '%s: what programs append after the end is no fault',
  async (type) => {
    const path = await file(Buffer.concat([await sample(type), Buffer.alloc(16)]));
    expect(await checkStructure(path, type)).toEqual({ kind: 'whole' });
  },
);

test('what is inside out is broken, not a crash', async () => {
  const zeros = await file(Buffer.alloc(5_000));
  const noise = await file(Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 251)));
  for (const type of Object.keys(SAMPLES).map((name) => name.split(' ')[0]!))
    for (const path of [zeros, noise]) expect(['broken', 'whole']).toContain((await checkStructure(path, type)).kind);
  expect(await checkStructure(zeros, 'image/tiff')).toEqual({ kind: 'unchecked' });
});

test('a type of another kind than was paid for is named', async () => {
  const html = await file(Buffer.from('<!doctype html><html><body>502 Bad Gateway</body></html>'));
  expect(kindProblem(await detectType(html), 'image')).toBe('a picture was expected, and what came is no known type of file');
  const video = await file(await sample('video/mp4'));
  expect(kindProblem(await detectType(video), 'image')).toContain('video/mp4');
  expect(kindProblem(await detectType(video), 'video')).toBeNull();
  const model = await file(await sample('model/gltf-binary'));
  expect(kindProblem(await detectType(model), 'model3d')).toBeNull();
});
