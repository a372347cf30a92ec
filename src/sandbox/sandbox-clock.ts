/**
 * The sandbox's time, which passes `speed` times faster than the real one. Generations and limit windows are counted in sandbox milliseconds;
 * what people read (`created_at`) is real time, because clients compare it with their own clock.
 */
export class SandboxClock {
  private readonly speed: number;
  private readonly started = performance.now();
  private readonly startedAt = Date.now();
  private readonly sleepers = new Map<NodeJS.Timeout, () => void>();
  private closed = false;

  constructor(speed: number) {
    this.speed = speed;
  }

  /** Sandbox milliseconds since the start; never steps back. */
  now(): number {
    return (performance.now() - this.started) * this.speed;
  }

  /** The real time at a moment of sandbox time, milliseconds since 1970. */
  wall(moment: number): number {
    return this.startedAt + moment / this.speed;
  }

  /** Real milliseconds that a span of sandbox time takes. */
  real(span: number): number {
    return span / this.speed;
  }

  /** Waits for a span of sandbox time, or until the sandbox closes. */
  sleep(span: number): Promise<void> {
    if (this.closed || span <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.sleepers.delete(timer);
          resolve();
        },
        Math.min(this.real(span), 0x7fffffff),
      );
      this.sleepers.set(timer, resolve);
    });
  }

  /** Wakes everyone who sleeps, so that closing never waits for a held answer. */
  close(): void {
    this.closed = true;
    for (const [timer, wake] of this.sleepers) {
      clearTimeout(timer);
      wake();
    }
    this.sleepers.clear();
  }
}
