import type { Failure } from '../job-type/outcomes.ts';
import type { Clock } from '../values/clock.ts';
import { type Micros, toMicros } from '../values/money.ts';
import type { ProviderDesk, SendResult } from './provider-desk.ts';

/** What asking an account for its balance brought. */
export type BalanceLook =
  | { readonly kind: 'balance'; readonly balance: Micros }
  /** The provider has no balance to ask for. */
  | { readonly kind: 'none' }
  /** It answered, and not with a balance. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'unreachable'; readonly message: string };

const MOST_LOOKS = 3;
const BETWEEN_LOOKS_MS = 500;

/** Asks a provider for its balance, again after a passing fault, a few times. Never rejects for what the provider does or the signal says. */
export async function lookPatiently(desk: ProviderDesk, clock: Clock, signal: AbortSignal): Promise<BalanceLook> {
  for (let looks = 1; ; looks++) {
    const look = await lookAtBalance(desk, signal);
    if (look.kind !== 'unreachable' || looks === MOST_LOOKS || signal.aborted) return look;
    await clock.sleep(BETWEEN_LOOKS_MS * looks, signal);
  }
}

/** Asks a provider for its balance, once. */
export async function lookAtBalance(desk: ProviderDesk, signal: AbortSignal): Promise<BalanceLook> {
  const source = desk.provider.balance;
  if (!source) return { kind: 'none' };
  const result = await desk.ask('other', source.request, signal).catch((error: unknown): SendResult => {
    if (!signal.aborted) throw error;
    return { kind: 'not_sent', message: 'the question for the balance had no turn in time: the request limit is used up' };
  });
  if (result.kind !== 'answer') return { kind: 'unreachable', message: result.message };
  const { answer } = result;
  if (answer.status >= 400) {
    const failure = desk.provider.readFailure(answer);
    const passes = answer.status >= 500 || failure.class === 'rate_limited' || failure.class === 'busy';
    return passes ? { kind: 'unreachable', message: failure.message } : { kind: 'refused', failure };
  }
  const balance = source.read(answer);
  if (balance === null) return { kind: 'unreachable', message: `the balance was answered without a figure (status ${answer.status})` };
  return { kind: 'balance', balance: toMicros(balance) };
}
