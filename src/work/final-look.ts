import type { Micros } from '../values/money.ts';
import { lookPatiently } from './account.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { bookRefunds, findRefunds, type RefundSeen } from './settle-refunds.ts';
import type { WorkContext } from './work-context.ts';

/** What an account showed. */
export interface AccountSeen {
  readonly provider: string;
  readonly balance: Micros;
  readonly refunds: readonly RefundSeen[];
}

/** The last look at each account: the balance after, and evidence of refunds that no answer has shown. Never fails a run that worked. */
export async function collectAnswers(context: WorkContext): Promise<void> {
  for (const desk of Object.values(context.desks)) {
    await unlessItFails(context, desk, async () => {
      const seen = await lookAtAccount(context, desk);
      if (seen) bookAccount(context, seen);
    });
  }
}

/** The same look, with nothing booked. */
export async function lookAtAccounts(context: WorkContext): Promise<readonly AccountSeen[]> {
  const all: AccountSeen[] = [];
  for (const desk of Object.values(context.desks)) {
    await unlessItFails(context, desk, async () => {
      const seen = await lookAtAccount(context, desk);
      if (seen) all.push(seen);
    });
  }
  return all;
}

/** Books what an account showed. Nothing may have been booked since it was looked at. */
export function bookAccount(context: WorkContext, { provider, balance, refunds }: AccountSeen): void {
  const { stores, batch, clock } = context;
  const before = stores.runs.balances(batch.id).find((pair) => pair.provider === provider)?.before ?? null;
  bookRefunds(context, provider, before, balance, refunds);
  // Last: the balance has those refunds in it, and a reading that is older than a booking counts for nothing.
  stores.runs.balanceAfter(batch.id, provider, balance, 'account', clock.now());
}

async function lookAtAccount(context: WorkContext, desk: ProviderDesk): Promise<AccountSeen | null> {
  const { leaving } = context.control;
  if (!desk.provider.balance || leaving.aborted || desk.downForMs() > 0) return null;
  const look = await lookPatiently(desk, context.clock, leaving);
  if (look.kind !== 'balance') return null;
  return { provider: desk.name, balance: look.balance, refunds: await findRefunds(context, desk.name, leaving) };
}

async function unlessItFails({ control, events }: WorkContext, desk: ProviderDesk, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (control.leaving.aborted) return;
    const message = `${desk.name}: the balance could not be read at the end: ${error instanceof Error ? error.message : String(error)}`;
    events.emit('notice', { level: 'warn', message });
  }
}
