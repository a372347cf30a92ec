import { html, raw } from 'hono/html';
import { commandLine } from './command-line.ts';
import { escapeTerminal } from './escape-terminal.ts';
import type { ReportFigures } from './figures.ts';
import { formatAmount, formatBytes, formatCount, formatJobs, formatTime } from './format.ts';
import { headline } from './headline.ts';
import { HTML_STYLE } from './html-style.ts';
import type { ReportJob } from './report-input.ts';
import type { Section } from './section.ts';
import { sectionNotes } from './section-notes.ts';
import { reportSections } from './sections.ts';

/** Rows of the job table: more than that a browser scrolls badly, and the CSV holds all. */
export const MOST_JOBS = 2000;
/** Nothing is loaded and nothing runs, whatever a prompt or an answer says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

type Html = ReturnType<typeof html>;

/**
 * The report as one self-contained HTML file: no script, no remote load, everything from outside escaped by the template.
 * Of `jobs`, read as a stream, the first `MOST_JOBS` are listed; reading stops there.
 */
export function renderHtml(figures: ReportFigures, jobs: Iterable<ReportJob>): string {
  const title = `Cost report: ${show(figures.batch)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(HTML_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<dl>
${headline(figures).map(([name, text]) => html`<dt>${show(name)}</dt><dd>${show(text)}</dd>\n`)}</dl>
${reportSections(figures).map(writeSection)}
${jobTable(figures, jobs)}
</main>
<footer>Written by nightshift. Times are UTC.</footer>
</body>
</html>
`;
  // The template only turns into a promise when a promise is put into it, and none is.
  return page.toString();
}

function writeSection(section: Section): Html {
  const { columns, rows, total } = section;
  const cell = (text: string, index: number) => html`<td${kind(columns[index]?.numeric)}>${show(text)}</td>`;
  return html`<section>
<h2>${show(section.title)}</h2>
<div class="scroll"><table>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column.numeric)}>${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
${total === null ? '' : html`<tfoot><tr><th scope="row">${show(total[0] ?? '')}</th>${total.slice(1).map((text, at) => cell(text, at + 1))}</tr></tfoot>`}
</table></div>
${sectionNotes(section, rows.length).map((note) => html`<p>${show(note)}</p>\n`)}</section>
`;
}

function jobTable(figures: ReportFigures, jobs: Iterable<ReportJob>): Html {
  const rows: Html[] = [];
  for (const job of jobs) {
    if (rows.length >= MOST_JOBS) break;
    rows.push(jobRow(job));
  }
  const hidden = figures.jobs.total - rows.length;
  const note = `${formatJobs(hidden)} more are left out here; all of them: ${commandLine('report', show(figures.batch), '--format', 'csv')}`;
  const titles = ['Job', 'Model', 'State', 'Attempt', 'Quoted', 'Charged', 'Refunded', 'Files', 'Completed', 'Remarks'];
  return html`<section>
<h2>Jobs</h2>
<div class="scroll"><table>
<thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
${hidden > 0 ? html`<p>${note}</p>` : ''}
</section>`;
}

function jobRow(job: ReportJob): Html {
  const amount = (micros: number | null) => html`<td class="number">${micros === null ? '–' : formatAmount(micros)}</td>`;
  const bytes = job.outputs.reduce((sum, output) => sum + output.bytes, 0);
  const files = job.outputs.map((output) => html`<div>${show(output.path)}</div>`);
  const remarks = [job.error === null ? null : `${job.error.class}: ${job.error.message}`, job.warning].filter((text) => text !== null);
  return html`<tr><th scope="row">${show(job.id)}</th><td>${show(job.model)}</td><td class="${job.state}">${job.state}</td><td class="number">${formatCount(job.attempt)}</td>${amount(job.quote)}${amount(job.charged)}${amount(job.refunded)}<td>${files}${files.length === 0 ? '' : formatBytes(bytes)}</td><td>${job.completedAt === null ? '' : formatTime(job.completedAt)}</td><td>${remarks.map((text) => html`<div>${show(text)}</div>`)}</td></tr>
`;
}

/** Text from outside without control and direction characters, which could make a report read as what it is not. The template escapes it. */
function show(text: string): string {
  return escapeTerminal(text);
}

function kind(numeric: boolean | undefined): Html | '' {
  return numeric ? html` class="number"` : '';
}
