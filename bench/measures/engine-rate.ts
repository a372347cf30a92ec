import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childPath, measuredWell, PROGRAM } from '../child.ts';
import type { BenchOptions, Section } from '../measure.ts';
import { type Serving, serve } from '../serving.ts';
import { KEYS, unlimitedWorkplace } from '../workplace.ts';

const CONCURRENCY = 50;
/** Starts of Bottleneck a job: its slot. Connections, and windows wide enough to need no spacing, are turns without it. */
const STARTS = 1;

/** Jobs a second against a server without latency and limits: one submission and one small file each, everything durable. */
export async function measureEngineRate({ quick, folder, say }: BenchOptions): Promise<Section> {
  const server = await serve('zero-server');
  try {
    const [jobs, few] = quick ? [1_000, 400] : [5_000, 1_500];
    say('with Bottleneck');
    const [small, large] = [await engineRun(server, folder, few), await engineRun(server, folder, jobs)];
    const perSecond = ((jobs - few) * 1_000) / (large.ms - small.ms);
    const cpuPerJob = (large.cpuMs - small.cpuMs) / (jobs - few);
    say("Bottleneck's ceiling");
    const ceiling =
      (jobs * 1_000) / Number((await measuredWell([childPath('bottleneck-ceiling'), `${jobs}`, `${CONCURRENCY}`, `${STARTS}`])).stdout);
    say('pass-through');
    const [freeJobs, warm] = quick ? [800, 300] : [6_000, 2_000];
    const free = await freeRun(server, folder, freeJobs, warm);
    say('bare loop');
    const { stdout } = await measuredWell([childPath('undici-loop'), server.url, `${freeJobs}`, `${CONCURRENCY}`, `${warm}`]);
    const bare = ((freeJobs - warm) * 1_000) / Number(stdout);
    return {
      title: 'Jobs a second, a server without latency',
      rows: [
        {
          measure: "with Bottleneck / Bottleneck's own ceiling for the same starts",
          value: perSecond / ceiling,
          unit: 'ratio',
          reach: { atLeast: 0.85 },
          detail: `${perSecond.toFixed(0)} jobs/s beside ${ceiling.toFixed(0)} (${STARTS} starts a job, ${CONCURRENCY} at once); ${cpuPerJob.toFixed(2)} ms of processor a job`,
        },
        {
          measure: 'with limiters that let all pass / bare undici loop that writes nothing',
          value: free.perSecond / bare,
          unit: 'ratio',
          reach: { atLeast: 0.4 },
          detail: `${free.perSecond.toFixed(0)} jobs/s beside ${bare.toFixed(0)}; ${free.cpuPerJob.toFixed(2)} ms of processor a job; synchronous FULL, every file fsynced`,
        },
      ],
      notes: [
        'A job is one paid request and one file of 70 bytes; the queue commits the intent, the answer, the file and the end of each job. What comes first is left out, since V8 compiles then what it will run, and the bare loop has little to compile: the rate with Bottleneck is the difference of a long and a short batch, the other one that after the first 2,000 jobs (300 with --quick).',
      ],
    };
  } finally {
    await server.close();
  }
}

async function engineRun(server: Serving, folder: string, jobs: number): Promise<{ ms: number; cpuMs: number }> {
  const place = batchFolder(server, folder, `rate-${jobs}`, jobs);
  return measuredWell([PROGRAM, 'run', 'batch.csv', '--yes', '--json'], { cwd: place, env: KEYS });
}

/** Jobs a second and processor time a job with limiters that let all pass, without the first `warm` jobs of the batch. */
export async function freeRun(
  server: Serving,
  folder: string,
  jobs: number,
  warm: number,
): Promise<{ perSecond: number; cpuPerJob: number }> {
  const place = batchFolder(server, folder, 'rate-free', jobs);
  await measuredWell([PROGRAM, 'run', 'batch.csv', '--yes', '--json', '--max-duration', '1ms'], { cwd: place, env: KEYS, code: 10 });
  const { stdout } = await measuredWell([childPath('free-engine'), place, `${CONCURRENCY}`, `${warm}`]);
  const { ms, done, cpuMs } = JSON.parse(stdout) as { ms: number; done: number; cpuMs: number };
  if (done < jobs * 0.95) throw new Error(`only ${done} of ${jobs} jobs were done`);
  return { perSecond: ((jobs - warm) * 1_000) / ms, cpuPerJob: cpuMs / (jobs - warm) };
}

function batchFolder(server: Serving, folder: string, name: string, jobs: number): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  unlimitedWorkplace(place, server.url, CONCURRENCY);
  const rows = Array.from({ length: jobs }, (_, row) => `j${row},mayanio/nano-banana,picture ${row}`);
  writeFileSync(join(place, 'batch.csv'), `id,model,prompt\n${rows.join('\n')}\n`);
  return place;
}
