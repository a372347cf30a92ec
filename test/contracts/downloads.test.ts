import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { downloadFile } from '../../src/files/download.ts';
import type { DownloadOutcome } from '../../src/files/download-outcome.ts';
import { FilePlacer } from '../../src/files/file-placer.ts';
import { MediaClient } from '../../src/http/media-client.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';
import { sample } from '../support/sample-media.ts';
import { FAULTS, type Fault, faultyHost, type HostedFile } from './support/faulty-host.ts';

const DOWNLOADS = 2_000;
const AT_A_TIME = 24;

/** Numbers that are the same at every run. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Kind = 'image' | 'video' | 'model3d';
interface Sample {
  readonly kind: Kind;
  readonly extension: string;
  readonly bytes: Buffer;
  readonly newer: Buffer;
  readonly other: Buffer;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Two versions of a file of each type. */
async function samples(): Promise<readonly Sample[]> {
  const picture = (shade: number) =>
    sharp({
      create: {
        width: 90,
        height: 60,
        channels: 3,
        background: { r: shade, g: 90, b: 200 },
        noise: { type: 'gaussian', mean: shade, sigma: 40 },
      },
    });
  const both = async (make: (shade: number) => Promise<Buffer>) => ({ bytes: await make(60), newer: await make(190) });
  const altered = (bytes: Buffer, at: number): Buffer => {
    const newer = Buffer.from(bytes);
    newer[at]! ^= 0x55;
    return newer;
  };
  const [mp4, webm, glb, png] = [
    await sample('video/mp4'),
    await sample('video/webm'),
    await sample('model/gltf-binary'),
    await sample('image/png'),
  ];
  return [
    { kind: 'image', extension: 'png', ...(await both((shade) => picture(shade).png().toBuffer())), other: mp4 },
    { kind: 'image', extension: 'jpg', ...(await both((shade) => picture(shade).jpeg().toBuffer())), other: webm },
    { kind: 'image', extension: 'webp', ...(await both((shade) => picture(shade).webp().toBuffer())), other: glb },
    { kind: 'image', extension: 'gif', ...(await both((shade) => picture(shade).gif().toBuffer())), other: mp4 },
    { kind: 'video', extension: 'mp4', bytes: mp4, newer: altered(mp4, 1_000), other: png },
    { kind: 'video', extension: 'webm', bytes: webm, newer: altered(webm, webm.length - 100), other: png },
    { kind: 'model3d', extension: 'glb', bytes: glb, newer: altered(glb, glb.length - 100), other: png },
  ];
}

/** One to four faults in a row, then the file, or never the file. */
function planOf(sampleOf: Sample, random: () => number): HostedFile {
  const count = 1 + Math.floor(random() * 4);
  const faults = Array.from({ length: count }, (): Fault => FAULTS[Math.floor(random() * FAULTS.length)]!);
  return { ...sampleOf, faults, gone: random() < 0.1, cuts: faults.map(() => random()) };
}

test(`${DOWNLOADS} faulty downloads: nothing but a whole file ever has a final name, and each is finished or reported`, {
  timeout: 180_000,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), 'nightshift-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const random = randomFrom(20_260_301);
  const kinds = await samples();
  const files = Array.from({ length: DOWNLOADS }, (_, at) => ({
    sample: kinds[at % kinds.length]!,
    plan: planOf(kinds[at % kinds.length]!, random),
  }));
  const host = await faultyHost(files.map(({ plan }) => plan));
  onTestFinished(() => host.close());
  const media = new MediaClient({ allowPrivateHosts: true, baseUrls: [], stallMs: 150 });
  onTestFinished(() => media.close());

  const right = new Set(kinds.flatMap(({ bytes, newer }) => [sha256(bytes), sha256(newer)]));
  const wrong: string[] = [];
  let looks = 0;
  const checked = new Set<string>();
  /** What somebody who opens the folder at this moment finds. */
  const look = (): void => {
    looks++;
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || entry.name.endsWith('.part') || checked.has(path)) continue;
      checked.add(path);
      if (!right.has(sha256(readFileSync(path)))) wrong.push(relative(root, path));
    }
  };
  const watcher = setInterval(look, 5);
  onTestFinished(() => clearInterval(watcher));

  const outcomes = new Array<DownloadOutcome>(DOWNLOADS);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < DOWNLOADS; at = next++) {
      const { sample: of } = files[at]!;
      outcomes[at] = await downloadFile(
        {
          url: `${host.url}/${at}`,
          root,
          target: join(root, `${at % 10}`, `file-${at}`),
          kind: of.kind,
          expectedBytes: null,
          maxBytes: 10_000_000,
        },
        { media, clock: systemClock, placer: new FilePlacer(), waitBeforeRetry: () => 0 },
      );
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  clearInterval(watcher);
  look();

  expect(wrong).toEqual([]);
  const happened: Record<string, number> = {};
  for (const [at, outcome] of outcomes.entries()) {
    const key = outcome.kind === 'failed' ? `failed: ${outcome.reason}` : outcome.kind;
    happened[key] = (happened[key] ?? 0) + 1;
    const { sample: of, plan } = files[at]!;
    const path = join(root, `${at % 10}`, `file-${at}.${of.extension}`);
    if (outcome.kind === 'saved') {
      expect([plan.faults, outcome.path, outcome.sha256]).toEqual([plan.faults, path, sha256(readFileSync(path))]);
      expect(right).toContain(outcome.sha256);
    } else {
      expect([plan.faults, outcome.kind]).toEqual([plan.faults, expect.stringMatching(/^(failed|expired)$/)]);
      expect(checked).not.toContain(path);
      expect('message' in outcome && outcome.message).toMatch(/./);
      // Only what the plan never gives out whole is not had: gone, or refused for good before.
      expect([plan.faults, plan.gone || plan.faults.includes('packed')]).toEqual([plan.faults, true]);
    }
  }
  // A run in which everything fails, or nothing, proves nothing.
  expect(happened.saved).toBeGreaterThan(DOWNLOADS * 0.7);
  expect(happened.expired).toBeGreaterThan(20);
  expect(looks).toBeGreaterThan(100);
  expect(new Set(files.flatMap(({ plan }) => plan.faults)).size).toBe(FAULTS.length);
  const left = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(left).toHaveLength(happened.saved!);
});
