import { type Micros, toUnits } from '../values/money.ts';
import type { PlanCost } from './plan-document.ts';
import type { PlannedJob } from './planned-job.ts';

interface ModelPrice {
  jobs: number;
  total: Micros;
  /** The price that all jobs so far share; null when they differ or one is not known. */
  unit: Micros | null;
  mixed: boolean;
}

interface ProviderPrice {
  total: Micros;
  toPay: Micros;
  unpriced: number;
  readonly models: Map<string, ModelPrice>;
}

/** Adds up the price of a batch one job at a time, so that the batch need not be held. Unknown prices are counted, never taken for 0. */
export class PricePlan {
  readonly #providers = new Map<string, ProviderPrice>();

  /** `toPay`: the job is not paid for yet. */
  add(job: Pick<PlannedJob, 'provider' | 'model' | 'quote'>, toPay: boolean): void {
    let provider = this.#providers.get(job.provider);
    if (!provider) {
      provider = { total: 0, toPay: 0, unpriced: 0, models: new Map() };
      this.#providers.set(job.provider, provider);
    }
    const model = provider.models.get(job.model) ?? { jobs: 0, total: 0, unit: job.quote, mixed: false };
    provider.models.set(job.model, model);
    model.jobs++;
    if (model.unit !== job.quote) model.mixed = true;
    if (job.quote === null) {
      provider.unpriced++;
      return;
    }
    model.total += job.quote;
    provider.total += job.quote;
    if (toPay) provider.toPay += job.quote;
  }

  /** The cost by provider, as `plan --json` shows it. `balances` in units, null where not known. */
  costs(units: Readonly<Record<string, string>>, balances: Readonly<Record<string, number | null>>): Record<string, PlanCost> {
    const costs: Record<string, PlanCost> = {};
    for (const [name, provider] of this.#providers) {
      const balance = balances[name] ?? null;
      const toPay = toUnits(provider.toPay);
      costs[name] = {
        unit: units[name] ?? 'units',
        total: toUnits(provider.total),
        to_pay: toPay,
        unpriced_jobs: provider.unpriced,
        balance,
        shortfall: balance === null ? null : Math.max(0, toPay - balance),
        by_model: [...provider.models].map(([model, price]) => ({
          model,
          jobs: price.jobs,
          unit_price: price.mixed || price.unit === null ? null : toUnits(price.unit),
          total: toUnits(price.total),
        })),
      };
    }
    return costs;
  }
}
