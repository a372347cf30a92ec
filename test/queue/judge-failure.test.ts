import { describe, expect, it } from 'vitest';
import { type FailureMoney, judgeFailure } from '../../src/queue/judge-failure.ts';
import type { Settlement } from '../../src/queue/settlement.ts';

type Row = readonly [
  why: string,
  /** What the create answer said, what the failed answer says of charge and refund, and what the job type makes of it. */
  given: readonly [first: number | null, figure: number | null, refunded: Settlement['refunded'], said?: 'yes' | 'no' | 'unknown'],
  charge: number | null,
  refund: number,
  verdict: FailureMoney['verdict'],
  open?: 'open',
];

const QUOTE = 80;

// ulazai.md: Sora answers with a sum, Video Studio with true, Kling with nothing, the oldest image status with 0 used and a sum.
const ROWS: readonly Row[] = [
  // The answer's own field.
  ['all given back, charge known from create', [80, null, 80], 80, 80, 'no'],
  ['all given back, charge known from status', [null, 80, 80], 80, 80, 'no'],
  ['a part given back', [80, null, 30], 80, 30, 'yes'],
  ['more given back than taken', [70, null, 80], 70, 80, 'no'],
  ['true: all of it', [80, null, true], 80, 80, 'no'],
  ['true, discounted: all of what was taken', [70, null, true], 70, 70, 'no'],
  ['true, no figure: the quote, both ways', [null, null, true], 80, 80, 'no'],
  ['true after a free start', [0, null, true], 0, 0, 'no'],
  ['false: nothing', [80, null, false], 80, 0, 'yes'],
  ['0: nothing', [80, null, 0], 80, 0, 'yes'],
  ['false, no figure: the quote was kept', [null, null, false], 80, 0, 'yes'],
  ['0, no figure: the quote was kept, not 0', [null, null, 0], 80, 0, 'yes'],
  ['a sum, no figure: as the quote', [null, null, 80], 80, 80, 'no'],
  ['a sum below the quote, no figure: nobody knows the rest', [null, null, 30], 80, 30, 'unknown'],
  ['a sum above the quote, no figure', [null, null, 90], 90, 90, 'no'],
  // "credits_used": 0 on a failed job.
  ['0 used, 24 refunded', [24, 0, 24], 24, 24, 'no'],
  ['0 used, a sum, no figure before', [null, 0, 24], 24, 24, 'no'],
  ['0 used, no word on a refund: the rest was given back', [80, 0, null], 80, 80, 'no'],
  ['0 used and nothing refunded: nothing was taken', [null, 0, 0], null, 0, 'no'],
  ['0 used and refunded false', [null, 0, false], null, 0, 'no'],
  ['0 used, nothing else', [null, 0, null], null, 0, 'no'],
  ['0 used, refunded true', [null, 0, true], 80, 80, 'no'],
  // No evidence.
  ['charged at create, then silence', [80, null, null], 80, 0, 'unknown', 'open'],
  ['charged at status, silence on a refund', [null, 80, null], 80, 0, 'unknown', 'open'],
  ['silence all along: the quote is at stake', [null, null, null], 80, 0, 'unknown', 'open'],
  ['the job type says no, a figure says yes', [80, null, null, 'no'], 80, 0, 'unknown', 'open'],
  ['paid and lost: the job type says yes without a figure', [null, null, null, 'yes'], 80, 0, 'yes'],
  ['a free start, then silence', [0, null, null], 0, 0, 'no'],
  ['refused in the same breath', [null, null, null, 'no'], null, 0, 'no'],
  // The later figure corrects the first.
  ['corrected upward', [80, 100, null], 100, 0, 'unknown', 'open'],
  ['corrected downward', [80, 70, null], 70, 0, 'unknown', 'open'],
  ['corrected, and kept', [80, 70, false], 70, 0, 'yes'],
  ['a free start that was charged later', [0, 80, null], 80, 0, 'unknown', 'open'],
  ['what is left after a partial refund', [24, 12, 12], 24, 12, 'yes'],
];

describe('what a failed job cost', () => {
  it.each(ROWS.map((row) => ({ why: row[0], row })))('$why', ({ row }) => {
    const [, [first, figure, refunded, said = 'unknown'], charge, refund, verdict, open] = row;
    const found = judgeFailure({ charged: first, quote: QUOTE }, { charged: figure, refunded }, said);
    expect({ charge: found.charge, refund: found.refund, verdict: found.verdict, open: found.open }).toEqual({
      charge,
      refund,
      verdict,
      open: open === 'open',
    });
  });

  it('marks a charge that is only the quote', () => {
    const quoted = (refunded: Settlement['refunded'], figure: number | null = null): boolean =>
      judgeFailure({ charged: null, quote: QUOTE }, { charged: figure, refunded }, 'unknown').quoted;
    expect([quoted(null), quoted(true), quoted(30), quoted(false)]).toEqual([true, true, true, true]);
    expect([quoted(80), quoted(null, 80), quoted(null, 0)]).toEqual([false, false, false]);
  });

  it.each([
    ['silence', null, null, 0, 'unknown', true],
    ['true', true, null, 0, 'no', false],
    ['a sum', 30, 30, 30, 'no', false],
    ['false', false, null, 0, 'yes', false],
  ] as const)('invents no price where there is none: %s', (_, refunded, charge, refund, verdict, open) => {
    const found = judgeFailure({ charged: null, quote: null }, { charged: null, refunded }, 'unknown');
    expect(found).toMatchObject({ charge, refund, verdict, open });
  });

  it('never says "no" without a word of the answer for it', () => {
    for (const first of [null, 0, 80])
      for (const figure of [null, 0, 70, 80, 100])
        for (const refunded of [null, true, false, 0, 30, 80, 100]) {
          const { verdict, charge, refund, open } = judgeFailure(
            { charged: first, quote: QUOTE },
            { charged: figure, refunded },
            'unknown',
          );
          if (verdict === 'no') expect(refund >= (charge ?? 0), `${first} ${figure} ${refunded}`).toBe(true);
          if (verdict === 'yes') expect(refund < (charge ?? 0), `${first} ${figure} ${refunded}`).toBe(true);
          expect(open, `${first} ${figure} ${refunded}`).toBe(refunded === null && figure !== 0 && !(first === 0 && figure === null));
          // Never fewer credits than an answer named as taken.
          if (refunded === null || refunded === false) expect((charge ?? 0) >= (figure ?? 0)).toBe(true);
        }
  });
});
