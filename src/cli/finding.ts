/** One line of `doctor`. */
export interface Finding {
  /** What was looked at: `node`, `queue`, `ulazai key`. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do; null where nothing is to be done. */
  readonly fix: string | null;
  /** What this alone would end with: 0 unless it failed. */
  readonly exit_code: number;
}
