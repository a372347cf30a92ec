import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RunDocumentInput, runDocument } from '../../src/report/run-document.ts';
import { toMicros } from '../../src/values/money.ts';
import { sampleProvider } from './sample-report.ts';

const input: RunDocumentInput = {
  batch: 'spring-catalog',
  stopped: 'failures',
  jobs: { done: 3, failed: 1 },
  providers: [sampleProvider({ charged: toMicros(32), refunded: toMicros(8), balanceBefore: toMicros(100), balanceAfter: toMicros(76) })],
  outputs: { files: 3, bytes: 900 },
  requests: { submit: 4, poll: 9, other: 1, throttled: 0 },
  remaining: null,
  startedAt: Date.UTC(2026, 0, 2),
  endedAt: null,
  report: '.nightshift/reports/spring-catalog.html',
};

describe('runDocument', () => {
  it('has the fields of the contract, in its order', () => {
    const document = runDocument(input);
    expect(Object.keys(document)).toEqual([
      'schema_version',
      'batch',
      'stopped',
      'jobs',
      'money',
      'outputs',
      'requests',
      'remaining',
      'started_at',
      'ended_at',
      'report',
    ]);
    expect(document.jobs).toEqual({
      total: 4,
      queued: 0,
      submitting: 0,
      processing: 0,
      ready: 0,
      done: 3,
      failed: 1,
      rejected: 0,
      canceled: 0,
      unknown: 0,
    });
    expect(document.money).toEqual({
      ulazai: {
        unit: 'credits',
        quoted: 0,
        reserved: 0,
        charged: 32,
        refunded: 8,
        net: 24,
        unknown: 0,
        balance_before: 100,
        balance_after: 76,
        difference: 0,
      },
    });
    expect(document.started_at).toBe('2026-01-02T00:00:00.000Z');
    expect(document.ended_at).toBeNull();
  });

  it('is null, never 0, where money is not known', () => {
    const { money } = runDocument({ ...input, providers: [{ ...sampleProvider(), quoted: null, unknown: null }] });
    expect(money.ulazai).toMatchObject({ quoted: null, unknown: null, balance_before: null, balance_after: null, difference: null });
  });

  it('subtracts without floating point dust: a batch that reconciles has the difference 0', () => {
    const units = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(units, units, units, (before, charged, refunded) => {
        const [a, b, c] = [toMicros(before), toMicros(charged), toMicros(refunded)];
        const { money } = runDocument({
          ...input,
          providers: [sampleProvider({ charged: b, refunded: c, balanceBefore: a, balanceAfter: a - b + c })],
        });
        expect(money.ulazai?.difference).toBe(0);
      }),
    );
  });
});
