import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith, type PassedBack } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

async function workshopWithPhoto(onUpload: () => PassedBack | null): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('chair.png', await photo('#884422'));
  workshop.write('m.yaml', {
    name: 'batch',
    jobs: [
      { id: 'with', model: 'ulazai/image', prompt: 'a chair', params: { images: ['chair.png'] } },
      { id: 'without', model: 'ulazai/image', prompt: 'a pear' },
    ],
  });
  servers.push(await meddleWith(workshop, async (request) => (request.path.includes('/upload/') ? onUpload() : null)));
  return workshop;
}

const photo = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .png()
    .toBuffer();

describe('an input whose upload', () => {
  test('is refused: its job is rejected without a submission, the others are made', async () => {
    const workshop = await workshopWithPhoto(() => ({ status: 400, body: { success: false, error: 'Invalid file type' } }));
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(run).toMatchObject({ jobs: { rejected: 1, done: 1 }, money: { ulazai: { charged: 8, reserved: 0 } } });
    expect((await workshop.jobs())[0]?.error).toMatchObject({ message: 'Invalid file type', charged: 'no' });
    expect(workshop.submissions()).toBe(1);
  });

  test('is answered without a URL: rejected, and the setting to check is named', async () => {
    const workshop = await workshopWithPhoto(() => ({ status: 200, body: { success: true } }));
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect((await workshop.jobs())[0]?.error?.message).toContain('upload_field');
  });

  test('fails once: tried again, and everything is made', async () => {
    let failed = 0;
    const workshop = await workshopWithPhoto(() => (failed++ === 0 ? { status: 503, body: { success: false, error: 'busy' } } : null));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 2 }, requests: { submit: 2 } });
  });
});

test('an input that changes between plan and submission is not sent: rejected, and what to do is said', async () => {
  const workshop = await sandboxWorkshop();
  const chair = join(workshop.folder, 'chair.png');
  writeFileSync(chair, await photo('#884422'));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'chair', prompt: 'a chair', params: { images: ['chair.png'] } });
  const other = await photo('#00ff00');
  servers.push(
    await meddleWith(workshop, async (request) => {
      // The balance is asked for when the manifest is planned.
      if (request.path.startsWith('/payments/')) writeFileSync(chair, other);
      return null;
    }),
  );
  const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
  expect(run).toMatchObject({ jobs: { rejected: 1 }, money: { ulazai: { charged: 0, reserved: 0 } } });
  expect((await workshop.jobs())[0]?.error?.message).toContain('changed after it was planned; run the manifest again');
  expect(workshop.submissions()).toBe(0);
  expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 1 } });
});

test('a photo for MayanIO 3D is sent as base64, and only its hash is stored', async () => {
  const workshop = await sandboxWorkshop();
  const bytes = await photo('#123456');
  workshop.write('chair.png', bytes);
  workshop.write('m.yaml', { name: 'batch', model: 'mayanio/image-to-3d', id: 'chair', params: { images: ['chair.png'] } });
  const sent: string[] = [];
  servers.push(
    await meddleWith(workshop, async (request) => {
      if (request.method === 'POST') sent.push(request.body.toString());
      return null;
    }),
  );
  expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 } });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain(bytes.toString('base64'));
  expect(workshop.query<string>('SELECT request FROM attempts')).not.toContain(bytes.toString('base64'));
  expect(workshop.files('out/batch')).toEqual(['chair-preview.jpg', 'chair.glb']);
});
