import { AccountError } from './account-error.ts';
import { UsageError } from './usage-error.ts';

/** Why an account cannot be asked, as what ends a command: exit code 3 for a key that is missing, as for one that is refused. */
export function noDeskError(why: { readonly kind: 'key' | 'base_url'; readonly message: string }): Error {
  return why.kind === 'key' ? new AccountError(why.message, 'auth') : new UsageError(why.message);
}
