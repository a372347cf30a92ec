import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportFigures } from '../../src/report/report-figures.ts';
import type { ReportJob, ReportState } from '../../src/report/report-input.ts';
import { toMicros } from '../../src/values/money.ts';
import { failedJob, ledgerOf, sampleInput, sampleJob, sampleNight, sampleProvider } from './sample-report.ts';

const STATES: readonly ReportState[] = ['queued', 'submitting', 'processing', 'ready', 'done', 'failed', 'rejected', 'canceled', 'unknown'];
const money = fc.option(fc.integer({ min: 0, max: 300_000_000 }), { nil: null });
const anyJob: fc.Arbitrary<ReportJob> = fc
  .record({
    state: fc.constantFrom(...STATES),
    model: fc.constantFrom('a/one', 'a/two', 'b/three'),
    quote: money,
    charged: money,
    refunded: money,
    bytes: fc.nat(),
  })
  .map(({ bytes, model, ...rest }) =>
    sampleJob({ ...rest, model, provider: model.slice(0, 1), outputs: [{ path: 'x', bytes, sha256: '', mediaType: 'image/png' }] }),
  );

describe('reportFigures', () => {
  it('adds money up to the micro, like BigInt, whatever the jobs', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 200 }), (jobs) => {
        const providers = [ledgerOf(jobs, { name: 'a' }), ledgerOf(jobs, { name: 'b' })];
        const figures = reportFigures(sampleInput(jobs, { providers }));
        for (const provider of figures.providers) {
          for (const field of ['quoted', 'charged', 'refunded'] as const) {
            const key = field === 'quoted' ? 'quote' : field;
            const exact = jobs.filter((job) => job.provider === provider.name).reduce((sum, job) => sum + BigInt(job[key] ?? 0), 0n);
            expect(BigInt(provider.models.reduce((sum, model) => sum + model[field], 0))).toBe(exact);
            expect(BigInt(provider[field])).toBe(exact);
          }
          expect(provider.gaps).toEqual([]);
          expect(provider.net).toBe(provider.charged - provider.refunded);
        }
        expect(STATES.reduce((sum, state) => sum + figures.jobs[state], 0)).toBe(jobs.length);
        expect(figures.jobs.total).toBe(jobs.length);
        expect(figures.outputs).toEqual({ files: jobs.length, bytes: jobs.reduce((sum, job) => sum + (job.outputs[0]?.bytes ?? 0), 0) });
      }),
    );
  });

  it('says by how much the models miss the ledger', () => {
    const jobs = [sampleJob(), sampleJob({ id: 'b' })];
    const [provider] = reportFigures(sampleInput(jobs, { providers: [ledgerOf(jobs, { charged: toMicros(24) })] })).providers;
    expect(provider?.gaps).toEqual([{ field: 'charged', ledger: toMicros(24), jobs: toMicros(16), difference: toMicros(8) }]);
    expect(provider?.net).toBe(toMicros(24));
  });

  it('shows a provider that has jobs and no ledger, as a gap', () => {
    const [provider] = reportFigures(sampleInput([sampleJob({ provider: 'lost' })], { providers: [] })).providers;
    expect(provider).toMatchObject({ name: 'lost', charged: 0, jobs: 1 });
    expect(provider?.gaps.map((gap) => [gap.field, gap.difference])).toEqual([['charged', -toMicros(8)]]);
  });

  it('reads the jobs once, as a stream, and stays small', () => {
    let reads = 0;
    const count = 100_000;
    function* jobs(): Generator<ReportJob> {
      reads += 1;
      for (let at = 0; at < count; at += 1)
        yield failedJob(
          { message: `${String.fromCharCode(97 + (at % 26), 97 + (at % 7919) / 305, 97 + (at % 17))} broke` },
          { id: `j${at}`, state: at % 2 ? 'failed' : 'unknown', completedAt: at },
        );
    }
    const figures = reportFigures(sampleInput([], { providers: [sampleProvider()], jobs }));
    expect(reads).toBe(1);
    expect(figures.unknown.count).toBe(count / 2);
    expect(figures.unknown.listed.length).toBeLessThan(1000);
    expect(figures.failures.length).toBeLessThan(300);
    expect(figures.failures.reduce((sum, group) => sum + group.jobs, 0)).toBe(count / 2);
  });

  it('names unknown jobs with what they may have cost, and null where no price is known', () => {
    const jobs = [
      failedJob({ charged: 'unknown' }, { id: 'u1', state: 'unknown', charged: null }),
      failedJob({}, { id: 'u2', state: 'unknown', quote: null, charged: null }),
    ];
    const figures = reportFigures(sampleInput(jobs));
    expect(figures.unknown.listed.map((job) => [job.id, job.mayCost])).toEqual([
      ['u1', toMicros(8)],
      ['u2', null],
    ]);
    expect(figures.providers[0]?.models[0]?.unknown).toBe(toMicros(8));
    expect(figures.providers[0]?.models[0]?.unpricedJobs).toBe(1);
  });

  it('lists what is paid and lost, and what came short', () => {
    const figures = reportFigures(sampleNight());
    expect(figures.lost).toMatchObject({ count: 1, listed: [{ id: 'gone-1', net: toMicros(8), remoteId: 'r-77' }] });
    expect(figures.short).toMatchObject({ count: 1, listed: [{ warning: '3 of 4 pictures came' }] });
  });

  it('gives median, 90 % and jobs an hour of worked time', () => {
    const seconds = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
    const jobs = seconds.map((s, at) => sampleJob({ id: `${at}`, submittedAt: 0, completedAt: s * 1000 }));
    const figures = reportFigures(sampleInput([...jobs, failedJob({}, { submittedAt: 0, completedAt: 1e9 })], { workedMs: 1_800_000 }));
    expect(figures.providers[0]?.models[0]?.latency).toEqual({ jobs: 10, medianMs: 50_000, p90Ms: 90_000 });
    expect(figures.time.jobsPerHour).toBe(20);
  });

  it('has no rate and no latency without a finished job', () => {
    const figures = reportFigures(
      sampleInput([sampleJob({ state: 'queued', charged: null, completedAt: null, outputs: [] })], { workedMs: 0 }),
    );
    expect(figures.time.jobsPerHour).toBeNull();
    expect(figures.providers[0]?.models[0]?.latency).toBeNull();
  });
});
