/** Counts jobs against `--max-rows`: past it nothing more is made, but the counting goes on, so that the refusal can name the number. */
export class JobCounter {
  readonly max: number;
  #count = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** Counts so many jobs; false when they are beyond what is allowed and must not be made. */
  take(jobs: number): boolean {
    this.#count += jobs;
    return this.#count <= this.max;
  }

  get count(): number {
    return this.#count;
  }

  get exceeded(): boolean {
    return this.#count > this.max;
  }
}
