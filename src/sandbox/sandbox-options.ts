/** Faults that the sandbox can play, by name. */
export type FaultName =
  /** 500 before anything is charged. */
  | 'server-error'
  /** 500 after the charge: the job exists. */
  | 'server-error-after-charge'
  /** The connection is cut before anything is charged. */
  | 'cut-before-charge'
  /** The connection is cut after the charge. */
  | 'cut-after-charge'
  /** The charge itself comes late, and comes whether or not somebody still waits for the answer. */
  | 'late-charge'
  /** The answer comes late. */
  | 'slow'
  /** A 2xx with a body that is not JSON, after the charge. */
  | 'broken-json'
  /** A result URL that answers 403 until the status is asked again. */
  | 'expired-url'
  /** An uploaded file that, once used, is refused at the next submission that names it. */
  | 'expired-upload'
  /** A file that is shorter than it should be. */
  | 'truncated-file'
  /** The generation fails after it was accepted, and is refunded. */
  | 'generation-failed'
  /** A status request answers 500. */
  | 'status-error'
  /** Registration, login and making keys answer 403, as the newer documents say. */
  | 'sign-up-closed'
  /** A 429 though no limit was reached. */
  | 'throttled';

/** How a sandbox is started. */
export interface SandboxOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Starting balance of the UlazAI account, credits. */
  readonly balance: number;
  /** Starting points of the MayanIO account. */
  readonly points: number;
  /** How many times faster than real time generations run and limit windows pass. */
  readonly speed: number;
  readonly seed: number;
  /** Share of accepted generations that fail (and are refunded), 0 to 1. */
  readonly failRate: number;
  /** Probability of each named fault at each opportunity, 0 to 1. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  /** Generations that an UlazAI user may have at once, Sora's apart: 5 (API reference). */
  readonly concurrency: number;
  /** The same of Sora: 10 (its own page). */
  readonly soraConcurrency: number;
  /** Off: no 429 for windows and slots. */
  readonly enforceLimits: boolean;
}

/** What `nightshift sandbox` and `run --sandbox` start with: any free port, 2,500 credits (the documented 25 euro), time 60 times faster, no faults. */
export const defaultSandboxOptions: SandboxOptions = {
  port: 0,
  balance: 2500,
  points: 500,
  speed: 60,
  seed: 1,
  failRate: 0,
  faults: {},
  concurrency: 5,
  soraConcurrency: 10,
  enforceLimits: true,
};

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`: base URL of both providers. */
  readonly url: string;
  /** The keys that it accepts. */
  readonly keys: { readonly ulazai: string; readonly mayanio: string };
  /** Its own account book, for tests and for the user who wants to compare. */
  readonly ledger: SandboxLedger;
  close(): Promise<void>;
}

/** The sandbox's own account book. Amounts in units. */
export interface SandboxLedger {
  balance(provider: 'ulazai' | 'mayanio'): number;
  /** Every booking in order; negative amounts are charges. */
  bookings(): readonly {
    readonly provider: 'ulazai' | 'mayanio';
    readonly remoteId: string;
    readonly amount: number;
    readonly kind: 'charge' | 'refund';
    readonly prompt: string;
  }[];
  /** Requests seen, by method and route. */
  requests(): Readonly<Record<string, number>>;
  /** Requests refused with 429. */
  throttled(): number;
  /** Jobs whose result was published in the Prompt Directory. */
  published(): readonly string[];
  /** Requests to the file host that carried an Authorization header (there must be none). */
  keyLeaks(): number;
}
