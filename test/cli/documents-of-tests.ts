import type { PlanResult } from '../../src/cli/documents.ts';
import { type RunDocument, runDocument } from '../../src/report/run-document.ts';

/** A run document of one provider, as the report room builds it. */
export function someRun(jobs: Partial<RunDocument['jobs']> = {}): RunDocument {
  return runDocument({
    batch: 'spring',
    stopped: 'completed',
    jobs: { done: 3, ...jobs },
    providers: [
      {
        name: 'ulazai',
        unit: 'credits',
        quoted: 24e6,
        reserved: 0,
        charged: 24e6,
        refunded: 0,
        unknown: 0,
        balanceBefore: 100e6,
        balanceAfter: 76e6,
      },
    ],
    outputs: { files: 3, bytes: 1_000 },
    requests: { submit: 3, poll: 5, other: 1, throttled: 0 },
    remaining: null,
    startedAt: 0,
    endedAt: 60_000,
    report: null,
  });
}

/** A plan of three jobs. */
export function somePlan(changes: Partial<PlanResult['document']> = {}): PlanResult {
  return {
    details: [],
    document: {
      schema_version: 1,
      batch: 'spring',
      jobs: { total: 3, new: 3, changed: 0, unchanged: 0, missing: 0, removed: 0 },
      cost: {
        ulazai: {
          unit: 'credits',
          total: 24,
          to_pay: 24,
          unpriced_jobs: 0,
          balance: null,
          shortfall: null,
          cap: null,
          spent: null,
          by_model: [{ model: 'ulazai/image', jobs: 3, unit_price: 8, total: 24, to_pay: 24 }],
        },
      },
      time: { seconds: 12, seconds_low: 10, seconds_high: 15, limited_by: 'slots' },
      problems: [],
      ...changes,
    },
  };
}
