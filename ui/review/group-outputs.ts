import type { ReviewOutput } from '../../src/review/review-view.ts';

/** Outputs under one heading; no heading where nothing is grouped. */
export interface Group {
  readonly title: string;
  readonly outputs: readonly ReviewOutput[];
}

/** The ways in which these outputs can be grouped: value and words. */
export function groupings(outputs: readonly ReviewOutput[]): readonly (readonly [string, string])[] {
  const names = variables(outputs);
  return [
    ['auto', 'as fits'],
    ['none', 'nothing'],
    ['row', 'row'],
    ...names.map((name): [string, string] => [`var:${name}`, name]),
    ['model', 'model'],
    ['tag', 'tag'],
    ['job', 'job'],
  ];
}

/** Puts outputs under their headings, in the order in which these first come. One with several tags stands under each. */
export function groupOutputs(shown: readonly ReviewOutput[], group: string, all: readonly ReviewOutput[]): readonly Group[] {
  if (group === 'none') return shown.length === 0 ? [] : [{ title: '', outputs: shown }];
  if (group === 'auto') {
    const rows = groupOutputs(shown, 'row', all);
    return rows.length * 2 <= shown.length ? rows : groupOutputs(shown, 'none', all);
  }
  const titles = titlesOf(group, all);
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

function titlesOf(group: string, all: readonly ReviewOutput[]): (output: ReviewOutput) => readonly string[] {
  if (group === 'model') return ({ model }) => [model];
  if (group === 'tag') return ({ tags }) => (tags.length === 0 ? ['without a tag'] : tags);
  if (group === 'job') return ({ job }) => [job];
  if (group.startsWith('var:')) {
    const name = group.slice('var:'.length);
    return ({ vars }) => [name in vars ? `${name}: ${vars[name]}` : `without ${name}`];
  }
  return rowTitles(all);
}

/**
 * A row is what agrees in every variable that is no axis of the matrix. The queue does not say which are axes: one that takes several
 * values while all others stay the same is. Where there are no variables, or every one is an axis, a row is a prompt or the first variable.
 */
function rowTitles(all: readonly ReviewOutput[]): (output: ReviewOutput) => readonly string[] {
  const names = variables(all);
  const axes = new Set(names.filter((name) => isAxis(all, name, names)));
  const kept = names.filter((name) => !axes.has(name));
  const own = kept.length > 0 ? kept : names.slice(0, 1);
  return (output) => {
    const values = own.filter((name) => name in output.vars).map((name) => output.vars[name] ?? '');
    return [values.length > 0 ? values.join(' · ') : output.prompt || output.job];
  };
}

function isAxis(all: readonly ReviewOutput[], name: string, names: readonly string[]): boolean {
  const seen = new Map<string, string>();
  for (const { vars } of all) {
    const value = vars[name];
    if (value === undefined) continue;
    const others = JSON.stringify(names.map((other) => (other === name ? null : (vars[other] ?? null))));
    const before = seen.get(others);
    if (before !== undefined && before !== value) return true;
    seen.set(others, value);
  }
  return false;
}

function variables(outputs: readonly ReviewOutput[]): readonly string[] {
  const names = new Set<string>();
  for (const { vars } of outputs) for (const name of Object.keys(vars)) names.add(name);
  return [...names];
}
