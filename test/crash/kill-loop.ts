import { setTimeout as sleep } from 'node:timers/promises';
import { type Audit, audit } from './books.ts';
import type { Lab } from './lab.ts';
import type { Point } from './points.ts';
import type { Ended } from './program.ts';

/** How many kills there were, by how they came. */
export interface Kills {
  random: number;
  named: number;
  /** By failpoint. */
  readonly hits: Map<string, number>;
}

/** No life waits longer for its failpoint, save where it was missed before: it is killed then, and that moment counts as a random one. */
const LONGEST_WAIT_MS = 1_500;

/** What is still to be killed, shared by batches that run side by side. */
export class KillPlan {
  readonly kills: Kills;
  readonly #points: readonly Point[];
  readonly #tries: Map<string, number>;
  readonly #wanted: number;
  readonly #random: () => number;

  constructor(points: readonly Point[], wanted: number, random: () => number) {
    this.#points = points;
    this.#wanted = wanted;
    this.#random = random;
    this.kills = { random: 0, named: 0, hits: new Map(points.map(({ name }) => [name, 0])) };
    this.#tries = new Map(points.map(({ name }) => [name, 0]));
  }

  /** Whether there is still to be killed: as often as wanted, and on, within reason, until each failpoint was hit. */
  get goesOn(): boolean {
    return this.left > 0 || (this.#missing && this.left > -0.5 * this.#wanted);
  }

  /** How many of those wanted are left; negative beyond them. */
  get left(): number {
    return this.#wanted - this.kills.random - this.kills.named;
  }

  get #missing(): boolean {
    return [...this.kills.hits.values()].includes(0);
  }

  /** The next failpoint to die at, `name#nth`, and how long it is waited for; or a random moment: half and half. */
  next(): { readonly killAt: string | null; readonly ms: number } {
    if (this.kills.named >= this.kills.random + 3) return { killAt: null, ms: this.#moment() };
    const hits = (name: string): number => this.kills.hits.get(name) ?? 0;
    const tries = (name: string): number => this.#tries.get(name) ?? 0;
    const score = ({ name }: Point): number => hits(name) * 3 + tries(name);
    const best = this.#points.reduce((least, point) => (score(point) < score(least) ? point : least));
    const missed = tries(best.name) - hits(best.name);
    this.#tries.set(best.name, tries(best.name) + 1);
    return { killAt: `${best.name}#${1 + Math.floor(this.#random() * best.most)}`, ms: LONGEST_WAIT_MS * (1 + missed) };
  }

  /** A moment after the first sign of work, milliseconds; negative: before it, from the start. */
  #moment(): number {
    return this.#random() < 0.2 ? -(100 + 500 * this.#random()) : 450 * this.#random();
  }

  count(ended: Ended): void {
    const point = /^killed at (.*)$/m.exec(ended.stderr)?.[1];
    if (point === undefined) this.kills.random += 1;
    else {
      this.kills.named += 1;
      this.kills.hits.set(point, (this.kills.hits.get(point) ?? 0) + 1);
    }
  }
}

/** A run that describes its batch: finished, some failed, some unknown. */
const ENDS: readonly (number | null)[] = [0, 4, 7];

/** Runs the batch `m.yaml` of a lab, killing it again and again until the plan or the batch is at its end, then once to its end, and audits it. */
export async function killUntilDone(lab: Lab, plan: KillPlan, mostKills: number): Promise<Audit & { readonly kills: number }> {
  const faults: string[] = [];
  let kills = 0;
  let finished = false;
  while (!finished && plan.goesOn && kills < mostKills) {
    const ended = await oneLife(lab, plan, kills > 5);
    if (ended.signal === 'SIGKILL') {
      plan.count(ended);
      kills += 1;
    } else {
      finished = true;
      if (!ENDS.includes(ended.code)) faults.push(`ended with ${ended.code}: ${ended.stderr}`);
    }
  }
  // Once more, unharmed: what a person does in the morning. A file that could not be had yet (5) is worth another run.
  for (let again = 1; again <= 3; again++) {
    const ended = await lab.run(['run', 'm.yaml', '--yes']);
    if (ENDS.includes(ended.code)) break;
    if (ended.code !== 5 || again === 3) faults.push(`the last run ended with ${ended.code}: ${ended.stderr}`);
  }
  const found = await audit(lab);
  return { ...found, faults: [...faults, ...found.faults], kills };
}

async function oneLife(lab: Lab, plan: KillPlan, stored: boolean): Promise<Ended> {
  const { killAt, ms } = plan.next();
  // Without its manifest every third time, once it is stored.
  const argv = stored && (plan.kills.random + plan.kills.named) % 3 === 2 ? ['resume'] : ['run', 'm.yaml'];
  const life = lab.start([...argv, '--yes', '--events'], killAt === null ? {} : { killAt });
  const dead = new AbortController();
  void life.ended.then(() => dead.abort());
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal: dead.signal }).catch(() => undefined);
  if (ms < 0) await wait(-ms);
  else {
    while (!dead.signal.aborted && !life.stdout().includes('"event":"job"')) await wait(5);
    await wait(ms);
  }
  if (!dead.signal.aborted) life.child.kill('SIGKILL');
  return life.ended;
}
