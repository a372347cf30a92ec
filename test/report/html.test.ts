import { describe, expect, it } from 'vitest';
import { MOST_PLAIN_ROWS, reportBody } from '../../src/report/html.ts';
import { reportFigures } from '../../src/report/report-figures.ts';
import type { ReportInput, ReportJob } from '../../src/report/report-input.ts';
import { HTML_PAYLOADS } from './hostile.ts';
import { failedJob, sampleInput, sampleJob, sampleNight } from './sample-report.ts';

const page = (input: ReportInput) => reportBody(reportFigures(input), input.jobs());
/** Every tag with its attributes, as a browser would see them. */
const tags = (text: string) => text.match(/<[a-z!/][^>]*>/gi) ?? [];

describe('reportBody', () => {
  it('has the totals, the failures, the unknown jobs and every job', () => {
    const text = page(sampleNight());
    for (const part of [
      '122 credits net',
      'Task &lt;id&gt; failed: content policy',
      'maybe-1',
      'Paid, and the files',
      'mugs/mug-white-studio.png',
      '20.5',
    ])
      expect(text).toContain(part);
  });

  it('runs nothing and loads nothing', () => {
    const text = page(sampleNight());
    expect(text).not.toMatch(/<script|<link|<img|<iframe|https?:|@import|url\(/i);
  });

  it('uses no tag and no attribute that a hostile text brought', () => {
    const jobs = HTML_PAYLOADS.flatMap((text, at) => [
      failedJob({ message: text }, { id: `f${at}${text}`, model: text, remoteId: text, tags: [text] }),
      failedJob({ message: text, class: 'lost' }, { id: `l${at}${text}`, remoteId: text }),
      failedJob({ message: text }, { id: `u${at}${text}`, state: 'unknown' }),
      sampleJob({ id: `s${at}${text}`, warning: text, outputs: [{ path: text, bytes: 1, sha256: text, mediaType: text }] }),
    ]);
    const plain = sampleInput([...jobs], { batch: HTML_PAYLOADS.join('') });
    const seen = new Set(tags(page(plain)));
    const known = new Set([
      ...tags(page(sampleNight())),
      '<td class="rejected">',
      '<td class="unknown">',
      '<td class="failed">',
      '<td class="done">',
    ]);
    expect([...seen].filter((tag) => !known.has(tag))).toEqual([]);
  });

  it('cuts the job table and says how many are left out', () => {
    let read = 0;
    const count = MOST_PLAIN_ROWS + 500;
    function* jobs(): Generator<ReportJob> {
      for (let at = 0; at < count; at += 1) {
        read += 1;
        yield sampleJob({ id: `job-${at}` });
      }
    }
    const input = sampleInput([], { jobs });
    const figures = reportFigures(input);
    read = 0;
    const text = reportBody(figures, jobs());
    expect(read).toBeLessThanOrEqual(MOST_PLAIN_ROWS + 1);
    expect(text).toContain(`job-${MOST_PLAIN_ROWS - 1}<`);
    expect(text).not.toContain(`job-${MOST_PLAIN_ROWS}<`);
    expect(text).toContain('500 jobs more are left out here');
  });
});
