import { setMaxListeners } from 'node:events';
import { registry } from '../../jobs/index.ts';
import { loadSettings } from '../../src/cli/config/load-settings.ts';
import type { EngineParts } from '../../src/cli/engine/engine-parts.ts';
import { openContext } from '../../src/cli/engine/open-context.ts';
import { storesOf } from '../../src/cli/engine/queue-stores.ts';
import { ApiClient } from '../../src/http/api-client.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import { Breaker } from '../../src/schedule/breaker.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';
import { type Gate, ProviderDesk, type Slots } from '../../src/work/provider-desk.ts';
import { RequestTally } from '../../src/work/request-tally.ts';
import { runBatch } from '../../src/work/run-batch.ts';

// `free-engine FOLDER CONCURRENCY WARM`: works the stored batch of a folder off with limiters that let everything pass at once, and tells what it took after
// the first WARM generations.
const [folder, concurrency, warm] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const settings = await loadSettings({
  configFlag: null,
  startDir: folder,
  cwd: folder,
  env: {},
  registry,
  flags: { db: null, out: null },
});
const db = openQueue(settings.dbPath);
const stores = storesOf(db, (text) => text);
const batch = stores.batches.latest()!;
const tally = new RequestTally();
const keys = { ulazai: 'bench-key-of-nobody-1', mayanio: 'bench-key-of-nobody-2' };
const parts = { registry, settings, secrets: { keys, values: Object.values(keys) }, clock: systemClock } as unknown as EngineParts;
const { context, close } = openContext(parts, stores, batch, { providers: ['mayanio'], tally });

const gate: Gate = {
  run: (_kind, send) => send({ answered: () => {}, notSent: () => {}, recorded: Promise.resolve() }),
  nextFreeIn: () => 0,
  blockFor: () => {},
  blockedForMs: 0,
  load: null,
};
let held = 0;
let generated = 0;
let started = performance.now();
let cpu = process.cpuUsage();
const slots: Slots = {
  free: () => concurrency - held,
  hold: async (_names, _priority, task) => {
    held += 1;
    try {
      return await task();
    } finally {
      held -= 1;
      generated += 1;
      if (generated === warm) {
        started = performance.now();
        cpu = process.cpuUsage();
      }
    }
  },
  flight: () => ({ departed: () => {}, accepted: () => {}, refused: () => {}, landed: () => {} }),
  cap: () => {},
  occupancy: () => [{ name: 'concurrency', max: concurrency, held }],
};
const provider = registry.providers.mayanio!;
const own = settings.providers.mayanio!;
const client = new ApiClient({ baseUrl: own.baseUrl!, authScheme: own.authScheme, key: keys.mayanio });
const desk = new ProviderDesk({
  provider,
  settings: own,
  wire: client,
  gate,
  slots,
  breaker: new Breaker(systemClock),
  throttleWait: () => 1_000,
  tally,
  events: context.events,
  clock: systemClock,
});
// As the limiters do: everything that waits listens to the one signal of its run.
setMaxListeners(0, context.control.submitting, context.control.waiting, context.control.leaving);
started = performance.now();
cpu = process.cpuUsage();
const result = await runBatch(
  { ...context, desks: { mayanio: desk } },
  { partial: false, downloadConcurrency: 8, outageMs: 60_000, tally },
);
const ms = performance.now() - started;
const used = process.cpuUsage(cpu);
if (result.error) throw result.error;
await client.close();
await close();
const done = stores.batches.counts(batch.id).find(({ state }) => state === 'done')?.jobs ?? 0;
db.close();
process.stdout.write(`${JSON.stringify({ ms, done, cpuMs: (used.user + used.system) / 1000 })}\n`);
