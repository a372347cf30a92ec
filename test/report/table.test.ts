import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { buildReportView } from '../../src/report/build-report-view.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { reportFigures } from '../../src/report/report-figures.ts';
import { renderTable } from '../../src/report/table.ts';
import { toMicros } from '../../src/values/money.ts';
import { TERMINAL_PAYLOADS } from './hostile.ts';
import { failedJob, sampleInput, sampleJob, sampleNight } from './sample-report.ts';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => stringWidth(line)));

describe('renderTable', () => {
  it('tells the night in words and sums', () => {
    const text = renderTable(reportFigures(sampleNight()));
    expect(text).toMatch(/Jobs +8: 4 done, 3 failed, 1 unknown/);
    expect(text).toMatch(/Total +7 +3 +3 +148 +130 +8 +122 +8/);
    expect(text).toContain('nightshift reconcile spring-catalog');
    expect(text).toContain('maybe-1');
    expect(text).toContain('would explain it exactly');
    expect(text).toContain('The quote leaves out 1 job whose price is not known.');
  });

  it('names jobs that the manifest no longer has: in the money and the files, in no count of jobs nor the times, and the sums are right', () => {
    const gone = { removed: true };
    const jobs = [
      sampleJob({ id: 'stays' }),
      sampleJob({ id: 'gone', ...gone }),
      failedJob({ charged: 'yes' }, { id: 'gone and failed', ...gone, charged: toMicros(8) }),
    ];
    const figures = reportFigures(sampleInput(jobs));
    expect(figures).toMatchObject({ jobs: { total: 1, done: 1, failed: 0 }, removed: 2, failures: [] });
    expect(figures.providers).toMatchObject([{ jobs: 1, removed: 2, quoted: toMicros(24), charged: toMicros(24), gaps: [] }]);
    const text = renderTable(figures, { width: 120 });
    expect(text).toMatch(/Jobs +1: 1 done; besides 2 paid for that the manifest no longer has/);
    expect(text).toMatch(/Model +Jobs +Done +Failed +Removed +Quoted +Charged/);
    expect(text).toMatch(/Total +1 +1 +0 +2 +24 +24 +0 +24 +0/);
    expect(text).toContain('Removed: 2 jobs that the manifest no longer has, paid for before.');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'what they made under Result files; they are not among the jobs that are done or failed, nor in the times.',
    );
    expect(text).toMatch(/Result files +2,/);
    // The time of one that was removed is in no row: as many jobs stand there as are done above.
    expect(text).toMatch(/ulazai\/image +1 +30 sec/);
    expect(buildReportView(sampleInput(jobs), { address: () => null, thumb: () => null }, 0).latency).toMatchObject([
      { jobs: expect.toSatisfy((counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0) === 1) },
    ]);
    expect(renderTable(reportFigures(sampleNight()))).not.toContain('Removed');
    expect([...renderCsv(jobs)].join('').match(/,true,/g)).toHaveLength(2);
  });

  it.each([60, 80, 100, 200])('is never wider than %i columns, and loses no letter of a long id', (width) => {
    const text = renderTable(reportFigures(sampleNight()), { width });
    expect(widest(text)).toBeLessThanOrEqual(width);
    const letters = text
      .split('\n')
      .map((line) => line.split('  ')[0]?.trim())
      .join('');
    expect(letters).toContain('a-very-long-product-identifier-that-somebody-pasted-from-an-inventory-system-0001');
  });

  it('fits into 80 columns with amounts of nine digits and wide characters', () => {
    const big = toMicros(123_456_789.125);
    const jobs = [
      sampleJob({
        id: '茶碗'.repeat(40),
        model: `ulazai/studio/${'長'.repeat(30)}`,
        quote: big,
        charged: big,
        refunded: big,
        warning: '茶'.repeat(90),
      }),
    ];
    expect(widest(renderTable(reportFigures(sampleInput(jobs)), { width: 80 }))).toBeLessThanOrEqual(80);
  });

  it('carries no control character from outside, and colour only when asked', () => {
    const jobs = TERMINAL_PAYLOADS.flatMap((text) => [
      failedJob({ message: text }, { id: text, model: text }),
      failedJob({ message: text }, { id: text, model: text, state: 'unknown' }),
      sampleJob({ id: text, warning: text }),
    ]);
    const figures = reportFigures(sampleInput(jobs, { batch: TERMINAL_PAYLOADS.join('') }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
    const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
    expect(renderTable(figures)).not.toMatch(unsafe);
    const coloured = renderTable(figures, { color: true });
    expect(coloured).toContain('\u001b[1m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours, taken out
    expect(coloured.replace(/\u001b\[(?:1|2|22)m/g, '')).not.toMatch(unsafe);
  });

  it('counts what a long list leaves out and says how to see it', () => {
    const jobs = Array.from({ length: 25 }, (_, at) => failedJob({}, { id: `u${at}`, state: 'unknown', charged: null }));
    expect(renderTable(reportFigures(sampleInput(jobs)))).toContain('… and 15 more: nightshift jobs spring-catalog --select state:unknown');
  });

  it('quotes a batch name that a shell would take apart', () => {
    const figures = reportFigures(sampleInput([failedJob({})], { batch: "it's spring" }));
    expect(renderTable(figures)).toContain(`nightshift retry 'it'\\''s spring'`);
  });

  it('means the same queue in every command to copy', () => {
    const jobs = [failedJob({}), failedJob({}, { id: 'u', state: 'unknown', charged: null })];
    const text = renderTable(reportFigures(sampleInput(jobs, { queueFlags: ['--sandbox', '--profile', 'night'] })), { width: 200 });
    expect(text).toContain('nightshift retry spring-catalog --sandbox --profile night');
    expect(text).toContain('nightshift reconcile spring-catalog --sandbox --profile night');
  });

  it('says that nothing is there when nothing is', () => {
    expect(renderTable(reportFigures(sampleInput([], { workedMs: 0 })))).toMatch(/Jobs +none/);
  });
});
