import { html } from 'hono/html';
import { commandLine } from './command-line.ts';
import { escapeTerminal } from './escape-terminal.ts';
import type { ReportFigures } from './figures.ts';
import { formatAmount, formatBytes, formatCount, formatJobs, formatTime } from './format.ts';
import { headline } from './headline.ts';
import { quotedOf } from './job-money.ts';
import type { ReportJob } from './report-input.ts';
import type { Section } from './section.ts';
import { sectionNotes } from './section-notes.ts';
import { reportSections } from './sections.ts';

/** Rows of the job table for readers without scripts; the page's own table holds more, and the CSV all. */
export const MOST_PLAIN_ROWS = 200;

type Html = ReturnType<typeof html>;

/**
 * What the report says, as HTML that is whole without a script: everything from outside is escaped by the template. Where charts, pictures and
 * the table of jobs go, the page's script draws them. Of `jobs`, read as a stream, the first `MOST_PLAIN_ROWS` are listed; reading stops there.
 */
export function reportBody(figures: ReportFigures, jobs: Iterable<ReportJob>): string {
  const body = html`<h1>${reportTitle(figures)}</h1>
<dl>
${headline(figures).map(([name, text]) => html`<dt>${show(name)}</dt><dd>${show(text)}</dd>\n`)}</dl>
<div id="charts"></div>
${reportSections(figures).map(writeSection)}
<div id="pictures"></div>
<div id="jobs">
${jobTable(figures, jobs)}
</div>
<footer>Written by nightshift. All times are UTC.</footer>
`;
  // The template only turns into a promise when a promise is put into it, and none is.
  return body.toString();
}

/** What the page is called. */
export function reportTitle(figures: ReportFigures): string {
  return `Cost report: ${show(figures.batch)}`;
}

function writeSection(section: Section): Html {
  const { columns, rows, total } = section;
  const cell = (text: string, index: number) => html`<td${kind(columns[index]?.numeric)}>${show(text)}</td>`;
  // A region that scrolls is reached by keyboard.
  return html`<section>
<h2>${show(section.title)}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${show(section.title)}"><table>
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
    if (rows.length >= MOST_PLAIN_ROWS) break;
    rows.push(jobRow(job));
  }
  const hidden = figures.jobs.total - rows.length;
  const note = `${formatJobs(hidden)} more are left out here; all of them: ${commandLine('report', { ...figures, batch: show(figures.batch) }, '--format', 'csv')}`;
  const titles = ['Job', 'Model', 'State', 'Attempt', 'Quoted', 'Charged', 'Refunded', 'Files', 'Completed', 'Remarks'];
  return html`<section>
<h2>Jobs</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Jobs"><table>
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
  const remarks = [
    job.error === null ? null : `${job.error.class}: ${job.error.message}`,
    job.warning,
    job.removed ? 'no longer in the manifest' : null,
  ].filter((text) => text !== null);
  return html`<tr><th scope="row">${show(job.id)}</th><td>${show(job.model)}</td><td class="${job.state}">${job.state}</td><td class="number">${formatCount(job.attempt)}</td>${amount(quotedOf(job))}${amount(job.charged)}${amount(job.refunded)}<td>${files}${files.length === 0 ? '' : formatBytes(bytes)}</td><td>${job.completedAt === null ? '' : formatTime(job.completedAt)}</td><td>${remarks.map((text) => html`<div>${show(text)}</div>`)}</td></tr>
`;
}

/** Text from outside without control and direction characters, which could make a report read as what it is not. The template escapes it. */
function show(text: string): string {
  return escapeTerminal(text);
}

function kind(numeric: boolean | undefined): Html | '' {
  return numeric ? html` class="number"` : '';
}
