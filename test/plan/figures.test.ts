import { expect, test } from 'vitest';
import { ulazaiKling30 } from '../../jobs/ulazai/kling-3.0.ts';
import { ulazaiStudio } from '../../jobs/ulazai/studio.ts';
import type { JobType } from '../../src/job-type/job-type.ts';
import { sha256 } from '../../src/manifest/sha256.ts';
import { changeReason } from '../../src/plan/diff.ts';
import { DuplicateGuard } from '../../src/plan/duplicate-guard.ts';
import { type ForecastLane, forecast } from '../../src/plan/forecast.ts';
import { planCosts } from '../../src/plan/price-plan.ts';

const LIMITS = {
  ulazai: {
    requests: { kind: 'window', windows: [{ max: 100, windowMs: 60_000 }] },
    concurrency: { kind: 'slots', max: 5 },
    studio_submits: { kind: 'window', windows: [{ max: 24, windowMs: 3_600_000 }] },
  },
} as const;

const PREDICTED = { ms: 14_940_000, lowMs: 14_472_000, highMs: 16_200_000 };

/** Jobs of a family, each so long, polled so often. */
function lane({ provider, family, slots, submitWindows }: JobType, jobs: number, durationMs: number, polls = 2): ForecastLane {
  return { provider, family, slots, submitWindows, jobs, durationMs, polls };
}

test('the forecast tells what was predicted, and names the limit that decides', () => {
  expect(forecast([lane(ulazaiStudio, 100, 600_000)], LIMITS, PREDICTED)).toEqual({
    seconds: 14_940,
    seconds_low: 14_472,
    seconds_high: 16_200,
    limited_by: '24 submissions an hour: 4.2 hours',
  });
  const decides = (...lanes: readonly ForecastLane[]): string => forecast(lanes, LIMITS, PREDICTED).limited_by.split(':')[0]!;
  expect(decides(lane(ulazaiKling30, 100, 120_000))).toBe('5 at a time');
  expect(decides(lane(ulazaiKling30, 1000, 1_000))).toBe('100 requests a minute');
  expect(decides(lane(ulazaiKling30, 1, 120_000))).toBe('one generation of ulazai/kling-3.0');
  expect(decides(lane(ulazaiKling30, 50, 100_000), lane(ulazaiStudio, 10, 100_000))).toBe('5 at a time');
});

test('nothing to do takes no time', () => {
  const nothing = { seconds: 0, seconds_low: 0, seconds_high: 0, limited_by: 'nothing to do' };
  expect(forecast([], LIMITS, { ms: 0, lowMs: 0, highMs: 0 })).toEqual(nothing);
});

test('the price is added up by provider and model; what is not known is counted and shown as unknown, never 0', () => {
  const models = [
    { provider: 'ulazai', model: 'ulazai/image', jobs: 2, priced: 2, total: 16_000_000, toPay: 8_000_000, samePrice: true },
    { provider: 'ulazai', model: 'ulazai/veo3_fast', jobs: 2, priced: 2, total: 280_000_000, toPay: 280_000_000, samePrice: false },
    { provider: 'mayanio', model: 'mayanio/ltx-2', jobs: 1, priced: 0, total: 0, toPay: 0, samePrice: true },
  ];
  const units = { ulazai: 'credits', mayanio: 'points' } as Record<string, string>;
  const balances = { ulazai: 200_000_000 } as Record<string, number>;
  const costs = planCosts(models, (name) => ({
    unit: units[name]!,
    balance: balances[name] ?? null,
    outstanding: name === 'ulazai' ? 5_000_000 : 0,
    cap: name === 'ulazai' ? 300_000_000 : undefined,
    committed: 20_000_000,
  }));
  expect(costs).toEqual({
    ulazai: {
      unit: 'credits',
      total: 296,
      to_pay: 288,
      unpriced_jobs: 0,
      balance: 200,
      shortfall: 93,
      cap: 300,
      spent: 20,
      by_model: [
        { model: 'ulazai/image', jobs: 2, unit_price: 8, total: 16, to_pay: 8 },
        { model: 'ulazai/veo3_fast', jobs: 2, unit_price: null, total: 280, to_pay: 280 },
      ],
    },
    mayanio: {
      unit: 'points',
      total: 0,
      to_pay: 0,
      unpriced_jobs: 1,
      balance: null,
      shortfall: null,
      cap: null,
      spent: null,
      by_model: [{ model: 'mayanio/ltx-2', jobs: 1, unit_price: null, total: null, to_pay: null }],
    },
  });
});

test('what changed of a job is said field by field', () => {
  const before = { model: 'm', params: { a: 1, b: 'sha256:1', d: 'x' }, copy: 1 };
  expect(changeReason(before, { ...before, params: { a: 2, b: 'sha256:2', c: true } })).toBe(
    'params.a was 1, is now 2; the file of params.b has other content; params.c is now true; params.d is gone (was "x")',
  );
});

test('a hundred thousand names are each new once in each use, and every one is found again at its place', () => {
  const guard = new DuplicateGuard(sha256);
  const fileOf = (line: number): string => (line % 2 ? 'a.csv' : 'b.csv');
  for (let line = 1; line <= 100_000; line++) {
    if (guard.claim(`name ${line}`, { file: fileOf(line), line }, 'id')) expect.unreachable();
    // Every third is the output of another line, every other of none.
    if (line % 3 === 0 && guard.claim(`name ${line}`, { file: fileOf(line), line: line + 1 }, 'output')) expect.unreachable();
  }
  for (let line = 1; line <= 100_000; line += 997) {
    expect(guard.claim(`name ${line}`, { file: 'c.csv', line: 1 }, 'id')).toEqual({ file: fileOf(line), line });
    const output = guard.claim(`name ${line}`, { file: 'c.csv', line: 1 }, 'output');
    expect(output).toEqual(line % 3 === 0 ? { file: fileOf(line), line: line + 1 } : null);
  }
  expect(guard.claim('name 0', { file: 'c.csv', line: null }, 'id')).toBe(null);
  expect(guard.claim('name 0', { file: 'd.csv', line: 1 }, 'id')).toEqual({ file: 'c.csv', line: null });
  expect(guard.claim('name 0', { file: 'd.csv', line: 2 }, 'output')).toBe(null);
});
