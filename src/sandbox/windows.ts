/** At most so many requests in any span of this length, wherever it begins. Times in sandbox milliseconds. */
export class SlidingWindow {
  readonly limit: number;
  private readonly span: number;
  private times: number[] = [];

  constructor(limit: number, span: number) {
    this.limit = limit;
    this.span = span;
  }

  /** Counts a request and returns 0, or does not count it and returns how long until there is room. */
  admit(now: number): number {
    if (this.times.length >= this.limit) this.times = this.times.filter((time) => time > now - this.span);
    if (this.times.length >= this.limit) return this.times[0]! + this.span - now;
    this.times.push(now);
    return 0;
  }
}

/** At most so many requests from one reset to the next: what `X-RateLimit-Reset` ("when limit resets") describes. Times in sandbox milliseconds. */
export class FixedWindow {
  readonly limit: number;
  private readonly span: number;
  private used = 0;
  private reset = 0;

  constructor(limit: number, span: number) {
    this.limit = limit;
    this.span = span;
  }

  /** Counts a request and returns true, or returns false where none is left. The window begins with its first request. */
  admit(now: number): boolean {
    if (now >= this.reset) {
      this.reset = now + this.span;
      this.used = 0;
    }
    if (this.used >= this.limit) return false;
    this.used++;
    return true;
  }

  /** Requests left in this window. */
  get remaining(): number {
    return this.limit - this.used;
  }

  /** When the window ends. */
  get resetsAt(): number {
    return this.reset;
  }
}
