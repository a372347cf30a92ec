/** What happens when, in order of time; what is set for the same moment, in the order in which it was set. */
export class EventQueue {
  /** Simulated milliseconds. */
  now = 0;
  readonly #heap: { readonly at: number; readonly order: number; readonly happen: () => void }[] = [];
  #order = 0;

  /** Lets something happen at a moment, at the earliest now. */
  at(moment: number, happen: () => void): void {
    const event = { at: Math.max(this.now, moment), order: this.#order++, happen };
    let index = this.#heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!goesBefore(event, this.#heap[parent]!)) break;
      this.#heap[index] = this.#heap[parent]!;
      index = parent;
    }
    this.#heap[index] = event;
  }

  /** Until nothing more is set. */
  run(): void {
    for (let first = this.#take(); first; first = this.#take()) {
      this.now = first.at;
      first.happen();
    }
  }

  #take(): { readonly at: number; readonly happen: () => void } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && goesBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!goesBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function goesBefore(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
