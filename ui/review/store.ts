import { useLayoutEffect, useState } from 'preact/hooks';
import type {
  DecisionPage,
  RegenerateAnswer,
  RegenerateCost,
  ReviewChange,
  ReviewDecision,
  ReviewNews,
  ReviewOutput,
  ReviewStatus,
} from '../../src/review/review-view.ts';
import { NoAnswer, type ReviewClient } from './client.ts';

const STATUS_EVERY_MS = 1_000;
const ASK_AGAIN_MS = 1_000;

/** Everything the page knows: outputs and decisions as they come, and how the batch stands. */
export class ReviewStore {
  readonly client: ReviewClient;
  /** In the order of the manifest. A new list whenever something was saved. */
  outputs: readonly ReviewOutput[] = [];
  /** A new map whenever something was decided. */
  decisions: ReadonlyMap<number, ReviewDecision> = new Map();
  status: ReviewStatus | null = null;
  loading = true;
  connected = true;
  /** What went wrong last, in words; null when nothing did. */
  fault: string | null = null;
  readonly #byNumber = new Map<number, ReviewOutput>();
  readonly #listeners = new Set<() => void>();
  #saved = 0;
  #mark = 0;
  /** How many writes about an output have not been answered. */
  readonly #pending = new Map<number, number>();
  #writes: Promise<void> = Promise.resolve();
  #fetching: Promise<void> | null = null;
  #again = false;
  #statusTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(client: ReviewClient) {
    this.client = client;
  }

  /** Loads what there is, and listens for what comes. */
  start(): void {
    void this.#fetch();
    void this.#askStatus();
    this.client.listen(
      (news) => this.#heard(news),
      (connected) => {
        this.connected = connected;
        this.#changed();
      },
    );
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  byNumber(output: number): ReviewOutput | undefined {
    return this.#byNumber.get(output);
  }

  decisionOf(output: number): ReviewDecision {
    return this.decisions.get(output) ?? { output, decision: null, star: false, note: null, prompt: null };
  }

  /** Shows the change at once, and takes it back when it could not be stored. */
  async decide(changes: readonly ReviewChange[]): Promise<void> {
    const before = changes.map(({ output }) => this.decisionOf(output));
    this.#take(changes.map((change) => ({ ...this.decisionOf(change.output), ...change })));
    await this.#attempt(
      changes.map(({ output }) => output),
      () => this.client.decide(changes),
      () => this.#take(before),
    );
  }

  undo(): Promise<void> {
    return this.#step(() => this.client.undo());
  }

  redo(): Promise<void> {
    return this.#step(() => this.client.redo());
  }

  #step(write: () => Promise<DecisionPage>): Promise<void> {
    return this.#attempt([], write, () => {});
  }

  /** What new attempts cost, or, agreed to, queues them: of what is shown, so that what was decided just now is stored first. */
  async regenerate(outputs: readonly number[], agreed: RegenerateCost | null): Promise<RegenerateAnswer> {
    await this.#writes;
    const answer = await this.client.regenerate(outputs, agreed);
    if (answer.queued) await this.#askStatus();
    return answer;
  }

  /** Saves decisions.csv, with what was decided just now. */
  async download(): Promise<void> {
    await this.#writes;
    await this.client.download();
  }

  say(fault: string | null): void {
    this.fault = fault;
    this.#changed();
  }

  async pause(paused: boolean): Promise<void> {
    try {
      this.status = await this.client.pause(paused);
      this.say(null);
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes one after the other, in the order in which they were made. */
  #attempt(outputs: readonly number[], write: () => Promise<DecisionPage>, failed: () => void): Promise<void> {
    const count = (by: number) => {
      for (const output of outputs) this.#pending.set(output, (this.#pending.get(output) ?? 0) + by);
    };
    count(1);
    this.#writes = this.#writes.then(async () => {
      try {
        const page = await write();
        count(-1);
        this.fault = null;
        this.#hear(page.decisions);
      } catch (error) {
        count(-1);
        failed();
        this.say(error instanceof Error ? error.message : String(error));
      }
    });
    return this.#writes;
  }

  /** What the program says, save where the person has already said something newer that is on its way. */
  #hear(decisions: readonly ReviewDecision[]): void {
    this.#take(decisions.filter(({ output }) => !this.#pending.get(output)));
  }

  #take(decisions: readonly ReviewDecision[]): void {
    if (decisions.length === 0) return;
    const next = new Map(this.decisions);
    for (const decision of decisions) next.set(decision.output, decision);
    this.decisions = next;
    this.#changed();
  }

  #heard(news: ReviewNews): void {
    if (news.saved > this.#saved || news.decided > this.#mark) void this.#fetch();
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = null;
      void this.#askStatus();
    }, STATUS_EVERY_MS);
  }

  /** How the batch stands, asked again now. */
  refresh(): void {
    void this.#askStatus();
  }

  async #askStatus(): Promise<void> {
    try {
      this.status = await this.client.status();
      this.#changed();
    } catch {
      // The next news, or the lost connection, says more.
    }
  }

  #fetch(): Promise<void> {
    this.#again = true;
    this.#fetching ??= this.#fetchAll().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetchAll(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        for (let more = true; more; ) {
          const page = await this.client.outputs(this.#saved);
          for (const output of page.outputs) this.#byNumber.set(output.output, output);
          this.#saved = page.next;
          more = page.more;
          if (page.outputs.length > 0) this.outputs = [...this.#byNumber.values()].sort(inManifest);
          this.#changed();
        }
        const { decisions, mark } = await this.client.decisions(this.#mark);
        this.#mark = mark;
        this.#hear(decisions);
      }
      this.loading = false;
      this.#changed();
    } catch (error) {
      // That nobody answers is for the connection to say: nothing here "was not stored". When it comes back, so do the news.
      if (error instanceof NoAnswer) setTimeout(() => this.connected && void this.#fetch(), ASK_AGAIN_MS);
      else this.say(error instanceof Error ? error.message : String(error));
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Draws a component again whenever the store has changed. */
export function useStore(store: ReviewStore): void {
  const [, draw] = useState(0);
  // With the drawing: what comes between the two would not be drawn.
  useLayoutEffect(() => store.listen(() => draw((count) => count + 1)) as () => void, [store]);
}

function inManifest(a: ReviewOutput, b: ReviewOutput): number {
  return a.job_seq - b.job_seq || a.attempt - b.attempt || a.position - b.position;
}
