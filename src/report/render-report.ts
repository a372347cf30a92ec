import { renderCsv } from './csv.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { reportFigures } from './report-figures.ts';
import type { ReportInput } from './report-input.ts';
import { renderTable, type TableOptions } from './table.ts';

/** What `report --format` takes as text. `html` is a page, with a script and pictures of its own. */
export type TextFormat = 'table' | 'json' | 'csv' | 'md';

/** The report in a format, in pieces to be written one after the other. Only CSV has more than one, since only it holds every job. */
export function* renderReport(input: ReportInput, format: TextFormat, options: TableOptions = {}): Generator<string> {
  switch (format) {
    case 'table':
      return yield renderTable(reportFigures(input), options);
    case 'json':
      return yield renderJson(reportFigures(input));
    case 'csv':
      return yield* renderCsv(input.jobs());
    case 'md':
      return yield renderMarkdown(reportFigures(input));
    default:
      return format satisfies never;
  }
}
