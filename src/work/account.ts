import type { Failure } from '../job-type/outcomes.ts';
import { type Micros, toMicros } from '../values/money.ts';
import type { ProviderDesk } from './provider-desk.ts';

/** What asking an account for its balance brought. */
export type BalanceLook =
  | { readonly kind: 'balance'; readonly balance: Micros }
  /** The provider has no balance to ask for. */
  | { readonly kind: 'none' }
  /** It answered, and not with a balance. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'unreachable'; readonly message: string };

/** Asks a provider for its balance, once. */
export async function lookAtBalance(desk: ProviderDesk, signal: AbortSignal): Promise<BalanceLook> {
  const source = desk.provider.balance;
  if (!source) return { kind: 'none' };
  const result = await desk.ask('other', source.request, signal);
  if (result.kind !== 'answer') return { kind: 'unreachable', message: result.message };
  const { answer } = result;
  if (answer.status >= 500) return { kind: 'unreachable', message: desk.provider.readFailure(answer).message };
  if (answer.status >= 400) return { kind: 'refused', failure: desk.provider.readFailure(answer) };
  const balance = source.read(answer);
  if (balance === null) return { kind: 'unreachable', message: `the balance was answered without a figure (status ${answer.status})` };
  return { kind: 'balance', balance: toMicros(balance) };
}
