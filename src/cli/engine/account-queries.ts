import type { Stopped } from '../../report/run-document.ts';
import { toUnits } from '../../values/money.ts';
import { lookAtBalance } from '../../work/account.ts';
import type { BalanceResult } from '../documents.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks, whyNoDesk } from './open-desks.ts';

/** Looking at an account must not hang a command for longer than this, milliseconds. */
const LOOK_MS = 15_000;

/** The balance of every provider that has one to ask for. */
export async function askBalances(parts: EngineParts): Promise<BalanceResult> {
  const names = Object.keys(parts.registry.providers);
  const { desks, close } = openDesks(parts, names, { limits: null });
  const providers: Record<string, { unit: string; balance: number | null }> = {};
  const reasons: Stopped[] = [];
  const notes: string[] = [];
  try {
    for (const name of names) {
      const unit = parts.registry.providers[name]?.unit ?? '';
      providers[name] = { unit, balance: null };
      const desk = desks[name];
      if (!desk) {
        notes.push(whyNoDesk(parts, name)?.message ?? `${name} is not configured`);
        continue;
      }
      const look = await lookAtBalance(desk, AbortSignal.timeout(LOOK_MS));
      if (look.kind === 'balance') providers[name] = { unit, balance: toUnits(look.balance) };
      else if (look.kind === 'none') notes.push(`${name} has no documented balance to ask for; its answers name what remains`);
      else if (look.kind === 'refused') {
        if (look.failure.class === 'auth') reasons.push('auth');
        notes.push(`${name}: ${look.failure.message}`);
      } else {
        reasons.push('outage');
        notes.push(`${name}: ${look.message}`);
      }
    }
  } finally {
    await close();
  }
  if (Object.keys(desks).length === 0) reasons.push('auth');
  return { document: { schema_version: 1, providers }, reasons, notes };
}
