import Bottleneck from 'bottleneck';

// `bottleneck-ceiling JOBS CONCURRENCY STARTS`: so many tasks that do nothing, each through so many limiters in a row, as many at once as there are slots.
const [jobs, concurrency, starts] = process.argv.slice(2).map(Number) as [number, number, number];
const limiters = Array.from({ length: starts }, () => new Bottleneck({ maxConcurrent: concurrency, minTime: 0 }));

function through(index: number): Promise<unknown> {
  const limiter = limiters[index];
  return limiter ? limiter.schedule(() => through(index + 1)) : Promise.resolve();
}

let next = 0;
const started = performance.now();
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    while (next++ < jobs) await through(0);
  }),
);
process.stdout.write(`${performance.now() - started}\n`);
