import { didYouMean } from '../../manifest/nearest-name.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { JOB_STATES } from '../../queue/job-states.ts';
import { formatCount, formatJobs } from '../../report/format.ts';
import type { Selection } from '../options/select-options.ts';
import type { Selectable } from '../options/selector.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import { whatThereIs } from './nothing-matches.ts';
import type { OpenStores } from './queue-stores.ts';
import { storedSelectable } from './select-stored.ts';

/** So many models are listed for one that is not there. */
const MOST = 8;

/**
 * Whether the ids and models that `--select` names in full are there at all. Throws a UsageError with the nearest where one is not: a slip of the
 * pen must not look like nothing to do.
 */
export function refuseUnknownNames(parts: EngineParts, stores: OpenStores, batch: Batch, selection: Selection | null): void {
  const unknown = selection && unknownNames(stores, batch, selection);
  if (unknown) throw new UsageError(`${unknown} Nothing was changed; \`${parts.suggest('jobs', batch.name)}\` lists what there is`);
}

/** Says why a selection left a command nothing to do: it takes no job, or none that the command could take. `able`: what those would be. */
export function sayNothingSelected(parts: EngineParts, stores: OpenStores, batch: Batch, selection: Selection | null, able: string): void {
  if (selection === null) return;
  const states = new Map<string, number>();
  let taken = 0;
  for (const job of all(stores, batch)) {
    if (!selection.matches(job)) continue;
    const state = job.removed ? 'removed' : job.state;
    states.set(state, (states.get(state) ?? 0) + 1);
    taken += 1;
  }
  if (taken === 0) {
    parts.output.note(`${whatThereIs(selection, all(stores, batch))}.`);
    return;
  }
  const found = [...JOB_STATES, 'removed'].flatMap((state) => (states.has(state) ? [`${formatCount(states.get(state)!)} ${state}`] : []));
  parts.output.note(`${selection.given} matches ${formatJobs(taken)}, and none ${able}: ${found.join(', ')}.`);
}

/** Why a list of what is selected is empty. */
export function whyNoneSelected(stores: OpenStores, batch: Batch, selection: Selection): string {
  return unknownNames(stores, batch, selection) ?? `${whatThereIs(selection, all(stores, batch))}.`;
}

/** A sentence on the ids and models that are named and not there, with the nearest of those that are; null when all are there. */
function unknownNames(stores: OpenStores, batch: Batch, selection: Selection): string | null {
  const faults = selection.names.flatMap(({ kind, name }) => {
    if (kind === 'id') {
      if (stores.jobs.byId(batch.id, name) !== null) return [];
      return [`no job ${JSON.stringify(name)}${didYouMean(name, stores.jobs.ids(batch.id))}`];
    }
    // Jobs need not all have a variable: where it takes none, that is said.
    if (kind === 'var') return [];
    const models = modelsUntil(stores, batch, name);
    if (models.has(name)) return [];
    const listed = `; there is ${[...models].slice(0, MOST).join(', ')}`;
    return [`no job of the model ${JSON.stringify(name)}${didYouMean(name, models) || listed}`];
  });
  if (faults.length === 0) return null;
  const said = `${selection.given}: the batch ${JSON.stringify(batch.name)} has ${faults.join(', and ')}`;
  return said.endsWith('?') ? said : `${said}.`;
}

/** The models of a batch; read no further than to the one that is looked for. */
function modelsUntil(stores: OpenStores, batch: Batch, wanted: string): ReadonlySet<string> {
  const models = new Set<string>();
  for (const { model } of stores.jobs.withResults(batch.id, true)) {
    models.add(model);
    if (model === wanted) break;
  }
  return models;
}

/** Every job, also those that the manifest no longer has. */
function* all(stores: OpenStores, batch: Batch): Generator<Selectable> {
  const seen = storedSelectable(stores, batch);
  for (const job of stores.jobs.withResults(batch.id, true)) yield seen(job);
}
