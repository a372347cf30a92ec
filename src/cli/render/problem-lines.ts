import { formatCount } from '../../report/format.ts';
import type { Problem } from '../../values/problem.ts';
import { problemShape } from '../../values/problem-shape.ts';
import type { PlanResult } from '../documents.ts';
import { problemLine } from '../usage-error.ts';

/** So many places of one mistake are shown; the rest is counted. */
const SHOWN = 3;

/**
 * The problems of a manifest for people: every mistake, but of one that many rows share the first places and how many more there are, so that
 * it does not bury the others. The last line says how many there are in all.
 */
export function problemLines({ document, problemTotals, inTheWay = false }: PlanResult): readonly string[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of document.problems) {
    const shape = problemShape(problem);
    const group = groups.get(shape);
    if (group) group.push(problem);
    else groups.set(shape, [problem]);
  }
  const lines = [...groups].flatMap(([shape, group]) => {
    const all = Math.max(group.length, problemTotals?.byShape.get(shape) ?? 0);
    // "and 1 more" would take the line that the one itself needs.
    if (all <= SHOWN + 1) return group.map(problemLine);
    const file = group[0]?.file ?? '';
    return [...group.slice(0, SHOWN).map(problemLine), `… and ${formatCount(all - SHOWN)} more like the last one in ${file}`];
  });
  const count = Math.max(document.problems.length, problemTotals?.count ?? 0);
  if (inTheWay)
    return [
      ...lines,
      `What would be paid for could not be saved in ${document.problems[0]?.file ?? 'the output folder'}. Nothing was stored or sent.`,
    ];
  const what = count === 1 ? 'a problem' : `${formatCount(count)} problems`;
  return [...lines, `The manifest has ${what}: correct ${count === 1 ? 'it' : 'them'} and try again. Nothing was stored or sent.`];
}
