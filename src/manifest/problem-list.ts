import type { Problem } from '../values/problem.ts';
import { problemShape } from '../values/problem-shape.ts';

/** How many problems are listed; beyond it they are only counted, save the first of a mistake that was not seen before. */
const LISTED = 1_000;
const FIRST_OF_A_KIND = 3;

/**
 * Collects every fault of a manifest instead of stopping at the first. The same fault at the same place is one problem, so that a wrong
 * default that a million rows inherit is listed once.
 */
export class ProblemList {
  readonly #items: Problem[] = [];
  readonly #seen = new Set<string>();
  readonly #byShape = new Map<string, number>();
  readonly #warnings = new Set<string>();
  #count = 0;

  add(problem: Problem): void {
    const key = `${problem.file}\0${problem.line}\0${problem.field}\0${problem.message}`;
    if (this.#seen.has(key)) return;
    this.#count++;
    // Both the list and the memory of what was seen are bounded: a file of a million faults must not need a million messages.
    if (this.#seen.size < 10 * LISTED) this.#seen.add(key);
    const shape = problemShape(problem);
    const alike = (this.#byShape.get(shape) ?? 0) + 1;
    if (alike > 1 || this.#byShape.size < LISTED) this.#byShape.set(shape, alike);
    // A mistake in every row must not crowd out another one at the end of the file.
    const isNew = alike <= FIRST_OF_A_KIND && this.#items.length < 2 * LISTED;
    if (this.#items.length < LISTED || isNew) this.#items.push(problem);
  }

  /** What stops nothing and is probably not meant: `products.csv` has no rows. */
  warn(message: string): void {
    if (this.#warnings.size < LISTED) this.#warnings.add(message);
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** How often each mistake was found, also where it is not listed, by `problemShape`. */
  get byShape(): ReadonlyMap<string, number> {
    return this.#byShape;
  }

  /** All that were found, also those that are not listed. */
  get count(): number {
    return this.#count;
  }

  /** The first 1,000 that were found and the first of what came later, by file (the manifest's first) and line. */
  get items(): readonly Problem[] {
    const files = [...new Set(this.#items.map((problem) => problem.file))];
    return this.#items.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0));
  }
}
