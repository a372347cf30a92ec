import { exitCodeFor } from './exit-codes.ts';
import { HaltError } from './halt-error.ts';

/** What was asked for does not fit the cap: exit code 8, nothing was changed or sent. */
export class CapError extends HaltError {
  override readonly exitCode = exitCodeFor(['budget']);
}
