import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileFinder } from '../../manifest/find-files.ts';
import { inputFileInspector } from '../../manifest/input-file.ts';
import { type Manifest, openManifest } from '../../manifest/open-manifest.ts';
import { sha256 } from '../../manifest/sha256.ts';
import type { WrittenBudget } from '../../plan/budget.ts';
import { type ManifestPlan, planManifest } from '../../plan/plan-manifest.ts';
import type { PlannedJob } from '../../plan/planned-job.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { FileDifferences } from '../../queue/file-differences.ts';
import { Staging } from '../../queue/staging.ts';
import { toUnits } from '../../values/money.ts';
import { outFolderOf } from '../config/settings.ts';
import type { MoneyCap } from '../options/parse-money-flag.ts';
import { cachedModels, catalogOf, fetchModels, modelsAreFresh } from './catalogs.ts';
import { assertFolderThere } from './check-out-folder.ts';
import { compareAttempts, compareTakenBack } from './compare-attempts.ts';
import { compareFiles } from './compare-files.ts';
import type { EngineParts } from './engine-parts.ts';
import { findAgain } from './find-again.ts';
import { type PlanFigures, PlannedSums } from './planned-sums.ts';
import type { OpenStores } from './queue-stores.ts';
import { type PlanScope, refinePlan } from './refine-plan.ts';
import { takenNames } from './taken-names.ts';

/** A manifest that was read, checked and priced, as far as it is shown. */
export interface ReadPlan extends ManifestPlan {
  readonly figures: PlanFigures;
  /** Its jobs beside the queue; null where nothing but their sums was asked for, of a batch that is not stored. */
  readonly staging: Staging | null;
  /** The stored batch of that name; null when it is new. */
  readonly batch: Batch | null;
  /** Saved files that are not where they belong. */
  readonly files: FileDifferences;
  /** Jobs with a file that was counted as gone and was found again just now. */
  readonly foundAgain?: number;
  /** How many jobs go before the rest; null without a pilot. */
  readonly pilot: number | null;
  /** Whether its problems are files that lie in the way, and none of the manifest. */
  readonly inTheWay?: boolean;
}

/** A manifest that was read, checked, priced and laid beside the queue. */
export interface StagedPlan extends ReadPlan {
  readonly staging: Staging;
}

/** A manifest whose jobs were handed to a place of some kind. */
type Gathered<Place> = ManifestPlan & { readonly batch: Batch | null; readonly place: Place };

/** Where the jobs of a manifest go as they are read. */
type JobPlace = PlanFigures & { add(jobs: readonly PlannedJob[]): void };

/** How a manifest is to be planned. */
export interface StageOptions {
  readonly scope?: Partial<PlanScope>;
  readonly maxRows: number;
  readonly maxCost: MoneyCap | null;
  /** Whether the queue may learn something: what is asked of the provider, and which files are on disk again. */
  readonly remember: boolean;
}

/** Asking for a model list must not hold up a plan for longer, milliseconds. */
const LIST_MS = 10_000;

/**
 * Reads a manifest into the staging table of an open queue. Nothing of the queue changes, and nothing is sent while a problem stands; only a
 * manifest without problems that names models by slug may ask the provider for its model list, and is then read again with it.
 */
export async function stagePlan(parts: EngineParts, stores: OpenStores, manifestPath: string, options: StageOptions): Promise<StagedPlan> {
  return complete(parts, stores, await gather(parts, stores, manifestPath, options, () => new Staging(stores.db)), options);
}

/** The same for showing its sums and nothing else: a batch that is not stored, and is meant as a whole, is only added up. */
export async function sumPlan(parts: EngineParts, stores: OpenStores, manifestPath: string, options: StageOptions): Promise<ReadPlan> {
  const { selection = null, limit = null, sample = null, pilot = null } = options.scope ?? {};
  const whole = selection === null && limit === null && sample === null && pilot === null;
  const { place, ...plan } = await gather(parts, stores, manifestPath, options, ({ name }): Staging | PlannedSums => {
    const known = stores.batches.byName(name) !== null || existsSync(outFolderOf(parts.settings, name));
    return whole && !known ? new PlannedSums() : new Staging(stores.db);
  });
  if (place instanceof Staging) return complete(parts, stores, { ...plan, place }, options);
  if (plan.problemCount === 0) for (const warning of plan.warnings) parts.output.warn(warning);
  return { ...plan, figures: place, staging: null, files: new FileDifferences(stores.db), pilot: null };
}

