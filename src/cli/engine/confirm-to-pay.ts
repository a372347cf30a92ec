import type { Batch } from '../../queue/batch-store.ts';
import type { UnknownSum } from '../../queue/staged-unknown.ts';
import { formatJobs } from '../../report/format.ts';
import { toUnits } from '../../values/money.ts';
import type { ConfirmSpend } from '../confirm-spend.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ToPay } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';
import { jobsOf, provable, unknownWords } from './unknown-outcomes.ts';

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
  const unknown = provable(parts, order.unknown);
  if (unknown.length > 0) whats.push(unknownWords(parts, unknown));
  await order.confirm({ what: whats.join(', and '), budget: order.budget });
}

/**
 * What is of unknown outcome is sent again when its history proves that it never arrived: leave is needed for that too, where nothing else was
 * asked for: otherwise they are in that question. What no history can prove is sent again by no run, and asked for by none. Without leave it is settled all the same and stays queued, which costs nothing.
 */
export async function confirmUnknown(parts: EngineParts, stores: OpenStores, batch: Batch, order: Order): Promise<void> {
  if (order.toPay.some((pay) => pay.jobs > 0)) return;
  const unknown = provable(parts, stores.batches.unknown(batch.id, { meant: true }));
  if (unknown.length === 0) return;
  const count = formatJobs(jobsOf(unknown));
  try {
    await order.confirm({ what: unknownWords(parts, unknown), budget: order.budget });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stores.batches.hold(batch.id, ['submitting', 'unknown']);
    parts.output.note(`${count} of unknown outcome: settled if that is possible, and sent again only with --yes, --max-cost or a budget.`);
  }
}

function amountOf(parts: EngineParts, provider: string, amount: number): string {
  const unit = parts.registry.providers[provider]?.unit ?? 'units';
  return `${toUnits(amount).toLocaleString('en')} ${unit} of ${provider}`;
}
