import type { Problem } from '../values/problem.ts';
import type { FieldChange } from './diff.ts';
import type { Forecast } from './forecast.ts';

/** `plan --json` (contract, section 8). Money in the provider's unit. */
export interface PlanDocument {
  readonly schema_version: 1;
  readonly batch: string;
  readonly jobs: { total: number; new: number; changed: number; unchanged: number; missing: number; removed: number };
  readonly cost: Record<string, PlanCost>;
  readonly time: Forecast;
  readonly problems: Problem[];
  /** Only with `--pilot`: the ids of the jobs that would go before the rest. */
  readonly pilot?: { readonly jobs: readonly string[] };
}

/** One job of `changes` in `plan --json`: everything that is not as the queue and the disk have it, or is still to be made. */
export interface PlanChange {
  readonly id: string;
  /** `unchanged`: stored as it is, and still to be made, or its file is renamed. */
  readonly change: 'new' | 'changed' | 'missing' | 'unchanged' | 'removed';
  readonly model: string;
  /** What the run pays for it, in the provider's unit: 0 where nothing is paid, null where the price is not known. */
  readonly cost: number | null;
  readonly reason: string;
  /** What differs in what is paid for: the stored value and the new one, null where there is none. */
  readonly fields: readonly FieldChange[];
  /** Files that are renamed: relative to the output folder. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

/** The price of a plan at one provider. */
export interface PlanCost {
  unit: string;
  /** Of all jobs. */
  total: number;
  /** Of what is not paid for yet. */
  to_pay: number;
  unpriced_jobs: number;
  /** Jobs of unknown outcome, where there are any: sent again, for this sum, as far as they prove never to have arrived. */
  unknown?: { jobs: number; amount: number };
  balance: number | null;
  shortfall: number | null;
  /** What the batch may cost in all, and what of it is spent, in flight or unknown; both null without a cap. */
  cap: number | null;
  spent: number | null;
  /** `unit_price` is null where it varies or is not known, `total` and `to_pay` where one price is not known. */
  by_model: { model: string; jobs: number; unit_price: number | null; total: number | null; to_pay: number | null }[];
}