async function complete(parts: EngineParts, stores: OpenStores, gathered: Gathered<Staging>, options: StageOptions): Promise<StagedPlan> {
  const { place: staging, ...rest } = gathered;
  const staged = { ...rest, staging, figures: staging };
  if (staged.problemCount > 0) return { ...staged, files: new FileDifferences(stores.db), pilot: null };
  for (const warning of staged.warnings) parts.output.warn(warning);
  const outDir = outFolderOf(parts.settings, staged.header.name);
  if (staged.batch && options.remember) assertFolderThere(stores, staged.batch, outDir);
  const foundAgain = staged.batch && options.remember ? await findAgain(parts, stores, staged.batch, outDir) : 0;
  const compared = { ...staged, foundAgain, files: await compareFiles(stores, staged.batch, { staged: true, outDir }) };
  if (staged.batch?.outDir === outDir) await compareAttempts(stores, staged.batch, compared.files);
  const plan = { ...compared, pilot: refinePlan(compared, options.scope ?? {}, stores.db) };
  if (plan.batch) await compareTakenBack(stores, plan.batch, plan.files, outDir);
  const problems = takenNames(parts, stores, plan, outDir);
  return { ...plan, problems, problemCount: problems.length, inTheWay: problems.length > 0 };
}

async function gather<Place extends JobPlace>(
  parts: EngineParts,
  stores: OpenStores,
  manifestPath: string,
  options: StageOptions,
  placeFor: (manifest: Manifest) => Place,
): Promise<Gathered<Place>> {
  const fetched = new Map<string, ReturnType<typeof cachedModels>>();
  const first = await gatherOnce(parts, stores, manifestPath, options, placeFor, fetched);
  if (first.problemCount > first.unpricedCount) return first;
  const models = (name: string): string[] =>
    first.place
      .costs(first.batch?.id ?? null)
      .filter(({ provider }) => provider === name)
      .map(({ model }) => model);
  const wanting = first.providers.filter((name) => wantsList(parts, stores, name, models));
  if (wanting.length === 0) return first;
  // Most plans ask nobody anything, and an HTTP client is slow to load.
  const { openDesks } = await import('./open-desks.ts');
  const { desks, close } = openDesks(parts, wanting, { limits: options.remember ? stores.limits : null });
  try {
    for (const [name, desk] of Object.entries(desks)) {
      const lists = await fetchModels(desk, AbortSignal.timeout(LIST_MS)).catch(() => []);
      if (lists.length === 0) continue;
      fetched.set(
        name,
        lists.flatMap(({ models }) => models),
      );
      if (options.remember) for (const { kind, models } of lists) stores.cache.rememberModels(name, kind, models, parts.clock.now());
    }
  } finally {
    await close();
  }
  return fetched.size === 0 ? first : gatherOnce(parts, stores, manifestPath, options, placeFor, fetched);
}

async function gatherOnce<Place extends JobPlace>(
  parts: EngineParts,
  stores: OpenStores,
  manifestPath: string,
  options: StageOptions,
  placeFor: (manifest: Manifest) => Place,
  fetched: ReadonlyMap<string, ReturnType<typeof cachedModels>>,
): Promise<Gathered<Place>> {
  const { registry, settings, secrets } = parts;
  const catalogs = Object.fromEntries(
    Object.values(registry.providers).map((provider) => {
      const listed = fetched.get(provider.name) ?? cachedModels(stores.cache, provider.name);
      return [provider.name, catalogOf(provider, settings.providers[provider.name]!, listed)];
    }),
  );
  const manifest: Manifest = await openManifest(manifestPath, { registry, catalogs, secrets: secrets.values, maxRows: options.maxRows });
  const folder = resolve(parts.cwd, manifest.folder);
  const planning = planManifest(manifest, {
    registry,
    settings: settings.providers,
    inspect: inputFileInspector(folder),
    find: fileFinder(folder),
    sha256,
    maxCost: writtenBudget(options.maxCost),
  });
  const place = placeFor(manifest);
  for await (const jobs of planning.batches()) if (manifest.problems.count === 0) place.add(jobs);
  const result = planning.result();
  return { ...result, place, batch: stores.batches.byName(result.header.name) };
}

/** Whether a manifest's provider has a model list that is needed and was not read lately. */
function wantsList(parts: EngineParts, stores: OpenStores, name: string, modelsOf: (provider: string) => readonly string[]): boolean {
  const provider = parts.registry.providers[name];
  if (!provider?.catalog || modelsAreFresh(stores.cache, provider, parts.clock.now())) return false;
  const fixed = new Set(parts.registry.jobTypes.flatMap((jobType) => jobType.models));
  return modelsOf(name).some((model) => !fixed.has(model));
}

function writtenBudget(cap: MoneyCap | null): WrittenBudget | null {
  if (cap === null) return null;
  if (cap.kind === 'single') return toUnits(cap.amount);
  return Object.fromEntries(Object.entries(cap.amounts).map(([name, amount]) => [name, toUnits(amount)]));
}
