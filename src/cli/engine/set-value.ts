import { didYouMean } from '../../manifest/nearest-name.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { type Micros, toUnits } from '../../values/money.ts';
import type { SetOptions } from '../nightshift.ts';
import { capsFor, parseMoneyFlag } from '../options/parse-money-flag.ts';
import type { SetChange } from '../steer-documents.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

const MAX_COST = 'max-cost';
/** Takes a number of slots back to what is configured. */
const DEFAULT = 'default';

/** Sets one thing of a batch. Throws a UsageError that says what is allowed; nothing is changed then. */
export function setValue(parts: EngineParts, stores: OpenStores, batch: Batch, options: SetOptions): readonly SetChange[] {
  const { provider, key } = placeOf(parts, stores, batch, options.key);
  return key === MAX_COST
    ? setCaps(parts, stores, batch, provider, options.value)
    : [setSlots(parts, stores, batch, { provider: provider!, key }, options.value)];
}

/** Providers of the batch's jobs. */
function usedBy(stores: OpenStores, batch: Batch): readonly string[] {
  return [...new Set(stores.batches.counts(batch.id).map((count) => count.provider))].sort();
}

function slotNames(parts: EngineParts, provider: string): readonly string[] {
  const limits = Object.entries(parts.settings.providers[provider]?.limits ?? {});
  return limits.flatMap(([name, limit]) => (limit.kind === 'slots' ? [name] : []));
}

/** Whose value a key names: `concurrency`, `ulazai.concurrency`, `max-cost`. The provider of a slot limit is never null. */
function placeOf(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  written: string,
): { readonly provider: string | null; readonly key: string } {
  const used = usedBy(stores, batch);
  const [, named = null, key = ''] = /^(?:([^.]*)\.)?(.*)$/.exec(written) ?? [];
  if (named !== null && !used.includes(named))
    throw new UsageError(
      `set ${written}: the batch ${batch.name} does not use "${named}"; it uses ${used.join(', ')}${didYouMean(named, used)}`,
    );
  const among = named === null ? used : [named];
  const having = among.filter((provider) => slotNames(parts, provider).includes(key));
  if (key === MAX_COST) return { provider: named, key };
  if (having.length === 1) return { provider: having[0]!, key };
  if (having.length > 1)
    throw new UsageError(
      `set ${written}: the batch uses ${having.join(' and ')}; say whose: ${having.map((name) => `${name}.${key}`).join(' or ')}`,
    );
  const keys = [MAX_COST, ...new Set(among.flatMap((provider) => slotNames(parts, provider)))];
  throw new UsageError(
    `set ${written}: unknown key; allowed: ${keys.join(', ')}, also with the provider before it, such as ${among[0]}.${keys[1] ?? MAX_COST}${didYouMean(key, keys)}`,
  );
}

function setSlots(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  at: { readonly provider: string; readonly key: string },
  written: string,
): SetChange {
  const { provider, key } = at;
  const limit = parts.settings.providers[provider]?.limits[key];
  if (limit?.kind !== 'slots') throw new Error(`Cannot set ${provider}.${key}: it is no slot limit`);
  const before = stores.control.read(batch.id).slots[provider]?.[key] ?? null;
  const value = /^\d{1,9}$/.test(written) ? Number(written) : null;
  if (written !== DEFAULT && (value === null || value < 1))
    throw new UsageError(
      `set ${key} ${JSON.stringify(written)}: allowed is a whole number from 1 to ${limit.max}, or "${DEFAULT}" for what is configured; \`${parts.suggest('pause', batch.name)}\` stops submitting`,
    );
  if (value !== null && value > limit.max) {
    const file = parts.settings.configFile ?? 'nightshift.config.yaml';
    throw new UsageError(
      `set ${key} ${value}: ${limit.max} is configured, and a running batch is never set above that. Raise providers.${provider}.limits.${key} in ${file}, and start the run again`,
    );
  }
  stores.control.setSlots(batch.id, provider, key, value, parts.clock.now());
  return { provider, key, before, value };
}

function setCaps(parts: EngineParts, stores: OpenStores, batch: Batch, provider: string | null, written: string): readonly SetChange[] {
  const used = usedBy(stores, batch);
  const cap = parseMoneyFlag(`set ${MAX_COST}`, written);
  const caps =
    cap.kind === 'single'
      ? provider === null
        ? capsFor(`set ${MAX_COST}`, cap, used)
        : { [provider]: cap.amount }
      : // The caps of the others stay as they are.
        cap.amounts;
  for (const name of Object.keys(caps)) {
    if (!used.includes(name) || (provider !== null && name !== provider))
      throw new UsageError(`set ${MAX_COST} ${written}: allowed are amounts of ${provider ?? used.join(', ')}${didYouMean(name, used)}`);
    const unpriced = stores.batches.unpriced(batch.id).find((each) => each.provider === name);
    if (unpriced)
      throw new UsageError(
        `set ${MAX_COST} ${written}: the price of ${unpriced.jobs} queued jobs of ${name} is not known, so a cap cannot be kept; give it under providers.${name}.prices and run the manifest again`,
      );
  }
  // All or none.
  return stores.db.transaction(() => Object.entries(caps).map(([name, amount]) => setCap(parts, stores, batch, name, amount))).immediate();
}

function setCap(parts: EngineParts, stores: OpenStores, batch: Batch, provider: string, amount: Micros): SetChange {
  const outcome = stores.control.setCap(batch.id, provider, amount, parts.clock.now());
  if (outcome.kind === 'committed')
    throw new UsageError(
      `set ${MAX_COST}: ${toUnits(outcome.committed)} of ${provider} are spent, in flight or unknown already, so the cap cannot be ${toUnits(amount)}. \`${parts.suggest('pause', batch.name)}\` submits nothing more`,
    );
  const change = { provider, key: MAX_COST, before: outcome.before === null ? null : toUnits(outcome.before), value: toUnits(amount) };
  const budget = stores.control.budget(batch.id)[provider];
  return budget !== undefined && budget < amount ? { ...change, budget: toUnits(budget) } : change;
}
