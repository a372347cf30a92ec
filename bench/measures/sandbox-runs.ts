import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { childPath, measuredWell } from '../child.ts';
import type { BenchOptions, Row, Section } from '../measure.ts';
import { lowerBound, type SimulatedJob, type SimulatedKind } from '../poll-simulation.ts';
import { type Serving, serve } from '../serving.ts';
import { KEYS } from '../workplace.ts';

/** A batch for the real engine on a real sandbox. */
interface SandboxBatch {
  readonly name: string;
  /** Models with how many jobs of each, in the order of the manifest; first those that are only learned from. */
  readonly before: Readonly<Record<string, number>>;
  readonly jobs: Readonly<Record<string, number>>;
  readonly reach: number;
  /** How many times faster than real time. */
  readonly speed: number;
}

const IMAGE = 'ulazai/image';
const FILM = 'ulazai/veo3_fast';
const STUDIO = 'ulazai/studio/veo31_fast';
const HISTORIES = { image: '/api/v1/generate/history/', studio: '/api/v1/video-studio/history/' };

const BATCHES: readonly SandboxBatch[] = [
  { name: 'images only, learned', before: { [IMAGE]: 50 }, jobs: { [IMAGE]: 200 }, reach: 1.06, speed: 12 },
  {
    name: 'images, films and Video Studio mixed, learned',
    before: { [IMAGE]: 20, [FILM]: 10, [STUDIO]: 4 },
    jobs: { [IMAGE]: 80, [FILM]: 24, [STUDIO]: 16 },
    reach: 1.03,
    speed: 20,
  },
  {
    name: 'Video Studio under 24 an hour beside images, cold',
    before: {},
    jobs: { [IMAGE]: 300, [STUDIO]: 30 },
    reach: 1.03,
    speed: 40,
  },
];
const SLOTS = 5;
/** The quick look plays so many times faster, with so many times fewer jobs. */
const QUICK = { faster: 3, fewer: 2 };

/** Makespans of the real engine over the lower bound of the lengths that the sandbox played, in compressed time. */
export async function measureSandboxRuns({ quick, folder, say }: BenchOptions): Promise<Section> {
  const rows: Row[] = [];
  for (const [index, batch] of BATCHES.entries()) {
    const speed = batch.speed * (quick ? QUICK.faster : 1);
    const fewer = quick ? QUICK.fewer : 1;
    say(`${batch.name}, ${speed} times faster`);
    const server = await serve('sandbox-server', [`${speed}`, `${index + 1}`]);
    try {
      rows.push(
        ...(await playBatch(
          { ...batch, before: divided(batch.before, fewer), jobs: divided(batch.jobs, fewer) },
          speed,
          server,
          join(folder, `sandbox-${index}`),
        )),
      );
    } finally {
      await server.close();
    }
  }
  return {
    title: 'The engine on the sandbox, in compressed time',
    rows,
    notes: [
      'Real processes, real HTTP, a real queue. Compressed time makes everything that does not scale (round trips, commits, the 50 ms margin of every window) as many times larger: 5 ms of a request are 0.15 s of a generation at 30 times. The simulation above is free of it.',
      'The lower bound takes the lengths from the sandbox and fills 5 slots in the order in which the jobs were submitted, the window of Video Studio kept.',
    ],
  };
}

function divided(jobs: Readonly<Record<string, number>>, by: number): Record<string, number> {
  return Object.fromEntries(Object.entries(jobs).map(([model, count]) => [model, Math.ceil(count / by)]));
}

async function playBatch(batch: SandboxBatch, speed: number, server: Serving, place: string): Promise<Row[]> {
  const key = await server.said('key');
  const env = { ...KEYS, ULAZAI_API_KEY: key };
  configure(place, server.url, speed);
  const run = async (name: string, models: Readonly<Record<string, number>>): Promise<number> => {
    writeFileSync(join(place, `${name}.csv`), manifest(name, models));
    const taken = await measuredWell([childPath('scaled-program'), `${speed}`, 'run', `${name}.csv`, '--yes', '--json'], {
      cwd: place,
      env,
    });
    return (JSON.parse(taken.stdout) as { requests: { poll: number } }).requests.poll;
  };
  if (Object.keys(batch.before).length > 0) await run('before', batch.before);
  const since = Date.now();
  const polls = await run('measured', batch.jobs);
  const throttled = Number(await server.ask('throttled'));
  const lengths = await lengthsOf(server, key, since);
  const count = Object.values(batch.jobs).reduce((sum, jobs) => sum + jobs, 0);
  if (lengths.length !== count) throw new Error(`the sandbox tells ${lengths.length} lengths of ${count} jobs`);
  const bound = lowerBound(simulated(lengths, speed), SLOTS);
  const { makespanMs: makespan, refillMs, submitMs } = playedIn(join(place, '.nightshift/queue.db'));
  return [
    {
      measure: `makespan / lower bound: ${batch.name}`,
      value: makespan / bound,
      unit: 'ratio',
      reach: { atMost: batch.reach },
      detail: `${count} jobs, ${speed} times faster: ${(makespan / 1_000).toFixed(1)} s beside ${(bound / 1_000).toFixed(1)} s; ${(polls / count).toFixed(1)} polls a job; a submission ${submitMs.toFixed(0)} ms, a slot refilled after ${refillMs.toFixed(0)} ms`,
    },
    { measure: `answers 429: ${batch.name}`, value: throttled, unit: '', reach: { atMost: 0 }, detail: '' },
  ];
}

