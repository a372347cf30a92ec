import { didYouMean } from '../../manifest/nearest-name.ts';
import { formatCount } from '../../report/format.ts';
import type { Selection } from '../options/select-options.ts';
import type { Selectable } from '../options/selector.ts';
import { UsageError } from '../usage-error.ts';

/** So many names of a kind are listed; the rest are counted. */
const MOST = 8;
/** So many different names are counted. */
const COUNTED = 1_000;

/** A selection that takes no job, and what there is to select: so that the next one does. */
export function nothingMatches(selection: Selection, jobs: Iterable<Selectable>): UsageError {
  return new UsageError(whatThereIs(selection, jobs));
}

/** The same as a sentence. */
export function whatThereIs(selection: Pick<Selection, 'given' | 'names'>, jobs: Iterable<Selectable>): string {
  const found = {
    id: new Set<string>(),
    model: new Set<string>(),
    tag: new Set<string>(),
    state: new Set<string>(),
    var: new Set<string>(),
  };
  let count = 0;
  const note = (set: Set<string>, text: string): void => {
    if (set.size < COUNTED) set.add(text);
  };
  for (const job of jobs) {
    count += 1;
    note(found.id, job.id);
    note(found.model, job.model);
    note(found.state, job.state);
    for (const tag of job.tags) note(found.tag, tag);
    for (const name of Object.keys(job.vars)) note(found.var, name);
  }
  if (count === 0) return `${selection.given} matches nothing: there are no jobs`;
  const words = Object.entries(found).flatMap(([kind, names]) => (names.size === 0 ? [] : [`${kind}: ${listed(names)}`]));
  const unknown = selection.names.flatMap(({ kind, name }) => (kind !== 'var' || found.var.has(name) ? [] : [noVariable(name, found.var)]));
  return `${selection.given} matches none of ${formatCount(count)} jobs${unknown.join('') || '.'} There is ${words.join('; ')}`;
}

function noVariable(name: string, variables: ReadonlySet<string>): string {
  const hint = didYouMean(name, variables);
  return `, and none has a variable ${JSON.stringify(name)}${hint || '.'}`;
}

function listed(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MOST).map((name) => (/[\s,"]/.test(name) ? JSON.stringify(name) : name));
  const more = names.size - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${names.size >= COUNTED ? 'many' : formatCount(more)} more`;
}
