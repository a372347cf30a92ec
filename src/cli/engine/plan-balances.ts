import type { Micros } from '../../values/money.ts';
import { lookAtBalance } from '../../work/account.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks } from './open-desks.ts';

/** A plan must not wait longer for a balance, milliseconds. */
const LOOK_MS = 10_000;

/** The balances that a plan shows, in micros: null where there is no key, no network, or nothing to ask. Never fails. */
export async function planBalances(parts: EngineParts, providers: readonly string[]): Promise<Record<string, Micros | null>> {
  const { desks, close } = openDesks(parts, providers, { limits: null });
  const balances: Record<string, Micros | null> = {};
  try {
    for (const [name, desk] of Object.entries(desks)) {
      const look = await lookAtBalance(desk, AbortSignal.timeout(LOOK_MS)).catch(() => null);
      balances[name] = look?.kind === 'balance' ? look.balance : null;
      if (look?.kind === 'refused') parts.output.warn(`${name}: ${look.failure.message}`);
    }
  } finally {
    await close();
  }
  return balances;
}
