import { exitCodeFor } from './exit-codes.ts';

/**
 * Something outside of the program ended it (a full disk, a damaged file): exit code 1. The message says what, where, and what to do; no
 * bug is to be looked for.
 */
export class HaltError extends Error {
  override readonly name = 'HaltError';
  readonly exitCode = exitCodeFor(['unexpected']);
}
