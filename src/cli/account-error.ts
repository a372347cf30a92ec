import { type ExitReason, exitCodeFor } from './exit-codes.ts';
import { HaltError } from './halt-error.ts';

/** What only the provider can put right, or the network: the key is refused (exit code 3), or nobody answers (5). */
export class AccountError extends HaltError {
  override readonly exitCode: number;

  constructor(message: string, reason: ExitReason) {
    super(message);
    this.exitCode = exitCodeFor([reason]);
  }
}
