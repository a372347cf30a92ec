import { join } from 'node:path';
import { Agent, request } from 'undici';

// `peer NAME URL JOBS CONCURRENCY FOLDER`: queues so many jobs durably, then works them off with the same two requests a job as nightshift sends.
const [name, url, count, at, folder] = process.argv.slice(2);
const jobs = Number(count);
const concurrency = Number(at);
const dispatcher = new Agent({ keepAliveTimeout: 4_000 });

async function make(index) {
  const made = await request(`${url}/api/v1/images`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/json', authorization: 'Bearer nobody' },
    body: JSON.stringify({ model: 'nano-banana', prompt: `picture ${index}`, aspect_ratio: '1:1', output_format: 'png', num_images: 1 }),
  });
  const answer = await made.body.json();
  const file = await request(answer.data.images[0].url, { dispatcher });
  await file.body.arrayBuffer();
}

/** Resolves when it was called so many times. */
function countdown() {
  let left = jobs;
  let end;
  const over = new Promise((resolve) => {
    end = resolve;
  });
  return {
    over,
    tick: () => {
      left -= 1;
      if (left === 0) end();
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
    const started = performance.now();
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
    await over;
    return performance.now() - started;
  },

  async graphile() {
    const { run, makeWorkerUtils, Logger } = await import('graphile-worker');
    const logger = new Logger(() => () => {});
    const connectionString = process.env.PEER_POSTGRES;
    const utils = await makeWorkerUtils({ connectionString, logger });
    await utils.migrate();
    await utils.addJobs(Array.from({ length: jobs }, (_, index) => ({ identifier: 'image', payload: { index } })));
    const { tick, over } = countdown();
    const started = performance.now();
    const runner = await run({
      connectionString,
      concurrency,
      maxPoolSize: 20,
      logger,
      noHandleSignals: true,
      taskList: { image: async (payload) => make(payload.index) },
    });
    runner.events.on('job:complete', tick);
    await over;
    const ms = performance.now() - started;
    await runner.stop();
    await utils.release();
    return ms;
  },

  async crawlee() {
    process.env.CRAWLEE_STORAGE_DIR = folder;
    const { BasicCrawler, RequestQueue, log } = await import('@crawlee/basic');
    log.setLevel(log.LEVELS.ERROR);
    const queue = await RequestQueue.open('images');
    await queue.addRequests(Array.from({ length: jobs }, (_, index) => ({ url: `${url}/${index}`, uniqueKey: `${index}` })));
    const crawler = new BasicCrawler({
      requestQueue: queue,
      minConcurrency: concurrency,
      maxConcurrency: concurrency,
      requestHandler: async ({ request: { uniqueKey } }) => make(Number(uniqueKey)),
    });
    const started = performance.now();
    await crawler.run();
    return performance.now() - started;
  },
};

process.stdout.write(`${await peers[name]()}\n`);
process.exit(0);
