import { nearestName } from '../manifest/nearest-name.ts';
import { type Micros, toMicros } from '../values/money.ts';

/** A cap as it was written: an amount, or amounts by provider, in units. */
export type WrittenBudget = number | Readonly<Record<string, number>>;

/** A cap brought to the form of the queue, or why it cannot be. */
export type Budget = { readonly caps: Readonly<Record<string, Micros>> | null } | { readonly fault: string };

/**
 * Brings a budget to caps by provider. A bare number is the cap of a batch's only provider; with two it would not say whose money is meant.
 * `used` are the providers of the batch's jobs, `known` all that there are.
 */
export function normaliseBudget(
  written: WrittenBudget | null,
  used: readonly string[],
  known: readonly string[],
  from: 'manifest' | 'flag' = 'manifest',
): Budget {
  if (written === null) return { caps: null };
  if (typeof written === 'number') {
    if (used.length === 0) return { caps: null };
    if (used.length === 1) return { caps: { [used[0]!]: toMicros(written) } };
    const example =
      from === 'flag' ? used.map((name) => `${name}=${written}`).join(',') : `{${used.map((name) => `${name}: ${written}`).join(', ')}}`;
    return { fault: `found ${written}, but the batch spends at ${used.join(' and ')}; give an amount for each, such as ${example}` };
  }
  const caps: Record<string, Micros> = {};
  for (const [name, amount] of Object.entries(written)) {
    if (!known.includes(name)) {
      const nearest = nearestName(name, known);
      return { fault: `unknown provider "${name}"; allowed: ${known.join(', ')}${nearest === null ? '' : `; did you mean "${nearest}"?`}` };
    }
    if (from === 'flag' && used.length > 0 && !used.includes(name)) {
      return { fault: `the batch does not use "${name}"; it uses ${used.join(', ')}` };
    }
    caps[name] = toMicros(amount);
  }
  // An amount for one account is no leave to spend without limit at the other.
  const missing = used.filter((name) => caps[name] === undefined);
  if (missing.length > 0) return { fault: `no amount for ${missing.join(', ')}, which the batch uses too; 0 lets it spend nothing there` };
  return { caps };
}
