import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Agent, request } from 'undici';

// `peer NAME URL JOBS CONCURRENCY FOLDER WARM`: queues so many jobs durably, then works them off with the same two requests a job as nightshift sends,
// and saves each file as nightshift does, by its own hands: written beside its name, fsynced, named, its folder fsynced. Tells the milliseconds
// after the first WARM jobs.
const [name, url, count, at, folder, first] = process.argv.slice(2);
const jobs = Number(count);
const concurrency = Number(at);
const warm = Number(first);
const dispatcher = new Agent({ keepAliveTimeout: 4_000 });
const load = (path) => import(pathToFileURL(join(process.env.PEER_BUILD, `src/files/${path}.js`)).href);
const { FilePlacer } = await load('file-placer');
const { PartFile } = await load('part-file');
const placer = new FilePlacer();
const out = join(folder, 'out');
mkdirSync(out, { recursive: true });

async function make(index) {
  const made = await request(`${url}/api/v1/images`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/json', authorization: 'Bearer nobody' },
    body: JSON.stringify({ model: 'nano-banana', prompt: `picture ${index}`, aspect_ratio: '1:1', output_format: 'png', num_images: 1 }),
  });
  const answer = await made.body.json();
  const file = await request(answer.data.images[0].url, { dispatcher });
  const bytes = Buffer.from(await file.body.arrayBuffer());
  const part = new PartFile(join(out, `j${index}`));
  part.append(bytes);
  await placer.place(part, join(out, `j${index}.png`), { bytes: bytes.length, sha256: hash('sha256', bytes) });
}

/** Resolves when it was called for every job, with the milliseconds since it was called for the last of those that warm up. */
function countdown() {
  let left = jobs;
  let end;
  let started = performance.now();
  const over = new Promise((resolve) => {
    end = resolve;
  });
  return {
    over,
    tick: () => {
      left -= 1;
      if (jobs - left === warm) started = performance.now();
      if (left === 0) end(performance.now() - started);
    },
  };
}

const peers = {
  async plainjob() {
    const { better, defineQueue, defineWorker } = await import('plainjob');
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(join(folder, 'plainjob.db'));
    const quiet = { error: console.error, warn() {}, info() {}, debug() {} };
    const queue = defineQueue({ connection: better(db), logger: quiet });
    db.pragma('synchronous = FULL');
    queue.addMany(
      'image',
      Array.from({ length: jobs }, (_, index) => ({ index })),
    );
    const { tick, over } = countdown();
    const workers = Array.from({ length: concurrency }, () =>
      defineWorker(
        'image',
        async (job) => {
          await make(JSON.parse(job.data).index);
        },
        { queue, logger: quiet, onCompleted: tick },
      ),
    );
    for (const worker of workers) worker.start();
    return over;
  },

  async graphile() {
    const { run, makeWorkerUtils, Logger } = await import('graphile-worker');
    const logger = new Logger(() => () => {});
    const connectionString = process.env.PEER_POSTGRES;
    const utils = await makeWorkerUtils({ connectionString, logger });
    await utils.migrate();
    await utils.addJobs(Array.from({ length: jobs }, (_, index) => ({ identifier: 'image', payload: { index } })));
    const { tick, over } = countdown();
    const runner = await run({
      connectionString,
      concurrency,
      maxPoolSize: 20,
      logger,
      noHandleSignals: true,
      taskList: { image: async (payload) => make(payload.index) },
    });
    runner.events.on('job:complete', tick);
    const ms = await over;
    await runner.stop();
    await utils.release();
    return ms;
  },

  async bullmq() {
    const { Queue, Worker } = await import('bullmq');
    const connection = { path: process.env.PEER_REDIS, maxRetriesPerRequest: null };
    const queue = new Queue('images', { connection });
    await queue.addBulk(Array.from({ length: jobs }, (_, index) => ({ name: 'image', data: { index } })));
    const { tick, over } = countdown();
    const worker = new Worker('images', async (job) => make(job.data.index), { connection, concurrency });
    worker.on('completed', tick);
    const ms = await over;
    await worker.close();
    await queue.close();
    return ms;
  },

  async crawlee() {
    process.env.CRAWLEE_STORAGE_DIR = folder;
    const { BasicCrawler, RequestQueue, log } = await import('@crawlee/basic');
    log.setLevel(log.LEVELS.ERROR);
    const queue = await RequestQueue.open('images');
    await queue.addRequests(Array.from({ length: jobs }, (_, index) => ({ url: `${url}/${index}`, uniqueKey: `${index}` })));
    const { tick, over } = countdown();
    const crawler = new BasicCrawler({
      requestQueue: queue,
      minConcurrency: concurrency,
      maxConcurrency: concurrency,
      requestHandler: async ({ request: { uniqueKey } }) => {
        await make(Number(uniqueKey));
        tick();
      },
    });
    // It ends when the last request is marked as handled.
    await crawler.run();
    return over;
  },
};

process.stdout.write(`${await peers[name]()}\n`);
process.exit(0);
