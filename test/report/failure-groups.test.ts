import { describe, expect, it } from 'vitest';
import { messagePattern } from '../../src/report/message-pattern.ts';
import { reportFigures } from '../../src/report/report-figures.ts';
import { toMicros } from '../../src/values/money.ts';
import { failedJob, sampleInput } from './sample-report.ts';

describe('failures by cause', () => {
  it('puts messages together that differ in ids, numbers and addresses only', () => {
    const messages = [
      'Task 8f14e45f-ceea failed after 31 s, see https://cdn.example/a?x=1',
      'Task 9b25e56a-beeb failed after 7 s, see https://cdn.example/b',
    ];
    const figures = reportFigures(sampleInput(messages.map((message, at) => failedJob({ message }, { id: `${at}` }))));
    expect(figures.failures).toHaveLength(1);
    expect(figures.failures[0]).toMatchObject({ jobs: 2, message: 'Task <id> failed after <n> s, see <url>', examples: ['0', '1'] });
  });

  it("keeps the API's own words where they are the same", () => {
    const message = 'Prompt is longer than 1800 characters';
    const [group] = reportFigures(sampleInput([failedJob({ message }), failedJob({ message })])).failures;
    expect(group?.message).toBe(message);
  });

  it('keeps model names and classes apart', () => {
    expect(messagePattern('veo31_fast is off')).toBe('veo31_fast is off');
    expect(messagePattern('job 123ab took 98765 ms')).toBe('job <id> took <n> ms');
    const jobs = [failedJob({ message: 'No', class: 'moderated' }), failedJob({ message: 'No', class: 'invalid' }, { state: 'rejected' })];
    expect(
      reportFigures(sampleInput(jobs))
        .failures.map((group) => group.class)
        .sort(),
    ).toEqual(['invalid', 'moderated']);
  });

  it('counts the verdicts and the money, and what may still have been charged', () => {
    const eight = toMicros(8);
    const jobs = [
      failedJob({ charged: 'no' }, { charged: eight, refunded: eight }),
      failedJob({ charged: 'yes' }, { charged: eight, refunded: 0 }),
      failedJob({ charged: 'unknown' }, { charged: eight, refunded: null }),
      failedJob({ charged: 'unknown' }, { charged: null, refunded: null }),
    ];
    expect(reportFigures(sampleInput(jobs)).failures).toMatchObject([
      { jobs: 4, charged: { yes: 1, no: 1, unknown: 2 }, net: 2 * eight, unknown: eight },
    ]);
  });

  it('lists the largest cause first', () => {
    const jobs = [failedJob({ message: 'rare' }), failedJob({ message: 'common' }), failedJob({ message: 'common' })];
    expect(reportFigures(sampleInput(jobs)).failures.map((group) => group.message)).toEqual(['common', 'rare']);
  });
});