function configure(place: string, url: string, speed: number): void {
  mkdirSync(place, { recursive: true });
  const scaled = (ms: number): string => `${Math.ceil(ms / speed)}ms`;
  writeFileSync(
    join(place, 'nightshift.config.yaml'),
    `out: out
providers:
  ulazai:
    base_url: ${url}
    limits: { requests: 100/${scaled(60_000)}, studio_submits: 24/${scaled(3_600_000)}, concurrency: 5 }
    poll: { min: ${scaled(2_000)}, max: ${scaled(60_000)} }
`,
  );
}

/** Families in turn, as a manifest with a matrix over models gives them. */
function manifest(name: string, models: Readonly<Record<string, number>>): string {
  const rows = Object.entries(models).flatMap(([model, jobs], family) =>
    Array.from({ length: jobs }, (_, index) => ({
      at: (index + 0.5) / jobs,
      line: `${name}-${family}-${index},${model},picture ${index} of ${name}`,
    })),
  );
  return `id,model,prompt\n${rows
    .toSorted((a, b) => a.at - b.at)
    .map(({ line }) => line)
    .join('\n')}\n`;
}

interface Length {
  readonly studio: boolean;
  readonly from: number;
  readonly ms: number;
}

/** What the sandbox played since a moment, in the order of submission. */
async function lengthsOf(server: Serving, key: string, since: number): Promise<Length[]> {
  const found: Length[] = [];
  for (const [kind, path] of Object.entries(HISTORIES)) {
    for (let offset = 0; ; offset += 100) {
      const page = await historyPage(`${server.url}${path}?limit=100&offset=${offset}`, key);
      for (const { created_at, completed_at } of page) {
        const from = Date.parse(created_at);
        if (from >= since && completed_at) found.push({ studio: kind === 'studio', from, ms: Date.parse(completed_at) - from });
      }
      if (page.length < 100) break;
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

async function historyPage(url: string, key: string): Promise<{ created_at: string; completed_at?: string }[]> {
  for (;;) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    if (answer.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      continue;
    }
    const body = (await answer.json()) as { data?: { generations: [] }; jobs?: [] };
    return body.data?.generations ?? body.jobs ?? [];
  }
}

function simulated(lengths: readonly Length[], speed: number): SimulatedJob[] {
  const plain: SimulatedKind = { name: 'any', hints: null, bounds: { minMs: 0, maxMs: 0 }, submitWindow: null };
  const rare: SimulatedKind = { ...plain, name: 'studio', submitWindow: { max: 24, windowMs: 3_600_000 / speed } };
  return lengths.map(({ studio, ms }) => ({ kind: studio ? rare : plain, lengthMs: ms }));
}

interface Played {
  /** From the first submission of the last batch to its last result, as the queue has them, milliseconds. */
  readonly makespanMs: number;
  /** From one result to the next submission, on average: what the engine itself takes between two generations of a slot. */
  readonly refillMs: number;
  /** From the committed intent to the accepted submission, on average. */
  readonly submitMs: number;
}

function playedIn(file: string): Played {
  const db = new Database(file, { readonly: true });
  try {
    const rows = db
      .prepare(
        'SELECT intent_at AS intent, submitted_at AS submitted, completed_at AS completed FROM attempts WHERE batch_id = (SELECT max(batch_id) FROM attempts) ORDER BY intent_at',
      )
      .all() as { intent: number; submitted: number; completed: number }[];
    const ends = rows.map(({ completed }) => completed).toSorted((a, b) => a - b);
    const refills = rows.slice(SLOTS).map(({ intent }, index) => Math.max(0, intent - ends[index]!));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return {
      makespanMs: ends.at(-1)! - rows[0]!.intent,
      refillMs: mean(refills),
      submitMs: mean(rows.map(({ intent, submitted }) => submitted - intent)),
    };
  } finally {
    db.close();
  }
}
