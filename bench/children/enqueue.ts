import Database from 'better-sqlite3';
import type { PlannedJob } from '../../src/plan/planned-job.ts';
import { BatchStore } from '../../src/queue/batch-store.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import { Staging } from '../../src/queue/staging.ts';

// `enqueue ours|raw|indexed COUNT FILE`: the same jobs through Staging, or as one table and one transaction, without or with the queue's own indexes.
const [how, count, file] = [process.argv[2]!, Number(process.argv[3]), process.argv[4]!];
const NOW = Date.UTC(2026, 0, 5);

function job(row: number): PlannedJob {
  const id = `p${String(row).padStart(7, '0')}`;
  return {
    id,
    model: 'ulazai/image',
    family: 'ulazai/image',
    provider: 'ulazai',
    params: {
      prompt: `Product ${id} on a plain white table, soft light from the left, a shadow below, sharp from front to back, colour as it is, no text`,
      aspect_ratio: '1:1',
    },
    localInputs: [],
    copy: 1,
    fingerprint: row.toString(16).padStart(64, '0'),
    twinKey: row.toString(16).padStart(64, '1'),
    quote: 8_000_000,
    publishingWouldSave: 0,
    output: id,
    outputsAsked: 1,
    tags: ['spring', 'catalog'],
    priority: 0,
    vars: { sku: `SKU-${id}` },
    axes: [],
    place: { file: 'catalog.csv', line: row + 2 },
  };
}

const started = performance.now();
if (how === 'ours') {
  const db = openQueue(file);
  const batch = new BatchStore(db).save({ name: 'catalog', manifest: 'catalog.csv', outDir: 'out/catalog', budget: null }, NOW);
  const staging = new Staging(db);
  for (let from = 0; from < count; from += 1_000) {
    staging.add(Array.from({ length: Math.min(1_000, count - from) }, (_, row) => job(from + row)));
  }
  staging.apply(batch.id, NOW);
  staging.drop();
  db.close();
} else {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  const columns =
    'batch_id, id, model, family, provider, params, local_inputs, vars, tags, copy, fingerprint, twin_key, quote, publishing_saves, output, outputs_asked, priority, state, created_at';
  db.exec(`CREATE TABLE jobs (seq INTEGER PRIMARY KEY, ${columns.replace('state', "state DEFAULT 'queued'")})`);
  if (how === 'indexed') {
    db.exec(`CREATE UNIQUE INDEX by_id ON jobs (batch_id, id);
      CREATE INDEX queued ON jobs (batch_id, family, priority DESC, seq) WHERE state = 'queued';
      CREATE INDEX in_order ON jobs (batch_id, seq);
      CREATE INDEX by_state ON jobs (batch_id, state, seq)`);
  }
  const insert = db.prepare(`INSERT INTO jobs (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`);
  db.transaction(() => {
    for (let row = 0; row < count; row++) {
      const { id, model, family, provider, params, localInputs, vars, tags, copy, fingerprint, twinKey, quote, output, priority } =
        job(row);
      const texts = [JSON.stringify(params), JSON.stringify(localInputs), JSON.stringify(vars), JSON.stringify(tags)];
      insert.run(1, id, model, family, provider, ...texts, copy, fingerprint, twinKey, quote, 0, output, 1, priority, 'queued', NOW);
    }
  })();
  db.close();
}
process.stdout.write(`${performance.now() - started}\n`);
