import type { JsonObject } from '../values/json.ts';
import type { MediaSpec } from './media/media-cache.ts';
import type { User } from './users.ts';

/** Ids are not interchangeable between families: each has its own status route. */
export type Family = 'image' | 'legacy-video' | 'studio' | 'sora' | 'kling' | 'mayanio';

/** A file that a generation makes: `name` is the last part of its URL. */
export interface GenerationFile {
  readonly name: string;
  readonly media: MediaSpec;
}

/** One paid generation. Its end and its outcome are decided when it is submitted; what it is now follows from the time. */
export interface Generation {
  readonly id: string;
  readonly family: Family;
  readonly user: User;
  readonly prompt: string;
  readonly model: string;
  /** Units charged at submission. */
  readonly amount: number;
  /** Sandbox time. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Why it fails, or null. */
  readonly failure: string | null;
  /** The Prompt Directory entry that its success makes, or null. */
  readonly submissionId: string | null;
  /** What the request said, as histories and statuses show it. */
  readonly params: JsonObject;
  readonly files: readonly GenerationFile[];
  /** The version of its result URLs that is handed out; `expired` and all before it answer 403. */
  readonly urls: { version: number; expired: number };
}

export type Progress = 'pending' | 'processing' | 'completed' | 'failed';

/** What a generation is at a moment of sandbox time. */
export function progress(generation: Generation, now: number): { readonly state: Progress; readonly share: number } {
  if (now >= generation.endsAt) return { state: generation.failure === null ? 'completed' : 'failed', share: 1 };
  const share = Math.max(0, (now - generation.startsAt) / (generation.endsAt - generation.startsAt));
  return { state: share < 0.1 ? 'pending' : 'processing', share };
}

/** Part of a list, and how long the whole list is. */
export interface GenerationPage {
  readonly items: readonly Generation[];
  readonly total: number;
}

/** Every generation of the sandbox, by id and in order. */
export class Generations {
  private readonly byId = new Map<string, Generation>();
  private readonly all: Generation[] = [];
  /** Those whose end changes the books (a refund, a publication), the soonest last. */
  private readonly pending: Generation[] = [];

  /** How many there have been: the number of the next. */
  get count(): number {
    return this.all.length;
  }

  add(generation: Generation): void {
    this.byId.set(generation.id, generation);
    this.all.push(generation);
    if (generation.failure === null && generation.submissionId === null) return;
    let low = 0;
    let high = this.pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pending[middle]!.endsAt > generation.endsAt) low = middle + 1;
      else high = middle;
    }
    this.pending.splice(low, 0, generation);
  }

  /** The generation with this id, or null. */
  find(id: string): Generation | null {
    return this.byId.get(id) ?? null;
  }

  /** Takes out what has ended by now and is to be booked, in order. */
  takeEnded(now: number): Generation[] {
    const ended: Generation[] = [];
    while (this.pending.length > 0 && this.pending[this.pending.length - 1]!.endsAt <= now) ended.push(this.pending.pop()!);
    return ended;
  }

  /** One page of the generations that `keep` keeps, newest first unless `order` says otherwise, and how many there are in all. */
  page(keep: (generation: Generation) => boolean, offset: number, limit: number, order: 'desc' | 'asc' = 'desc'): GenerationPage {
    const items: Generation[] = [];
    let total = 0;
    for (let i = 0; i < this.all.length; i++) {
      const generation = this.all[order === 'desc' ? this.all.length - 1 - i : i]!;
      if (!keep(generation)) continue;
      if (total >= offset && items.length < limit) items.push(generation);
      total++;
    }
    return { items, total };
  }
}
