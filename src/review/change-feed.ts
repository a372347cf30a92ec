/** Looks for changes of the queue while somebody listens, and tells every listener once for each. */
export class ChangeFeed {
  readonly #version: () => number;
  readonly #everyMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #seen = 0;

  constructor(version: () => number, everyMs = 300) {
    this.#version = version;
    this.#everyMs = everyMs;
  }

  /** Returns how to stop listening. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#timer === null) {
      this.#seen = this.#version();
      this.#timer = setInterval(() => this.#look(), this.#everyMs);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const version = this.#version();
    if (version === this.#seen) return;
    this.#seen = version;
    for (const listener of this.#listeners) listener();
  }
}
