import type { Booking } from './account.ts';
import { Faults } from './faults.ts';
import { Generations } from './generations.ts';
import { MediaCache, type MediaFile } from './media/media-cache.ts';
import { SandboxClock } from './sandbox-clock.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { Traffic } from './traffic.ts';
import { Users } from './users.ts';

/** Everything that the sandbox's routes share. */
export interface World {
  readonly options: SandboxOptions;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly book: Booking[];
  readonly users: Users;
  readonly generations: Generations;
  readonly media: MediaCache;
  /** Uploaded files by name, the oldest first. */
  readonly uploads: Map<string, MediaFile>;
  /** How often submissions named an upload; `expired`: it serves no more. */
  readonly uploadUses: Map<string, number | 'expired'>;
  readonly traffic: Traffic;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  readonly address: { url: string };
}

/** A fresh world: full accounts, no generations. */
export function createWorld(options: SandboxOptions): World {
  const book: Booking[] = [];
  return {
    options,
    clock: new SandboxClock(options.speed),
    faults: new Faults(options.seed, options.faults),
    book,
    users: new Users(options.balance, options.points, book),
    generations: new Generations(),
    media: new MediaCache(48 * 1024 * 1024),
    uploads: new Map(),
    uploadUses: new Map(),
    traffic: new Traffic(),
    address: { url: '' },
  };
}

/** Books what has ended since it was last asked: refunds and publications. Called before anything reads or changes an account. */
export function settle(world: World): void {
  for (const generation of world.generations.takeEnded(world.clock.now())) {
    if (generation.failure !== null) generation.user.account.refund(generation);
    else world.traffic.published.push(generation.id);
  }
}
