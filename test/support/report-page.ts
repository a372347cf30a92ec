import { builtPage } from '../../src/page/built-page.ts';
import { pageWithData } from '../../src/page/page-with-data.ts';
import { pageWithText } from '../../src/page/page-with-text.ts';
import { buildReportView, type FileLinks } from '../../src/report/build-report-view.ts';
import { reportBody, reportTitle } from '../../src/report/html.ts';
import { reportFigures } from '../../src/report/report-figures.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import type { ReportPageData } from '../../src/report/report-view.ts';

/** Files beside the page, and no small pictures. */
const BESIDE: FileLinks = { address: (path) => path.split('/').map(encodeURIComponent).join('/'), thumb: () => null };

/** The whole HTML report of some figures, as a browser opens it. */
export async function reportPage(input: ReportInput, links: FileLinks = BESIDE): Promise<string> {
  const figures = reportFigures(input);
  const page = pageWithText(await builtPage('report'), reportTitle(figures), reportBody(figures, input.jobs()));
  return pageWithData(page, { report: buildReportView(input, links, input.startedAt + 3_600_000), gallery: null } satisfies ReportPageData);
}
