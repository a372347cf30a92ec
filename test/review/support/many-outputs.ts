import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { BatchStore } from '../../../src/queue/batch-store.ts';
import { openQueue } from '../../../src/queue/open-queue.ts';
import { Staging } from '../../../src/queue/staging.ts';
import { planned, T0 } from '../../queue/support/temp-queue.ts';
import type { Workshop } from '../../support/sandbox-workshop.ts';

/** How the outputs of a batch differ from the usual ones. */
export interface ManyOptions {
  readonly name?: string;
  readonly many: number;
  /** Texts of the nth job; a picture of it otherwise. */
  readonly job?: (index: number) => Partial<ReturnType<typeof planned>>;
}

const SCENES = ['studio', 'beach', 'oak table', 'street'];
const PICTURES = 20;

/** A finished batch as rows of the queue and a few shared pictures: ten thousand generations take too long to be made. */
export async function manyOutputs(workshop: Workshop, { name = 'many', many, job = () => ({}) }: ManyOptions): Promise<void> {
  const outDir = join(workshop.folder, 'out', name);
  mkdirSync(outDir, { recursive: true });
  const hashes = await Promise.all(Array.from({ length: PICTURES }, (_, index) => picture(join(outDir, `${index}.png`), index)));
  const db = openQueue(join(workshop.folder, '.nightshift/queue.db'));
  try {
    const batch = new BatchStore(db).save({ name, manifest: `${name}.yaml`, outDir, budget: null }, T0);
    const staging = new Staging(db);
    staging.add(Array.from({ length: many }, (_, index) => standing(index, job(index))));
    staging.apply(batch.id, T0);
    staging.drop();
    db.transaction(() => {
      db.prepare(
        `INSERT INTO attempts (job_seq, number, batch_id, provider, family, model, params, state, request, request_sha256, quote, intent_at, completed_at)
          SELECT seq, 1, batch_id, provider, family, model, params, 'done', '', '', quote, ?, ? FROM jobs WHERE batch_id = ?`,
      ).run(T0, T0 + 1_000, batch.id);
      db.prepare('UPDATE attempts SET charged = quote WHERE batch_id = ?').run(batch.id);
      const insert = db.prepare(
        `INSERT INTO outputs (attempt_id, position, role, kind, url, state, path, bytes, sha256, media_type) VALUES (?, 0, 'main', 'image', '', 'saved', ?, 100, ?, 'image/png')`,
      );
      const attempts = db.prepare('SELECT id FROM attempts WHERE batch_id = ? ORDER BY job_seq').pluck().all(batch.id) as number[];
      for (const [index, id] of attempts.entries()) insert.run(id, `${index % PICTURES}.png`, hashes[index % PICTURES]);
      db.prepare(`UPDATE jobs SET state = 'done', attempt = 1 WHERE batch_id = ?`).run(batch.id);
    })();
  } finally {
    db.close();
  }
}

function standing(index: number, change: Partial<ReturnType<typeof planned>>): ReturnType<typeof planned> {
  const scene = SCENES[index % SCENES.length]!;
  const sku = `sku-${String(Math.floor(index / SCENES.length)).padStart(5, '0')}`;
  return planned(`${sku}-${index % SCENES.length}`, {
    params: { prompt: `${sku} in a ${scene}` },
    vars: { sku, scene },
    axes: ['scene'],
    tags: [index % 2 === 0 ? 'even' : 'odd'],
    ...change,
  });
}

async function picture(path: string, index: number): Promise<string> {
  const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: { r: index * 12, g: 120, b: 255 - index * 12 } } })
    .png()
    .toBuffer();
  writeFileSync(path, bytes);
  return createHash('sha256').update(bytes).digest('hex');
}
