import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_COLUMNS, renderCsv } from '../../src/report/csv.ts';
import type { ReportJob } from '../../src/report/report-input.ts';
import { toMicros } from '../../src/values/money.ts';
import { FORMULAS } from './hostile.ts';
import { failedJob, sampleJob } from './sample-report.ts';

function rows(jobs: readonly ReportJob[]): Record<string, string>[] {
  return parse([...renderCsv(jobs)].join(''), { columns: true, record_delimiter: '\r\n' });
}

/** As a spreadsheet would show the cell: the apostrophe that marks text is not part of it. */
function unescaped(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that were escaped
  return /^'+(?:[\t\r\n\u0000]|\s*[=+\-@＝＋－＠])/.test(cell) ? cell.slice(1) : cell;
}

describe('renderCsv', () => {
  it('has a row a job, money as numbers in units, empty cells for what is not known', () => {
    const [row] = rows([sampleJob({ charged: toMicros(7.5), refunded: null, tags: ['a', 'b'] })]);
    expect(Object.keys(row ?? {})).toEqual([...CSV_COLUMNS]);
    expect(row).toMatchObject({
      quote: '8',
      charged: '7.5',
      refunded: '',
      tags: 'a|b',
      error_class: '',
      created_at: '2026-03-01T22:14:00.000Z',
    });
  });

  it.each(FORMULAS)('makes %j text, in every column of text, and loses nothing', (formula) => {
    const job = failedJob({ message: formula }, { id: formula, model: formula, remoteId: formula, tags: [formula], warning: formula });
    const [row] = rows([job]);
    for (const column of ['id', 'model', 'remote_id', 'error_message', 'warning', 'tags']) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not lead
      expect(row?.[column]).not.toMatch(/^[=+\-@\t\r\n\u0000＝＋－＠]|^\s+[=+\-@]/);
      expect(unescaped(row?.[column] ?? '')).toBe(formula);
    }
  });

  it('leaves negative numbers numbers', () => {
    expect(rows([sampleJob({ charged: toMicros(-3.25) })])[0]?.charged).toBe('-3.25');
  });

  it('comes back exactly, quotes, commas and line breaks too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
        expect(unescaped(rows([sampleJob({ id })])[0]?.id ?? '')).toBe(id);
      }),
    );
  });

  it('reads jobs as it is read itself', () => {
    let read = 0;
    function* jobs(): Generator<ReportJob> {
      for (;;) {
        read += 1;
        yield sampleJob({ id: `j${read}` });
      }
    }
    for (const piece of renderCsv(jobs())) {
      expect(piece.endsWith('\r\n')).toBe(true);
      break;
    }
    expect(read).toBeLessThan(1000);
  });

  it('has its header even without a job', () => {
    expect([...renderCsv([])].join('')).toBe(`${CSV_COLUMNS.join(',')}\r\n`);
  });
});
