/** Wakes whoever waits for something to have changed. A change between two waits is not lost. */
export class ChangeSignal {
  #wake: (() => void) | null = null;
  #changed = false;

  notify(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves at the next change, or at once when one came since the last wait. */
  async wait(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
    this.#changed = false;
  }
}
