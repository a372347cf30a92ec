import type { Listed } from './figures.ts';

/** Collects the first `cap` items and counts all of them: a batch may hold a million, a report must not. */
export interface CappedList<T> {
  add(item: () => T): void;
  done(): Listed<T>;
}

/** A list that keeps `cap` items. An item is only built when it is kept. */
export function cappedList<T>(cap: number): CappedList<T> {
  const listed: T[] = [];
  let count = 0;
  return {
    add(item) {
      count += 1;
      if (listed.length < cap) listed.push(item());
    },
    done: () => ({ count, listed }),
  };
}
