import { didYouMean } from '../../manifest/nearest-name.ts';
import { type Micros, toMicros } from '../../values/money.ts';
import { UsageError } from '../usage-error.ts';

/** A cap as the command line gives it: one amount for the batch's only provider, or one by provider. */
export type MoneyCap =
  | { readonly kind: 'single'; readonly amount: Micros }
  | { readonly kind: 'by-provider'; readonly amounts: Readonly<Record<string, Micros>> };

const AMOUNT = /^(?:\d{1,10})(?:\.\d{1,6})?$/;
const FORMS = 'an amount such as 40 or 12.5, or one by provider such as ulazai=40,mayanio=10';

/** `--max-cost`. Throws a UsageError for everything that is not plainly an amount: a misread cap would spend money. */
export function parseMoneyFlag(flag: string, text: string): MoneyCap {
  const refuse = (why: string): UsageError => new UsageError(`${flag} ${JSON.stringify(text)}: ${why}; allowed: ${FORMS}`);
  const amount = (written: string): Micros => {
    if (!AMOUNT.test(written)) throw refuse(`${JSON.stringify(written)} is not an amount`);
    try {
      return toMicros(Number(written));
    } catch {
      throw refuse(`${JSON.stringify(written)} is more than can be kept as money`);
    }
  };
  if (!text.includes('=')) return { kind: 'single', amount: amount(text) };
  const amounts = new Map<string, Micros>();
  for (const part of text.split(',')) {
    const found = /^([a-z][a-z0-9_-]*)=(.*)$/.exec(part);
    if (!found) throw refuse(`${JSON.stringify(part)} is not provider=amount`);
    const [, provider = '', written = ''] = found;
    if (amounts.has(provider)) throw refuse(`${provider} is given twice`);
    amounts.set(provider, amount(written));
  }
  return { kind: 'by-provider', amounts: Object.fromEntries(amounts) };
}

/**
 * The caps by provider, for a batch that uses these providers. Throws a UsageError when one amount is given for
 * several providers, since nothing says in whose money, and for a provider that the batch does not use.
 */
export function capsFor(flag: string, cap: MoneyCap, providers: readonly string[]): Readonly<Record<string, Micros>> {
  if (cap.kind === 'single') {
    const [only, ...others] = providers;
    if (only === undefined) return {};
    if (others.length > 0) {
      throw new UsageError(
        `${flag}: one amount is given, and the batch uses ${providers.join(' and ')}; allowed: ${providers.map((name) => `${name}=N`).join(',')}`,
      );
    }
    return { [only]: cap.amount };
  }
  for (const name of Object.keys(cap.amounts)) {
    if (providers.includes(name)) continue;
    throw new UsageError(`${flag}: the batch does not use "${name}"; it uses ${providers.join(', ')}${didYouMean(name, providers)}`);
  }
  const missing = providers.filter((name) => cap.amounts[name] === undefined);
  if (missing.length > 0) {
    throw new UsageError(`${flag}: no amount for ${missing.join(', ')}, which the batch uses too; 0 lets it spend nothing`);
  }
  return cap.amounts;
}
