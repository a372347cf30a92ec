import { lookPatiently } from './account.ts';
import { settleRefunds } from './settle-refunds.ts';
import type { WorkContext } from './work-context.ts';

/** The last look at each account: the balance after, and evidence of refunds that no answer has shown. Never fails a run that worked. */
export async function collectAnswers(context: WorkContext): Promise<void> {
  const { control, stores, batch, clock } = context;
  for (const desk of Object.values(context.desks)) {
    if (!desk.provider.balance || control.leaving.aborted || desk.downForMs() > 0) continue;
    try {
      const look = await lookPatiently(desk, clock, control.leaving);
      if (look.kind !== 'balance') continue;
      stores.runs.balanceAfter(batch.id, desk.name, look.balance, 'account', clock.now());
      const before = stores.runs.balances(batch.id).find((pair) => pair.provider === desk.name)?.before ?? null;
      await settleRefunds(context, desk.name, before, look.balance, control.leaving);
    } catch (error) {
      if (control.leaving.aborted) return;
      context.events.emit('notice', {
        level: 'warn',
        message: `${desk.name}: the balance could not be read at the end: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  }
}
