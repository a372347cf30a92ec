import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const URL_OF_A_PHOTO = 'https://example.com/chair.png';

/** One job of every documented family, with its documented price and what its files are. */
const FAMILIES = [
  ['ulazai/image', { params: { aspect_ratio: '1:1' } }, 8, { 'job.png': 'image/png' }],
  ['ulazai/image/seedream_5_lite', { params: {} }, 8, { 'job.png': 'image/png' }],
  ['ulazai/veo3_fast', { params: {} }, 130, { 'job.mp4': 'video/mp4' }],
  ['ulazai/veo3_fast', { params: { aspect_ratio: '9:16' } }, 150, { 'job.mp4': 'video/mp4' }],
  ['ulazai/veo3', { params: {} }, 300, { 'job.mp4': 'video/mp4' }],
  ['ulazai/studio/veo31_fast', { params: { aspect_ratio: '16:9', duration: 8 } }, 100, { 'job.mp4': 'video/mp4' }],
  ['ulazai/sora-2', { params: {} }, 80, { 'job.mp4': 'video/mp4' }],
  ['ulazai/sora-2', { params: { images: [URL_OF_A_PHOTO] } }, 80, { 'job.mp4': 'video/mp4' }],
  ['ulazai/kling-3.0', { params: { duration: 3, quality: 'std' } }, 60, { 'job.mp4': 'video/mp4' }],
  ['ulazai/kling-3.0', { params: { duration: 3, quality: 'pro', sound: true } }, 120, { 'job.mp4': 'video/mp4' }],
  ['mayanio/nano-banana', { params: {} }, 8, { 'job.png': 'image/png' }],
  [
    'mayanio/nano-banana',
    { params: { copies_per_request: 3 } },
    24,
    { 'job-1.png': 'image/png', 'job-2.png': 'image/png', 'job-3.png': 'image/png' },
  ],
  ['mayanio/vidu-q2', { params: { duration: 2, resolution: '360p' } }, 10, { 'job.mp4': 'video/mp4' }],
  ['mayanio/ltx-2', { params: { duration: 2, resolution: '360p' } }, 10, { 'job.mp4': 'video/mp4' }],
  [
    'mayanio/image-to-3d',
    { prompt: null, params: { image_url: URL_OF_A_PHOTO } },
    20,
    { 'job.glb': 'model/gltf-binary', 'job-preview.jpg': 'image/jpeg' },
  ],
] as const;

describe.each(FAMILIES)('%s %j', (model, entry, price, outputs) => {
  test('costs what was planned, to the credit, lies on disk, and is never paid again', async () => {
    const workshop = await sandboxWorkshop();
    const provider = model.startsWith('ulazai') ? 'ulazai' : 'mayanio';
    workshop.write('m.yaml', { name: 'one', model, id: 'job', prompt: 'a wooden chair on a plain floor', ...entry });

    const plan = await workshop.run(['plan', 'm.yaml', '--json']);
    expect(plan.code, plan.stderr).toBe(0);
    expect(JSON.parse(plan.stdout).cost[provider]).toMatchObject({ total: price, to_pay: price, unpriced_jobs: 0 });
    expect(workshop.submissions()).toBe(0);

    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run.jobs).toMatchObject({ total: 1, done: 1 });
    expect(run.money[provider]).toMatchObject({ charged: price, refunded: 0, net: price, reserved: 0, unknown: 0 });
    expect(run.money[provider]?.difference ?? 0).toBe(0);
    expect(workshop.spent(provider)).toEqual({ charged: price, refunded: 0, net: price });

    expect(workshop.files().map((file) => file.replace(/^one\//, ''))).toEqual(Object.keys(outputs).sort());
    for (const [name, type] of Object.entries(outputs)) expect(await workshop.typeOf(`one/${name}`)).toBe(type);
    expect(workshop.sandbox.ledger.published()).toEqual([]);
    expect(workshop.sandbox.ledger.keyLeaks()).toBe(0);

    const submitted = workshop.submissions();
    expect(submitted).toBe(1);
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again).toMatchObject({ stopped: 'completed', jobs: { total: 1, done: 1 }, requests: { submit: 0, poll: 0 } });
    expect(workshop.submissions()).toBe(submitted);
    expect(workshop.spent(provider).charged).toBe(price);
  });
});
