import { Refusal } from './refusal.ts';
import type { User } from './users.ts';

/** The documents' two pairs of 402 fields: the image page's `credits_needed, credits_balance`, Video Studio's `credits_required, credits_available`. */
export type ShortfallFields = 'needed' | 'required';

/** Refuses with 402 where the balance does not cover the price. */
export function checkCredits(user: User, amount: number, fields: ShortfallFields): void {
  const { balance } = user.account;
  if (balance >= amount) return;
  throw fields === 'needed'
    ? new Refusal(402, `Insufficient credits. Need ${amount}, have ${balance}`, { credits_needed: amount, credits_balance: balance })
    : new Refusal(402, 'Insufficient credits', { credits_required: amount, credits_available: balance });
}
