import { describe, expect, it } from 'vitest';
import type { BalanceFigures } from '../../src/report/figures.ts';
import { reportFigures } from '../../src/report/report-figures.ts';
import type { ReportJob, ReportProvider } from '../../src/report/report-input.ts';
import { toMicros } from '../../src/values/money.ts';
import { failedJob, ledgerOf, sampleInput, sampleJob, sampleProvider } from './sample-report.ts';

/** The balance of a batch whose account fell by `off` units more than its jobs are booked with. */
function balance(jobs: readonly ReportJob[], off: number, over: Partial<ReportProvider> = {}): BalanceFigures {
  const ledger = ledgerOf(jobs);
  const provider = { ...ledger, balanceAfter: (ledger.balanceAfter ?? 0) - toMicros(off), ...over };
  const figures = reportFigures(sampleInput(jobs, { providers: [provider] })).providers[0]?.balance;
  if (!figures) throw new Error('No provider in the report');
  return figures;
}

const lost = (id: string) => failedJob({ charged: 'unknown' }, { id, state: 'unknown', charged: null });

describe('explainBalance', () => {
  it('reconciles when the account moved by what is booked', () => {
    expect(balance([sampleJob()], 0)).toMatchObject({ difference: 0, verdict: 'reconciles' });
    expect(balance([sampleJob()], 0).explanation).toContain('exactly the 8 credits booked');
  });

  it('says that unknown jobs would explain it, exactly or in part', () => {
    expect(balance([lost('a')], 8)).toMatchObject({ difference: toMicros(8), verdict: 'possible' });
    expect(balance([lost('a')], 8).explanation).toContain('1 job of unknown outcome (8 credits) would explain it exactly');
    expect(balance([lost('a'), lost('b'), lost('c')], 16).explanation).toContain('if some were charged');
  });

  it('does not blame unknown jobs for a sum that they cannot add up to', () => {
    expect(balance([lost('a'), lost('b')], 5)).toMatchObject({ verdict: 'unexplained' });
    const more = balance([lost('a')], 11);
    expect(more.verdict).toBe('unexplained');
    expect(more.explanation).toContain('would leave 3 credits unexplained');
  });

  it('lets an unknown job without a price account for anything', () => {
    expect(balance([failedJob({}, { state: 'unknown', quote: null, charged: null })], 77).verdict).toBe('possible');
  });

  it('sees other batches, and what is left beside them', () => {
    expect(balance([sampleJob()], 16, { otherBatches: toMicros(16) })).toMatchObject({ difference: toMicros(16), verdict: 'explained' });
    const left = balance([sampleJob()], 20, { otherBatches: toMicros(16) });
    expect(left.verdict).toBe('unexplained');
    expect(left.explanation).toContain('fell by 4 credits more');
  });

  it('names spending elsewhere when nothing is open', () => {
    expect(balance([sampleJob()], 30)).toMatchObject({ verdict: 'unexplained' });
    expect(balance([sampleJob()], 30).explanation).toContain('outside nightshift');
  });

  it('takes a smaller fall for refunds not booked yet, or for money added', () => {
    const charged = failedJob({ charged: 'unknown' }, { charged: toMicros(8) });
    expect(balance([charged], -8)).toMatchObject({ difference: -toMicros(8), verdict: 'possible' });
    expect(balance([charged], -8).explanation).toContain('refunds that are not booked yet');
    expect(balance([charged], -500).verdict).toBe('unexplained');
    expect(balance([sampleJob()], -500).explanation).toContain('money added to the account');
  });

  it('counts jobs in flight while the ledger has a reservation', () => {
    const flying = sampleJob({ state: 'processing', charged: null, completedAt: null, outputs: [] });
    expect(balance([flying], 8, { reserved: toMicros(8) }).explanation).toContain('1 job in flight (8 credits) would explain it exactly');
    expect(balance([flying], 8).verdict).toBe('unexplained');
  });

  it('cannot check without a balance, and says why', () => {
    const explain = (over: Partial<ReportProvider>) => balance([sampleJob()], 0, { ...sampleProvider(), ...over });
    expect(explain({ balanceFrom: 'nowhere' })).toMatchObject({ difference: null, verdict: 'unchecked' });
    expect(explain({ balanceFrom: 'nowhere' }).explanation).toContain('no balance to ask for');
    expect(explain({ balanceFrom: 'answers' }).explanation).toContain('only in some answers');
    expect(explain({ balanceBefore: 1, balanceFrom: 'account' }).explanation).toContain('after the batch');
  });
});
