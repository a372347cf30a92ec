import type { ReviewOutput } from '../../src/review/review-view.ts';

/** Outputs under one heading; no heading where nothing is grouped. */
export interface Group {
  readonly title: string;
  readonly outputs: readonly ReviewOutput[];
}

/** The ways in which these outputs can be grouped: value and words. The axes of the matrix come before what else varies. */
export function groupings(outputs: readonly ReviewOutput[]): readonly (readonly [string, string])[] {
  const axes = new Set(outputs.flatMap((output) => output.axes));
  const names = new Set(outputs.flatMap(({ vars }) => Object.keys(vars)));
  const others = [...names].filter((name) => !axes.has(name));
  return [
    ['auto', 'automatic'],
    ['none', 'nothing'],
    ['row', 'row'],
    ...[...axes].filter((name) => names.has(name)).map((name): [string, string] => [`var:${name}`, `${name} (matrix)`]),
    ...others.map((name): [string, string] => [`var:${name}`, name]),
    ['model', 'model'],
    ['tag', 'tag'],
    ['job', 'job'],
  ];
}

/** Puts outputs under their headings, in the order in which these first come. One with several tags stands under each. */
export function groupOutputs(shown: readonly ReviewOutput[], group: string): readonly Group[] {
  if (group === 'none') return shown.length === 0 ? [] : [{ title: '', outputs: shown }];
  if (group === 'auto') {
    const rows = groupOutputs(shown, 'row');
    return rows.length * 2 <= shown.length ? rows : groupOutputs(shown, 'none');
  }
  const titles = titlesOf(group);
  const groups = new Map<string, ReviewOutput[]>();
  for (const output of shown) {
    for (const title of titles(output)) {
      const known = groups.get(title);
      if (known) known.push(output);
      else groups.set(title, [output]);
    }
  }
  return [...groups].map(([title, outputs]) => ({ title, outputs }));
}

function titlesOf(group: string): (output: ReviewOutput) => readonly string[] {
  if (group === 'model') return ({ model }) => [model];
  if (group === 'tag') return ({ tags }) => (tags.length === 0 ? ['without a tag'] : tags);
  if (group === 'job') return ({ job }) => [job];
  if (group.startsWith('var:')) {
    const name = group.slice('var:'.length);
    return ({ vars }) => [name in vars ? `${name}: ${vars[name]}` : `without ${name}`];
  }
  return (output) => [rowTitle(output)];
}

/** A row is what agrees in every variable that is no axis of the matrix; where a job has no such variable, its prompt. */
function rowTitle(output: ReviewOutput): string {
  const values = rowValues(output).map(([, value]) => value);
  return values.length > 0 ? values.join(' · ') : (output.manifest_prompt ?? output.prompt) || output.job;
}

/** Whether two outputs come from one row of the manifest, as far as its variables tell. */
export function sameRow(a: ReviewOutput, b: ReviewOutput): boolean {
  return JSON.stringify(rowValues(a)) === JSON.stringify(rowValues(b));
}

/** `scene: studio, size: 2`: where in its matrix an output stands; empty without a matrix. */
export function axisWords({ axes, vars }: ReviewOutput): string {
  return axes
    .filter((name) => name in vars)
    .map((name) => `${name}: ${vars[name]}`)
    .join(', ');
}

function rowValues({ vars, axes }: ReviewOutput): readonly (readonly [string, string])[] {
  return Object.entries(vars).filter(([name]) => !axes.includes(name));
}
