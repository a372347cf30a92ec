import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

const photo = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .png()
    .toBuffer();

const uploads = (workshop: Workshop): number => workshop.sandbox.ledger.requests()['POST /kling30/api/upload/'] ?? 0;

async function workshopWithPhoto(options: Parameters<typeof sandboxWorkshop>[0] = {}): Promise<Workshop> {
  const workshop = await sandboxWorkshop(options);
  workshop.write('photos/chair.png', await photo('#884422'));
  return workshop;
}

/** A manifest of so many images, all from the same photo. */
function batch(name: string, jobs: number, photos: readonly string[] = ['photos/*.png']): object {
  const rows = Array.from({ length: jobs }, (_, index) => ({ n: index }));
  return { name, model: 'ulazai/image', rows, id: 'job-{{ n }}', prompt: `${name} {{ n }}`, params: { images: photos } };
}

describe('a local image', () => {
  test('that many jobs need at once is uploaded once, over batches, families and spellings of its path', async () => {
    const workshop = await workshopWithPhoto();
    workshop.write('m.yaml', batch('first', 12));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 12 } });
    expect(uploads(workshop)).toBe(1);
    workshop.write('sub/m.yaml', { ...batch('second', 3, ['../photos/chair.png']) });
    workshop.write('film.yaml', {
      name: 'film',
      model: 'ulazai/kling-3.0',
      prompt: 'a',
      params: { duration: 3, quality: 'std', start_frame: 'photos/chair.png' },
    });
    await workshop.document(['run', 'sub/m.yaml', '--yes']);
    await workshop.document(['run', 'film.yaml', '--yes']);
    expect(uploads(workshop)).toBe(1);
  });

  test('two different files of one job are uploaded each, and a copy of a file is not uploaded again', async () => {
    const workshop = await workshopWithPhoto();
    workshop.write('photos/table.png', await photo('#112233'));
    workshop.write('photos/copy-of-chair.png', await photo('#884422'));
    workshop.write('m.yaml', batch('three', 2));
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(uploads(workshop)).toBe(2);
    const request = JSON.parse(workshop.query<string>('SELECT request FROM attempts LIMIT 1')) as { body: { image_urls: string[] } };
    const images = request.body.image_urls;
    expect(images).toHaveLength(3);
    expect(new Set(images).size).toBe(2);
  });

  test('whose upload expired is uploaded anew, and its job is charged once', async () => {
    const workshop = await workshopWithPhoto({ faults: { 'expired-upload': 1 } });
    workshop.write('m.yaml', batch('first', 1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('m.yaml', batch('second', 1));
    const run = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain('its files are uploaded anew, and it is tried once more');
    expect(uploads(workshop)).toBe(2);
    expect(workshop.spent()).toMatchObject({ charged: 16, refunded: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ jobs: { done: 1 }, money: { ulazai: { charged: 8, reserved: 0, difference: 0 } } });
    expect((await workshop.jobs())[0]).toMatchObject({ state: 'done', attempt: 1, error: null });
  });

  test('that is refused with its new upload too is tried no more', async () => {
    const workshop = await workshopWithPhoto();
    workshop.write('m.yaml', batch('first', 1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    let refused = 0;
    servers.push(
      await meddleWith(workshop, async (request) => {
        if (request.method !== 'POST' || request.path.includes('upload')) return null;
        refused += 1;
        return { status: 400, body: { success: false, error: 'image_urls[0] could not be fetched' } };
      }),
    );
    workshop.write('m.yaml', batch('second', 1));
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect([refused, uploads(workshop)]).toEqual([2, 2]);
    expect((await workshop.jobs())[0]).toMatchObject({ state: 'rejected', error: { message: 'image_urls[0] could not be fetched' } });
  });

  test('for which a paid job fails is not paid again unasked; `retry` uploads it anew', async () => {
    const workshop = await workshopWithPhoto();
    let failures = 1;
    servers.push(
      await meddleWith(workshop, async (request, ask) => {
        if (!/generate\/[0-9a-f-]+\/$/.test(request.path) || failures === 0) return null;
        failures = 0;
        return { status: 200, body: { ...(await ask()).json, status: 'failed', error_message: 'Could not download image_urls[0]' } };
      }),
    );
    workshop.write('m.yaml', batch('first', 1));
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect([workshop.submissions(), uploads(workshop)]).toEqual([1, 1]);
    expect((await workshop.run(['retry', '--yes'])).code).toBe(0);
    await workshop.document(['resume', '--yes']);
    expect([workshop.submissions(), uploads(workshop)]).toEqual([2, 2]);
  });

  test('is not uploaded again where the refusal speaks of something else', async () => {
    const workshop = await workshopWithPhoto();
    workshop.write('m.yaml', batch('first', 1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('m.yaml', { ...batch('second', 1), prompt: 'forbidden' });
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(uploads(workshop)).toBe(1);
    expect((await workshop.jobs())[0]?.error).toMatchObject({ class: 'moderated' });
  });

  test('is uploaded again when its upload is older than the configuration allows', async () => {
    const workshop = await workshopWithPhoto({ ulazai: ['upload_max_age: 0ms'] });
    workshop.write('m.yaml', batch('first', 1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('m.yaml', batch('second', 1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(uploads(workshop)).toBe(2);
  });
});
