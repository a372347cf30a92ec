import type { Micros } from '../../values/money.ts';
import { type BalanceLook, lookAtBalance } from '../../work/account.ts';
import type { EngineParts } from './engine-parts.ts';

/** A plan must not wait longer for a balance, milliseconds. */
const LOOK_MS = 10_000;

/** The reason where nothing stood in the way. */
export const NOT_ASKED = 'not asked for';

/** Balances as they were seen. */
export interface SeenBalances {
  /** Micros; null or left out where it is not known. */
  readonly balances: Readonly<Record<string, Micros | null>>;
  /** Why it is not known, in a few words. */
  readonly whyNot: Readonly<Record<string, string>>;
}

/** The balances that a plan shows: unknown where there is no key, no network, or nothing to ask. Never fails. */
export async function planBalances(parts: EngineParts, providers: readonly string[]): Promise<SeenBalances> {
  const balances: Record<string, Micros | null> = {};
  const whyNot: Record<string, string> = Object.fromEntries(providers.map((name) => [name, whyNotAsked(parts, name)]));
  if (!providers.some((name) => parts.secrets.keys[name])) return { balances, whyNot };
  // A plan without a key does without an HTTP client.
  const { openDesks } = await import('./open-desks.ts');
  const { desks, close } = openDesks(parts, providers, { limits: null });
  try {
    for (const [name, desk] of Object.entries(desks)) {
      const look = await lookAtBalance(desk, AbortSignal.timeout(LOOK_MS)).catch(() => null);
      balances[name] = look?.kind === 'balance' ? look.balance : null;
      whyNot[name] = look === null ? 'the question failed' : whyNoBalance(look);
      if (look?.kind === 'refused') parts.output.warn(`${name}: ${look.failure.message}`);
    }
  } finally {
    await close();
  }
  return { balances, whyNot };
}

/** Why a look brought no balance; empty when it did. */
export function whyNoBalance(look: BalanceLook): string {
  switch (look.kind) {
    case 'balance':
      return '';
    case 'none':
      return 'the API has none to ask for';
    case 'refused':
      return 'the API refused to tell it';
    case 'unreachable':
      return 'the API could not be reached';
    default:
      return look satisfies never;
  }
}

/** Why a provider was not asked. */
export function whyNotAsked(parts: EngineParts, name: string): string {
  if (!parts.settings.providers[name]?.baseUrl) return 'no base_url is configured';
  return parts.secrets.keys[name] ? NOT_ASKED : 'there is no key';
}
