import type { Problem } from '../values/problem.ts';
import type { Forecast } from './forecast.ts';

/** `plan --json` (contract, section 8). Money in the provider's unit. */
export interface PlanDocument {
  readonly schema_version: 1;
  readonly batch: string;
  readonly jobs: { total: number; new: number; changed: number; unchanged: number; missing: number; removed: number };
  readonly cost: Record<string, PlanCost>;
  readonly time: Forecast;
  readonly problems: Problem[];
}

/** The price of a plan at one provider. */
export interface PlanCost {
  unit: string;
  /** Of all jobs. */
  total: number;
  /** Of what is not paid for yet. */
  to_pay: number;
  unpriced_jobs: number;
  balance: number | null;
  shortfall: number | null;
  /** `unit_price` is null where it varies or is not known, `total` where one price is not known. */
  by_model: { model: string; jobs: number; unit_price: number | null; total: number | null }[];
}
