import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyBatch, mixedBatch, THREE_HUNDRED } from './batch.ts';
import type { Audit } from './books.ts';
import { KillPlan, killUntilDone } from './kill-loop.ts';
import { BAD_NIGHT, type Lab, openLab } from './lab.ts';
import { POINTS } from './points.ts';
import { Program } from './program.ts';
import { randomOf, seedFrom } from './random.ts';

/** NIGHTSHIFT_KILLS=3000 for a night. */
const KILLS = Number(process.env.NIGHTSHIFT_KILLS ?? 200);
const SEED = seedFrom('NIGHTSHIFT_KILL_SEED');
const MOST_KILLS_OF_A_BATCH = 80;
/** With fewer left no further batch is begun while others are still at work: they take them. */
const WORTH_A_BATCH = 40;
/** Batches that run side by side: each waits now and then, for a settle window or a limit. */
const LANES = 3;

let program: Program;
beforeAll(() => {
  program = new Program();
});
afterAll(() => program.remove());

test(`${KILLS} times kill -9 over batches of 300 jobs on a bad night: nothing lost, nothing paid twice, both books equal`, {
  retry: 0,
  timeout: 3_600_000,
}, async () => {
  const plan = new KillPlan(POINTS, KILLS, randomOf(SEED));
  const audits: (Audit & { readonly kills: number })[] = [];
  let batches = 0;
  let working = 0;
  const lane = async (): Promise<void> => {
    while (plan.goesOn && (working === 0 || plan.left > WORTH_A_BATCH)) {
      working += 1;
      const number = ++batches;
      const lab = await openLab(program, { seed: SEED + number });
      try {
        await showHistoryIds(lab);
        lab.play(BAD_NIGHT);
        lab.write('m.yaml', mixedBatch('night', THREE_HUNDRED));
        audits.push(await killUntilDone(lab, plan, MOST_KILLS_OF_A_BATCH));
      } finally {
        working -= 1;
        await lab.close();
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));

  const { random, named, hits } = plan.kills;
  const never = [...hits].filter(([, times]) => times === 0).map(([name]) => name);
  process.stdout.write(
    `seed ${SEED}: ${random} random and ${named} named kills over ${batches} batches; ${hits.size} failpoints; ${audits.map((found) => JSON.stringify([found.kills, found.jobs, found.orphans])).join(' ')}\n`,
  );
  expect(audits.flatMap((found) => found.faults)).toEqual([]);
  expect(never).toEqual([]);
  expect(hits.size).toBeGreaterThanOrEqual(16);
  expect(random + named).toBeGreaterThanOrEqual(KILLS);
});

/** That the ids of MayanIO's history are those of its answers is assumed until one of ours stands there: one job of each family before the night. */
async function showHistoryIds(lab: Lab): Promise<void> {
  lab.write('evening.yaml', historyBatch('evening'));
  const ended = await lab.run(['run', 'evening.yaml', '--yes', '--quiet']);
  if (ended.code !== 0) throw new Error(`The evening batch ended with ${ended.code}: ${ended.stderr}`);
}
