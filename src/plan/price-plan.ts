import { type Micros, toUnits } from '../values/money.ts';
import type { PlanCost } from './plan-document.ts';

/** The jobs of one model, added up. */
export interface ModelCost {
  readonly provider: string;
  readonly model: string;
  readonly jobs: number;
  /** Jobs whose price is known, and their sum. */
  readonly priced: number;
  readonly total: Micros;
  /** Of these what is not paid for yet. */
  readonly toPay: Micros;
  /** Whether all of them cost the same. */
  readonly samePrice: boolean;
}

/** What a plan must know of an account. */
export interface PlanAccount {
  readonly unit: string;
  /** Null: not known. */
  readonly balance: Micros | null;
  /** Reserved for jobs in flight, or at stake in unknown outcomes. */
  readonly outstanding: Micros;
  /** What the batch may cost in all; left out: no cap. */
  readonly cap?: Micros | undefined;
  /** Spent, in flight or unknown of it. */
  readonly committed: Micros;
  /** Jobs of unknown outcome that would be sent again should they prove never to have arrived; left out: none. */
  readonly unknown?: { readonly jobs: number; readonly quoted: Micros } | undefined;
}

/** The cost by provider, as `plan --json` shows it. Unknown prices are counted and shown as unknown, never taken for 0. */
export function planCosts(models: readonly ModelCost[], account: (provider: string) => PlanAccount): Record<string, PlanCost> {
  const names = [...new Set(models.map((model) => model.provider))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      providerCost(
        models.filter((model) => model.provider === name),
        account(name),
      ),
    ]),
  );
}

function providerCost(models: readonly ModelCost[], account: PlanAccount): PlanCost {
  const sum = (figure: (model: ModelCost) => number): number => models.reduce((total, model) => total + figure(model), 0);
  const toPay = sum((model) => model.toPay);
  const { balance, cap, unknown } = account;
  return {
    unit: account.unit,
    total: toUnits(sum((model) => model.total)),
    to_pay: toUnits(toPay),
    unpriced_jobs: sum((model) => model.jobs - model.priced),
    ...(unknown && { unknown: { jobs: unknown.jobs, amount: toUnits(unknown.quoted) } }),
    balance: balance === null ? null : toUnits(balance),
    shortfall: balance === null ? null : toUnits(Math.max(0, toPay - (balance - account.outstanding))),
    cap: cap === undefined ? null : toUnits(cap),
    spent: cap === undefined ? null : toUnits(account.committed),
    by_model: models.map((model) => {
      const known = model.priced === model.jobs;
      return {
        model: model.model,
        jobs: model.jobs,
        unit_price: known && model.samePrice ? toUnits(model.total / model.jobs) : null,
        total: known ? toUnits(model.total) : null,
        to_pay: known ? toUnits(model.toPay) : null,
      };
    }),
  };
}
