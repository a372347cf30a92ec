import type { Failure } from '../../src/job-type/outcomes.ts';
import type { ReportInput, ReportJob, ReportProvider } from '../../src/report/report-input.ts';
import { toMicros } from '../../src/values/money.ts';

const START = Date.UTC(2026, 2, 1, 22, 14);

/** A finished image job that cost 8 credits and took 30 seconds, changed by `over`. */
export function sampleJob(over: Partial<ReportJob> = {}): ReportJob {
  const id = over.id ?? 'mug-white-studio';
  return {
    id,
    model: 'ulazai/image',
    provider: 'ulazai',
    state: 'done',
    attempt: 1,
    tags: ['spring'],
    vars: {},
    params: { prompt: 'A mug' },
    quote: toMicros(8),
    charged: toMicros(8),
    refunded: 0,
    remoteId: 'a1b2c3',
    error: null,
    warning: null,
    outputs: [{ path: `mugs/${id}.png`, bytes: 1_500_000, sha256: '00', mediaType: 'image/png' }],
    createdAt: START,
    submittedAt: START + 1_000,
    completedAt: START + 31_000,
    ...over,
  };
}

/** A job that failed or was refused, with nothing on disk and nothing booked. */
export function failedJob(error: Partial<Failure>, over: Partial<ReportJob> = {}): ReportJob {
  return sampleJob({
    state: 'failed',
    charged: 0,
    outputs: [],
    error: { class: 'provider_fault', httpStatus: 500, message: 'It broke', charged: 'no', ...error },
    ...over,
  });
}

/** The ledger of an account in credits that agrees with nothing booked, changed by `over`. */
export function sampleProvider(over: Partial<ReportProvider> = {}): ReportProvider {
  const money = { quoted: 0, reserved: 0, charged: 0, refunded: 0, unknown: 0, otherBatches: 0 };
  return { name: 'ulazai', unit: 'credits', ...money, balanceBefore: null, balanceAfter: null, balanceFrom: 'account', ...over };
}

/** A provider's ledger as it must be for these jobs: sums of what they say, and a balance that fell by the net. */
export function ledgerOf(jobs: readonly ReportJob[], over: Partial<ReportProvider> = {}): ReportProvider {
  const name = over.name ?? 'ulazai';
  const own = jobs.filter((job) => job.provider === name);
  const sum = (of: (job: ReportJob) => number | null) => own.reduce((total, job) => total + (of(job) ?? 0), 0);
  const charged = sum((job) => job.charged);
  const refunded = sum((job) => job.refunded);
  const unknown = sum((job) => (job.state === 'unknown' ? job.quote : 0));
  const balanceBefore = toMicros(1000);
  const balanceAfter = balanceBefore - charged + refunded;
  return sampleProvider({ quoted: sum((job) => job.quote), charged, refunded, unknown, balanceBefore, balanceAfter, ...over });
}

/** Everything a report is computed from. The jobs may be read more than once. */
export function sampleInput(jobs: readonly ReportJob[], over: Partial<ReportInput> = {}): ReportInput {
  return {
    batch: 'spring-catalog',
    stopped: 'completed',
    startedAt: START,
    endedAt: START + 3_600_000,
    workedMs: 3_600_000,
    providers: [ledgerOf(jobs)],
    requests: { submit: jobs.length, poll: 40, other: 3, throttled: 1 },
    jobs: () => jobs,
    ...over,
  };
}

/** A night with a bit of everything: two providers, failures, an unknown outcome, a lost file, a short delivery. */
export function sampleNight(): ReportInput {
  const long = 'a-very-long-product-identifier-that-somebody-pasted-from-an-inventory-system-0001';
  const jobs = [
    sampleJob(),
    sampleJob({ id: long, outputs: [], warning: '3 of 4 pictures came' }),
    sampleJob({ id: 'film-1', model: 'ulazai/kling-3.0', quote: toMicros(100), charged: toMicros(90), completedAt: START + 400_000 }),
    failedJob(
      { message: 'Task 8f14e45f-ceea-467f-a0e6-1 failed: content policy', class: 'moderated', charged: 'yes' },
      { id: 'bad-1', charged: toMicros(8), refunded: toMicros(8) },
    ),
    failedJob(
      { message: 'Task 9a04e45f-ceea-467f-a0e6-2 failed: content policy', class: 'moderated', charged: 'unknown' },
      { id: 'bad-2', charged: toMicros(8) },
    ),
    failedJob(
      { message: 'the result URL expired', class: 'lost', charged: 'yes' },
      { id: 'gone-1', charged: toMicros(8), remoteId: 'r-77' },
    ),
    failedJob(
      { message: 'connection closed', class: 'transport', charged: 'unknown' },
      { id: 'maybe-1', state: 'unknown', charged: null, attempt: 2, quote: toMicros(8) },
    ),
    sampleJob({ id: 'chair', model: 'mayanio/image-to-3d', provider: 'mayanio', quote: null, charged: toMicros(20.5), outputs: [] }),
  ];
  const points = { name: 'mayanio', unit: 'points', balanceBefore: null, balanceAfter: null, balanceFrom: 'answers' } as const;
  const account = ledgerOf(jobs);
  return sampleInput(jobs, {
    stopped: 'unknown',
    providers: [{ ...account, balanceAfter: (account.balanceAfter ?? 0) - toMicros(8) }, ledgerOf(jobs, points)],
  });
}
