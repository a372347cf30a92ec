import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

describe('the documented limits, as they are at the speed of the sandbox', () => {
  test('are never passed by sixty images: not one 429', async () => {
    const workshop = await sandboxWorkshop({ speed: 120 });
    const rows = Array.from({ length: 60 }, (_, n) => ({ n }));
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({ jobs: { done: 60 }, requests: { submit: 60, throttled: 0 } });
    expect(workshop.sandbox.ledger.throttled()).toBe(0);
  });

  test('configured higher than the documented ones are used quietly: Node takes many listeners of a signal for a leak', async () => {
    const limits = '{ requests: 5000/1s, studio_submits: 5000/1s, concurrency: 20 }';
    const workshop = await sandboxWorkshop({ concurrency: 40, enforceLimits: false, limits });
    const rows = Array.from({ length: 60 }, (_, n) => ({ n }));
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
    const warnings: string[] = [];
    const listen = ({ name, message }: Error): unknown => warnings.push(`${name}: ${message}`);
    process.on('warning', listen);
    try {
      expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 60 } });
    } finally {
      process.off('warning', listen);
    }
    expect(warnings).toEqual([]);
  });

  test('of Video Studio, 24 an hour, hold while images go on beside it', async () => {
    // An hour passes in three seconds.
    const workshop = await sandboxWorkshop({ speed: 1200, balance: 10_000 });
    workshop.write('m.yaml', {
      name: 'batch',
      jobs: [
        {
          rows: Array.from({ length: 28 }, (_, n) => ({ n })),
          id: 's{{ n }}',
          model: 'ulazai/studio/veo31_fast',
          prompt: 'film {{ n }}',
          params: { aspect_ratio: '16:9' },
        },
        { rows: Array.from({ length: 10 }, (_, n) => ({ n })), id: 'i{{ n }}', model: 'ulazai/image', prompt: 'pear {{ n }}' },
      ],
    });
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({ jobs: { done: 38 }, requests: { throttled: 0 } });
    expect(workshop.sandbox.ledger.throttled()).toBe(0);
  });

  test('hold over a restart: what an earlier run has used is remembered', async () => {
    const workshop = await sandboxWorkshop({ speed: 1200, balance: 10_000 });
    const films = (count: number) => ({
      name: 'batch',
      rows: Array.from({ length: count }, (_, n) => ({ n })),
      id: 's{{ n }}',
      model: 'ulazai/studio/veo31_fast',
      prompt: 'film {{ n }}',
      params: { aspect_ratio: '16:9' },
    });
    workshop.write('m.yaml', films(20));
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('m.yaml', films(28));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({
      jobs: { done: 28 },
      requests: { submit: 8, throttled: 0 },
    });
    expect(workshop.sandbox.ledger.throttled()).toBe(0);
  });

  test('of slots: ten of Sora and five of the others run side by side', async () => {
    const workshop = await sandboxWorkshop({ speed: 200, balance: 10_000 });
    workshop.write('m.yaml', {
      name: 'batch',
      rows: Array.from({ length: 12 }, (_, n) => ({ n })),
      jobs: [
        { id: 'o{{ n }}', model: 'ulazai/sora-2', prompt: 'sora {{ n }}' },
        { id: 'i{{ n }}', model: 'ulazai/image', prompt: 'pear {{ n }}' },
      ],
    });
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 24 }, requests: { throttled: 0 } });
    expect(workshop.sandbox.ledger.throttled()).toBe(0);
  });

  test('of MayanIO, told in headers, hold', async () => {
    const workshop = await sandboxWorkshop({ speed: 600 });
    workshop.write('m.yaml', {
      name: 'batch',
      rows: Array.from({ length: 12 }, (_, n) => ({ n })),
      id: 'm{{ n }}',
      model: 'mayanio/nano-banana',
      prompt: 'pear {{ n }}',
    });
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 12 }, requests: { throttled: 0 } });
  });
});
