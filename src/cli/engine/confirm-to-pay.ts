import type { Batch } from '../../queue/batch-store.ts';
import type { UnknownSum } from '../../queue/staged-unknown.ts';
import { formatJobs } from '../../report/format.ts';
import { toUnits } from '../../values/money.ts';
import type { ConfirmSpend } from '../confirm-spend.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ToPay } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';

/** What is asked leave for. */
interface Order {
  readonly toPay: readonly ToPay[];
  readonly budget: boolean;
  readonly confirm: ConfirmSpend;
}

/**
 * Asks before anything is paid for, and in the same question for what may have to be sent again; nothing is asked where nothing is to be paid.
 * Throws a UsageError without leave.
 */
export async function confirmToPay(parts: EngineParts, order: Order & { readonly unknown: readonly UnknownSum[] }): Promise<void> {
  const paying = order.toPay.filter((pay) => pay.jobs > 0);
  if (paying.length === 0) return;
  const jobs = paying.reduce((sum, pay) => sum + pay.jobs, 0);
  const sums = paying.map((pay) => {
    const open = pay.unpriced > 0 ? `the unknown price of ${formatJobs(pay.unpriced)}` : '';
    if (open !== '' && pay.amount === 0) return `${open} at ${pay.provider}`;
    return `${amountOf(parts, pay.provider, pay.amount)}${open === '' ? '' : ` and ${open}`}`;
  });
  const whats = [`${sums.join(' and ')} for ${jobs === 1 ? '1 job' : `${jobs} jobs`}`];
  if (order.unknown.length > 0) whats.push(unknownWords(parts, order.unknown));
  await order.confirm({ what: whats.join(', and '), budget: order.budget });
}

/**
 * What is of unknown outcome is sent again when its history proves that it never arrived: leave is needed for that too, where nothing else was
 * asked for: otherwise they are in that question. Without leave it is settled all the same and stays queued, which costs nothing.
 */
export async function confirmUnknown(parts: EngineParts, stores: OpenStores, batch: Batch, order: Order): Promise<void> {
  if (order.toPay.some((pay) => pay.jobs > 0)) return;
  const unknown = stores.batches.meant(batch.id, ['submitting', 'unknown']);
  if (unknown.length === 0) return;
  const count = formatJobs(unknown.reduce((sum, { jobs }) => sum + jobs, 0));
  try {
    await order.confirm({ what: unknownWords(parts, unknown), budget: order.budget });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stores.batches.hold(batch.id, ['submitting', 'unknown']);
    parts.output.note(`${count} of unknown outcome: settled if that is possible, and sent again only with --yes, --max-cost or a budget.`);
  }
}

/** What sending again everything of unknown outcome would cost, and when it is. */
export function unknownWords(parts: EngineParts, unknown: readonly UnknownSum[]): string {
  const sums = unknown.map(({ provider, quoted }) => amountOf(parts, provider, quoted));
  const count = formatJobs(unknown.reduce((sum, { jobs }) => sum + jobs, 0));
  return `${sums.join(' and ')} for ${count} of unknown outcome, as far as they prove never to have arrived`;
}

function amountOf(parts: EngineParts, provider: string, amount: number): string {
  const unit = parts.registry.providers[provider]?.unit ?? 'units';
  return `${toUnits(amount).toLocaleString('en')} ${unit} of ${provider}`;
}
