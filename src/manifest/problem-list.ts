import type { Problem } from '../values/problem.ts';

/** How many problems are listed; beyond it they are only counted. */
const LISTED = 1_000;

/**
 * Collects every fault of a manifest instead of stopping at the first. The same fault at the same place is one problem, so that a wrong
 * default that a million rows inherit is listed once.
 */
export class ProblemList {
  readonly #items: Problem[] = [];
  readonly #seen = new Set<string>();
  #count = 0;

  add(problem: Problem): void {
    const key = `${problem.file}\0${problem.line}\0${problem.field}\0${problem.message}`;
    if (this.#seen.has(key)) return;
    this.#count++;
    // Both the list and the memory of what was seen are bounded: a file of a million faults must not need a million messages.
    if (this.#seen.size < 10 * LISTED) this.#seen.add(key);
    if (this.#items.length < LISTED) this.#items.push(problem);
  }

  /** All that were found, also those that are not listed. */
  get count(): number {
    return this.#count;
  }

  /** The first 1,000 that were found, by file (the manifest's first) and line. */
  get items(): readonly Problem[] {
    const files = [...new Set(this.#items.map((problem) => problem.file))];
    return this.#items.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0));
  }
}
