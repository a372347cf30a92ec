import { fitting } from './fitting.ts';
import { oldestLine, providerLine } from './load-lines.ts';
import { printable } from './printable.ts';
import type { ProgressSnapshot } from './progress-snapshot.ts';
import { countsText, leftTexts, moneyTexts, paceText, percentDone } from './progress-text.ts';
import { wrapped } from './wrapped.ts';

/** From so many columns on the bar is long: elsewhere the words say more. */
const WIDE = 110;
/** Providers beyond these are in the report. */
const MOST_PROVIDERS = 4;
/** A terminal keeps so many rows for what stands above the display and for the cursor. */
const KEPT_ROWS = 2;

/**
 * What the display says, in a terminal of so many columns and rows: always in the same order, so that nothing jumps. What comes and goes
 * (what holds the run up) stands last. Where there are too few rows, money and what holds it up stay.
 */
export function displayLines(snapshot: ProgressSnapshot, terminal: { readonly columns: number; readonly rows: number }): readonly string[] {
  // The last column is left free, since some terminals break the line there.
  const columns = terminal.columns - 1;
  const first = [...stateLines(snapshot, columns), ...moneyLines(snapshot, columns)];
  const loads = snapshot.providers.slice(0, MOST_PROVIDERS).map((load) => providerLine(load, columns));
  const notes = snapshot.notes.flatMap((note) => wrapped(printable(note), columns).split('\n'));
  const all = [...first, ...loads, oldestLine(snapshot.oldest, columns), ...notes];
  const room = Math.max(1, terminal.rows - KEPT_ROWS);
  return all.length <= room ? all : [...first, ...notes].slice(0, room);
}

/** The bar with the counts, or, where they are too long for that, with the end. */
function stateLines(snapshot: ProgressSnapshot, columns: number): readonly string[] {
  const percent = percentDone(snapshot);
  const size = columns + 1 >= WIDE ? 24 : 12;
  const full = Math.round((percent / 100) * size);
  const bar = `${'█'.repeat(full)}${'░'.repeat(size - full)} ${percent} %`;
  const beside = columns - bar.length - ' | '.length;
  const counts = countsText(snapshot);
  const pace = paceText(snapshot);
  if (counts.length <= beside) return [`${bar} | ${counts}`, ...(pace === '' ? [] : [fitting([pace, ...leftTexts(snapshot)], columns)])];
  const end = [pace, ...leftTexts(snapshot)].find((text) => text !== '' && text.length <= beside);
  return [end === undefined ? bar : `${bar} | ${end}`, ...wrapped(counts, columns).split('\n')];
}

/** All accounts in one line, or each in one of its own; first what is reserved goes. */
function moneyLines(snapshot: ProgressSnapshot, columns: number): readonly string[] {
  const texts = moneyTexts(snapshot).map((text) => printable(text));
  const line = texts.join('; ');
  if (line.length <= columns) return line === '' ? [] : [line];
  const shorter = moneyTexts(snapshot, false).map((text) => printable(text));
  return texts.map((text, at) => fitting([text, shorter[at]!], columns));
}
