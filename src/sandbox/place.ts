import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../values/json.ts';
import type { Family, Generation, GenerationFile } from './generations.ts';
import { fraction, hash32 } from './random.ts';
import { Refusal } from './refusal.ts';
import type { User } from './users.ts';
import type { World } from './world.ts';

/** A checked request for a generation. */
export interface Order {
  readonly family: Family;
  readonly id?: string;
  readonly prompt: string;
  readonly model: string;
  readonly amount: number;
  /** How long it takes: between these, seconds of sandbox time. */
  readonly seconds: readonly [shortest: number, longest: number];
  readonly published: boolean;
  readonly params: JsonObject;
  /** The files that it makes; `seed` differs for every generation, so that copies of one prompt differ too. */
  files(seed: number): readonly GenerationFile[];
}

/** Takes the money and starts the generation. The balance, the limits and the request have been checked. */
export function place(world: World, user: User, order: Order): Generation {
  const { options, clock, generations, faults } = world;
  const seed = hash32(options.seed, 'generation', generations.count);
  const [shortest, longest] = order.seconds;
  const startsAt = clock.now();
  const fails = faults.plays('generation-failed') || fraction(seed, 'fails') < options.failRate;
  const generation: Generation = {
    id: order.id ?? randomUUID(),
    family: order.family,
    user,
    prompt: order.prompt,
    model: order.model,
    amount: order.amount,
    startsAt,
    endsAt: startsAt + 1000 * (shortest + (longest - shortest) * fraction(seed, 'length')),
    failure: /\bflagged\b/i.test(order.prompt)
      ? 'Content policy violation detected in prompt'
      : fails
        ? 'The provider could not finish this generation'
        : null,
    submissionId: order.published ? randomUUID() : null,
    params: order.params,
    files: order.files(seed),
    urls: { version: 1, expired: 0 },
  };
  user.account.charge(generation);
  generations.add(generation);
  if (options.enforceLimits) user.running[order.family === 'sora' ? 'sora' : 'general'].push(generation.endsAt);
  return generation;
}

/** Refuses with 429 where the user's generation slots are taken. */
export function checkSlots(world: World, user: User, kind: 'general' | 'sora'): void {
  if (!world.options.enforceLimits) return;
  const now = world.clock.now();
  const running = user.running[kind].filter((end) => end > now);
  user.running[kind] = running;
  const limit = kind === 'sora' ? world.options.soraConcurrency : world.options.concurrency;
  if (running.length >= limit) throw throttled(world, `Rate limit exceeded (max ${limit} concurrent)`, Math.min(...running) - now);
}

/** A 429. No document promises a Retry-After, so it is there only half of the time. `wait` in sandbox milliseconds. */
export function throttled(world: World, message: string, wait: number): Refusal {
  world.traffic.throttled++;
  const seconds = Math.ceil(world.clock.real(wait) / 1000);
  const tells = fraction(world.options.seed, 'retry-after', world.traffic.throttled) < 0.5;
  return new Refusal(429, message, {}, tells ? { 'retry-after': String(seconds) } : {});
}

/** The URL of a generation's file, as answers give it. */
export function fileUrl(world: World, generation: Generation, file: GenerationFile): string {
  return `${world.address.url}/files/${generation.id}/${file.name}?v=${generation.urls.version}`;
}

/** To be called when an answer hands out result URLs again: expired ones are renewed, and fresh ones may be made to expire, once a generation. */
export function renewUrls(world: World, generation: Generation): void {
  const { urls } = generation;
  if (urls.expired === urls.version) urls.version++;
  else if (urls.version === 1 && world.faults.plays('expired-url')) urls.expired = 1;
}

/** Real time as the documents print it: `2025-01-15T10:00:00Z`. */
export function stamp(world: World, moment: number): string {
  return new Date(world.clock.wall(moment)).toISOString();
}
