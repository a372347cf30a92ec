import type { ApiAnswer } from '../job-type/outcomes.ts';

/** What came of sending one request. Nothing is ever sent a second time. */
export type SendResult =
  | { readonly kind: 'answer'; readonly answer: ApiAnswer }
  /** Provably no byte left this machine: no such host, refused, no connection in time, TLS failed, called off before it left. */
  | { readonly kind: 'not_sent'; readonly message: string; readonly code: string }
  /** Bytes left and no whole answer came: reset, timed out, cut, larger than is read. */
  | { readonly kind: 'lost'; readonly message: string; readonly code: string };

/** How one request is sent. */
export interface SendOptions {
  /** From now to the end of the answer, milliseconds. Never below the slowest acceptance: what is given up may be paid for. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Submissions have connections of their own. */
  readonly kind: 'submit' | 'poll' | 'other';
}
