import { escapeTerminal } from './escape-terminal.ts';
import type { ReportFigures } from './figures.ts';
import { headline } from './headline.ts';
import type { Section } from './section.ts';
import { sectionNotes } from './section-notes.ts';
import { reportSections } from './sections.ts';

/** Rows of each list. */
const MOST_ROWS = 100;

/** The report as Markdown with tables (GitHub's flavour), for a wiki, an issue or a mail. Text from outside stays text: no markup, no HTML. */
export function renderMarkdown(figures: ReportFigures): string {
  const facts = headline(figures).map(([name, text]) => `- **${escapeMarkdown(name)}:** ${escapeMarkdown(text)}`);
  const sections = reportSections(figures).map(writeSection);
  return `${[`# Cost report: ${escapeMarkdown(figures.batch)}`, facts.join('\n'), ...sections].join('\n\n')}\n`;
}

function writeSection(section: Section): string {
  const shown = section.rows.slice(0, MOST_ROWS);
  const cells = (row: readonly string[]) => `| ${row.map(escapeMarkdown).join(' | ')} |`;
  const table = [
    cells(section.columns.map((column) => column.title)),
    `| ${section.columns.map((column) => (column.numeric ? '---:' : '---')).join(' | ')} |`,
    ...shown.map(cells),
    ...(section.total === null ? [] : [`| ${section.total.map((cell) => `**${escapeMarkdown(cell)}**`).join(' | ')} |`]),
  ];
  const notes = sectionNotes(section, shown.length).map(escapeMarkdown);
  return [`## ${escapeMarkdown(section.title)}`, table.join('\n'), ...notes].join('\n\n');
}

/** One line of text in which nothing is markup. `&` and `<` become entities, since some renderers let HTML through. */
function escapeMarkdown(text: string): string {
  return escapeTerminal(text)
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^([#+-])(?=\s|$)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}
