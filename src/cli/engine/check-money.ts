import type { Batch } from '../../queue/batch-store.ts';
import type { Stopped } from '../../report/run-document.ts';
import { type Micros, toUnits } from '../../values/money.ts';
import { lookPatiently } from '../../work/account.ts';
import type { RequestTally } from '../../work/request-tally.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks, whyNoDesk } from './open-desks.ts';
import { NOT_ASKED, type SeenBalances, whyNoBalance, whyNotAsked } from './plan-balances.ts';
import type { ToPay } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';

/** What the money check found: the balances, and why the run must not start, if it must not. */
export interface MoneyCheck extends SeenBalances {
  readonly refusal: { readonly why: string; readonly reasons: readonly Stopped[] } | null;
  /** Providers that cannot be dealt with now, while others can: the run goes on without them. */
  readonly trouble: readonly ProviderTrouble[];
}

/** Why a provider cannot be dealt with. */
export interface ProviderTrouble {
  readonly provider: string;
  readonly reason: 'auth' | 'outage';
  readonly message: string;
}

/** The check must not hold up a run that cannot start for longer, milliseconds. */
const LOOK_MS = 120_000;

/** Checks key, balance and cap of every provider that is to be paid, before anything is stored. */
export async function checkMoney(
  parts: EngineParts,
  stores: OpenStores,
  order: {
    readonly batch: Batch | null;
    readonly toPay: readonly ToPay[];
    readonly caps: Readonly<Record<string, Micros>>;
    /** Of the manifest, where it counts: what is set by hand raises no cap above it. */
    readonly budget: Readonly<Record<string, Micros>> | null;
    readonly partial: boolean;
    readonly tally: RequestTally;
  },
): Promise<MoneyCheck> {
  const balances: Record<string, Micros | null> = {};
  const whyNot: Record<string, string> = {};
  const trouble: ProviderTrouble[] = [];
  const paying = order.toPay.filter((pay) => pay.jobs > 0);
  for (const { provider, jobs } of order.toPay)
    whyNot[provider] = jobs > 0 ? whyNotAsked(parts, provider) : `${NOT_ASKED}, since nothing is to be paid there`;
  const active = new Set([...paying.map((pay) => pay.provider), ...inFlightProviders(stores, order.batch)]);
  for (const name of active) {
    const why = whyNoDesk(parts, name);
    if (why?.kind === 'base_url') throw new UsageError(`${why.message}. Nothing was sent.`);
    if (why) trouble.push({ provider: name, reason: 'auth', message: why.message });
  }
  for (const pay of paying) {
    const cap = order.caps[pay.provider];
    if (cap === undefined || order.partial) continue;
    const committed = order.batch ? stores.ledger.committed(order.batch.id, pay.provider) : 0;
    if (committed + pay.amount <= cap) continue;
    const unit = parts.registry.providers[pay.provider]?.unit ?? 'units';
    const spent = committed > 0 ? ` after ${toUnits(committed)} spent or in flight` : '';
    const handMade = order.batch !== null && stores.control.capsByHand(order.batch.id)[pay.provider] === cap;
    const byHand = handMade && cap < (order.budget?.[pay.provider] ?? Number.POSITIVE_INFINITY);
    const raise = byHand
      ? `It was set by hand: \`${parts.suggest('set', null, `${pay.provider}.max-cost`, 'N')}\` or --max-cost raises it`
      : 'Raise --max-cost or budget';
    const why = `${pay.provider}: ${toUnits(pay.amount)} ${unit} to pay${spent}, and the cap is ${toUnits(cap)}. ${raise}, or give --partial to run what fits. Nothing was stored or sent.`;
    return { balances, whyNot: refusedWithout(whyNot), trouble, refusal: { why, reasons: ['budget'] } };
  }
  const { desks, close } = openDesks(
    parts,
    paying.map((pay) => pay.provider),
    { limits: stores.limits, tally: order.tally },
  );
  try {
    for (const pay of paying) {
      const desk = desks[pay.provider];
      if (!desk) continue;
      const look = await lookPatiently(desk, parts.clock, AbortSignal.timeout(LOOK_MS));
      whyNot[pay.provider] = whyNoBalance(look);
      if (look.kind === 'none') {
        parts.output.note(
          `${pay.provider} has no balance to ask for: its balance is not checked; --max-cost or budget caps it all the same.`,
        );
        continue;
      }
      if (look.kind === 'unreachable') {
        trouble.push({ provider: pay.provider, reason: 'outage', message: `${pay.provider} cannot be reached: ${look.message}` });
        continue;
      }
      if (look.kind === 'refused') {
        const reason = look.failure.class === 'auth' ? 'auth' : 'outage';
        trouble.push({ provider: pay.provider, reason, message: `${pay.provider} refused to tell the balance: ${look.failure.message}` });
        continue;
      }
      balances[pay.provider] = look.balance;
      const left = look.balance + stores.ledger.acceptedOf(pay.provider) - stores.ledger.outstandingOf(pay.provider);
      if (pay.amount <= left || order.partial) continue;
      const unit = desk.provider.unit;
      const why = `${pay.provider}: ${toUnits(pay.amount)} ${unit} to pay and ${toUnits(left)} ${unit} free: ${toUnits(pay.amount - left)} short. Buy credits, or give --partial to run what fits. Nothing was stored or sent.`;
      return { balances, whyNot: refusedWithout(whyNot), trouble, refusal: { why, reasons: ['no_funds'] } };
    }
  } finally {
    await close();
  }
  // One provider's trouble does not stop the others'; with nobody left there is nothing to start.
  if (trouble.length === 0 || [...active].some((name) => !trouble.some(({ provider }) => provider === name)))
    return { balances, whyNot, trouble, refusal: null };
  const why = `${trouble.map(({ message }) => message).join('. ')}. Nothing was stored or sent.`;
  return { balances, whyNot, trouble, refusal: { why, reasons: [...new Set(trouble.map(({ reason }) => reason))] } };
}

function inFlightProviders(stores: OpenStores, batch: Batch | null): string[] {
  if (!batch) return [];
  const states = ['submitting', 'processing', 'ready', 'unknown'];
  return stores.batches
    .counts(batch.id)
    .filter((count) => states.includes(count.state))
    .map((count) => count.provider);
}

/** Who was not asked because the answer could not have changed anything. */
function refusedWithout(whyNot: Readonly<Record<string, string>>): Record<string, string> {
  const words = (why: string): string => (why === NOT_ASKED ? `${NOT_ASKED}, since the run is refused without it` : why);
  return Object.fromEntries(Object.entries(whyNot).map(([name, why]) => [name, words(why)]));
}
