import { describe, expect, it } from 'vitest';
import { reportDocument } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { reportFigures } from '../../src/report/report-figures.ts';
import { HTML_PAYLOADS } from './hostile.ts';
import { failedJob, sampleInput, sampleJob, sampleNight } from './sample-report.ts';

describe('reportDocument', () => {
  it('is schema_version and the report, money in units', () => {
    const document = reportDocument(reportFigures(sampleNight()));
    expect(Object.keys(document)).toEqual(['schema_version', 'report']);
    const { money, unknown, paid_but_lost, jobs } = document.report;
    expect(money.ulazai).toMatchObject({
      unit: 'credits',
      quoted: 148,
      charged: 130,
      refunded: 8,
      net: 122,
      unknown: 8,
      difference: 8,
      verdict: 'possible',
    });
    expect(money.mayanio).toMatchObject({ unit: 'points', charged: 20.5, unpriced_jobs: 1, balance_before: null, difference: null });
    expect(unknown).toMatchObject({ count: 1, jobs: [{ id: 'maybe-1', may_cost: 8 }] });
    expect(paid_but_lost.jobs[0]).toMatchObject({ id: 'gone-1', remote_id: 'r-77', net: 8 });
    expect(jobs.total).toBe(8);
    expect(money.ulazai?.by_model.reduce((sum, model) => sum + model.net, 0)).toBe(122);
  });

  it('is what `--format json` prints', () => {
    const text = [...renderReport(sampleNight(), 'json')].join('');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(reportDocument(reportFigures(sampleNight())))));
  });
});

describe('renderMarkdown', () => {
  it('keeps its tables whole and its text text, whatever stands in a cell', () => {
    const hostile = [...HTML_PAYLOADS, 'a | b', 'a\\| b', '`code', '[x](https://evil.example)', '**bold**', 'two\nlines'];
    const jobs = hostile.flatMap((text, at) => [failedJob({ message: text }, { id: text }), sampleJob({ id: `s${at}`, warning: text })]);
    const lines = renderMarkdown(reportFigures(sampleInput(jobs))).split('\n');
    let columns = 0;
    for (const [at, line] of lines.entries()) {
      if (!line.startsWith('|')) continue;
      const cells = line.replace(/\\[\\|]/g, '').split('|').length;
      if (!lines[at - 1]?.startsWith('|')) columns = cells;
      expect(cells).toBe(columns);
    }
    expect(lines.join('\n')).not.toMatch(/<[a-z/!]/i);
    expect(lines.join('\n')).not.toMatch(/(?<!\\)\[x(?<!\\)\]/);
  });
});
