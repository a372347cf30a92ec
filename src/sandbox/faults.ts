import { fraction } from './random.ts';
import type { FaultName } from './sandbox-options.ts';

/** Draws the faults: a stream of repeatable numbers for each name, so that one fault's probability does not move another's. */
export class Faults {
  private readonly seed: number;
  private readonly chances: Readonly<Partial<Record<FaultName, number>>>;
  private readonly draws = new Map<FaultName, number>();

  constructor(seed: number, chances: Readonly<Partial<Record<FaultName, number>>>) {
    this.seed = seed;
    this.chances = chances;
  }

  /** Whether the fault plays at this opportunity. */
  plays(name: FaultName): boolean {
    const chance = this.chances[name] ?? 0;
    if (chance <= 0) return false;
    return this.next(name) < chance;
  }

  /** The next number of a fault's stream, in [0, 1): for faults that have a size. */
  next(name: FaultName): number {
    const draw = this.draws.get(name) ?? 0;
    this.draws.set(name, draw + 1);
    return fraction(this.seed, 'fault', name, draw);
  }
}
