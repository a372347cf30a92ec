import { formatCount } from './format.ts';
import type { Section } from './section.ts';

/** The sentences under a table of which `shown` rows are drawn: how many are left out and where they are, then its own notes. */
export function sectionNotes(section: Section, shown: number): string[] {
  const hidden = (section.more?.count ?? section.rows.length) - shown;
  if (hidden <= 0) return [...section.notes];
  return [`… and ${formatCount(hidden)} more${section.more === null ? '' : `: ${section.more.see}`}`, ...section.notes];
}
