import { type Evidence, NO_EVIDENCE, withJob } from './evidence.ts';
import { explainBalance } from './explain-balance.ts';
import type { ModelFigures, ProviderFigures, SumGap } from './figures.ts';
import type { JobMoney } from './job-money.ts';
import { type ModelTally, modelTally } from './model-tally.ts';
import type { ReportJob, ReportProvider } from './report-input.ts';

/** Adds up the jobs of one provider, and holds them against its ledger. */
export interface ProviderTally {
  readonly unit: string;
  add(job: ReportJob, money: JobMoney): void;
  done(): ProviderFigures;
}

/** An empty tally. Without a ledger (a provider that only jobs name) its sums are 0, and the gaps show what the jobs say. */
export function providerTally(name: string, ledger: ReportProvider | undefined): ProviderTally {
  const provider = ledger ?? noLedger(name);
  const models = new Map<string, ModelTally>();
  let unknown: Evidence = NO_EVIDENCE;
  let inFlight: Evidence = NO_EVIDENCE;
  let refundable: Evidence = NO_EVIDENCE;
  return {
    unit: provider.unit,
    add(job, money) {
      const model = models.get(job.model) ?? modelTally(job.model);
      models.set(job.model, model);
      model.add(job, money);
      if (money.atStake !== 0) unknown = withJob(unknown, money.atStake);
      if (money.inFlight !== 0 && provider.reserved !== 0) inFlight = withJob(inFlight, money.inFlight);
      if (money.refundable !== 0) refundable = withJob(refundable, money.refundable);
    },
    done() {
      const figures = [...models.values()].map((model) => model.done()).sort((a, b) => (a.model < b.model ? -1 : 1));
      const { unit, reserved, charged, refunded } = provider;
      return {
        name,
        unit,
        jobs: sum(figures, 'jobs'),
        removed: sum(figures, 'removed'),
        unpricedJobs: sum(figures, 'unpricedJobs'),
        // Added up from the attempts: the ledger begins where money is reserved.
        quoted: sum(figures, 'quoted'),
        reserved,
        charged,
        refunded,
        net: charged - refunded,
        unknown: provider.unknown,
        models: figures,
        gaps: gaps(provider, figures),
        balance: explainBalance(provider, { unknown, inFlight, refundable }),
      };
    },
  };
}

function gaps(ledger: ReportProvider, models: readonly ModelFigures[]): SumGap[] {
  const fields = ['charged', 'refunded', 'unknown'] as const;
  return fields
    .map((field) => ({ field, ledger: ledger[field], jobs: sum(models, field), difference: ledger[field] - sum(models, field) }))
    .filter((gap) => gap.difference !== 0);
}

function sum(
  models: readonly ModelFigures[],
  field: 'jobs' | 'removed' | 'unpricedJobs' | 'quoted' | 'charged' | 'refunded' | 'unknown',
): number {
  return models.reduce((total, model) => total + model[field], 0);
}

function noLedger(name: string): ReportProvider {
  const money = { quoted: 0, reserved: 0, charged: 0, refunded: 0, unknown: 0, otherBatches: 0 };
  return { name, unit: 'units', ...money, balanceBefore: null, balanceAfter: null, balanceFrom: 'nowhere' };
}
