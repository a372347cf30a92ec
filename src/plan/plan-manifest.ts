import type { Registry } from '../job-type/registry.ts';
import type { ProviderSettings } from '../job-type/settings.ts';
import type { FindFiles } from '../manifest/find-files.ts';
import type { InspectFile } from '../manifest/input-file.ts';
import type { ManifestJob } from '../manifest/manifest-job.ts';
import type { Manifest } from '../manifest/open-manifest.ts';
import type { Micros } from '../values/money.ts';
import type { Place, Problem } from '../values/problem.ts';
import { normaliseBudget, type WrittenBudget } from './budget.ts';
import { DuplicateGuard, foldOutput } from './duplicate-guard.ts';
import { type PlanJobContext, planJob } from './plan-job.ts';
import type { BatchHeader, PlannedJob } from './planned-job.ts';
import { priceBook } from './price-book.ts';
import { SameRow } from './same-row.ts';

/** What a manifest is planned with. */
export interface PlanManifestDeps {
  readonly registry: Registry;
  /** Settings by provider, for the prices that the user gives. */
  readonly settings: Readonly<Record<string, Pick<ProviderSettings, 'prices'>>>;
  /** Inspects local input files, relative to the manifest. */
  readonly inspect: InspectFile;
  /** Finds the files of a pattern, relative to the manifest. */
  readonly find: FindFiles;
  /** sha-256 of a text, hex. */
  readonly sha256: (text: string) => string;
  /** `--max-cost` in units, which overrides the manifest's budget; null when it is not given. */
  readonly maxCost?: WrittenBudget | null;
}

/** What planning found, once all jobs are drained. */
export interface ManifestPlan {
  readonly header: BatchHeader;
  /** The first thousand, and the first of each further kind. Nothing may be stored or sent while there is one. */
  readonly problems: readonly Problem[];
  /** All of them. */
  readonly problemCount: number;
  /** Of these the ones that only say that a price is not known under a budget: a model list may still tell it. */
  readonly unpricedCount: number;
  /** How often each was found, by `problemShape`. */
  readonly problemsByShape: ReadonlyMap<string, number>;
  /** What stops nothing and is probably not meant. */
  readonly warnings: readonly string[];
  /** Jobs without a fault. */
  readonly jobs: number;
  /** The providers that the jobs spend at. */
  readonly providers: readonly string[];
}

/** A plan in the making. */
export interface PlanningRun {
  /** Plans all jobs, in batches, as they are asked for: to be drained once. */
  batches(): AsyncGenerator<readonly PlannedJob[]>;
  /** Call it when `batches` has ended. */
  result(): ManifestPlan;
}

/** Plans every job of a manifest as a stream: types, checks and prices it, and reports two jobs of one id or one output path. */
export function planManifest(manifest: Manifest, deps: PlanManifestDeps): PlanningRun {
  const { problems, specs } = manifest;
  const names = new NameCheck(manifest, deps.sha256);
  const context: PlanJobContext = {
    specs,
    problems,
    inspect: deps.inspect,
    find: deps.find,
    sha256: deps.sha256,
    prices: once((provider) => priceBook(deps.settings[provider]?.prices ?? {}, specs.catalog(provider))),
  };
  const providers = new Set<string>();
  const unpriced = new Map<string, PlannedJob>();
  let count = 0;
  return {
    async *batches() {
      for await (const batch of manifest.jobs()) {
        const planned: PlannedJob[] = [];
        for (const job of batch) {
          const result = planJob(job, context);
          const plan = result instanceof Promise ? await result : result;
          if (plan === null) {
            if (job.id !== null) names.claimId(job.id.normalize('NFC').trim(), job);
            continue;
          }
          if (!names.claim(plan, job)) continue;
          providers.add(plan.provider);
          if (plan.quote === null && !unpriced.has(plan.model)) unpriced.set(plan.model, plan);
          planned.push(plan);
        }
        count += planned.length;
        if (planned.length > 0) yield planned;
      }
    },
    result() {
      const caps = capsOf(manifest, deps, [...providers]);
      const before = problems.count;
      for (const [model, job] of unpriced) if (caps && job.provider in caps) reportUnpriced(manifest, model, job);
      const unpricedCount = problems.count - before;
      const fromFlag = (deps.maxCost ?? null) !== null;
      const header: BatchHeader = { name: manifest.name, manifest: manifest.file, budget: caps, fromFlag };
      const { items, count: problemCount, byShape: problemsByShape, warnings } = problems;
      return { header, problems: items, problemCount, unpricedCount, problemsByShape, warnings, jobs: count, providers: [...providers] };
    },
  };
}

function capsOf(manifest: Manifest, deps: PlanManifestDeps, used: readonly string[]): Readonly<Record<string, Micros>> | null {
  const flag = deps.maxCost ?? null;
  const budget = normaliseBudget(flag ?? manifest.budget, used, Object.keys(deps.registry.providers), flag === null ? 'manifest' : 'flag');
  if ('caps' in budget) return budget.caps;
  const field = flag === null ? 'budget' : '--max-cost';
  manifest.problems.add({ file: manifest.file, line: flag === null ? manifest.budgetLine : null, field, message: budget.fault });
  return null;
}

/** A budget cannot be kept where a price is not known (contract, section 5). */
function reportUnpriced(manifest: Manifest, model: string, job: PlannedJob): void {
  const short = model.slice(model.indexOf('/') + 1);
  const message = `the price of ${model} is not known, so the budget cannot be kept; give it in nightshift.config.yaml under providers.${job.provider}.prices ("${short}": <units a job>), or leave the budget out`;
  manifest.problems.add({ ...job.place, field: 'model', message });
}

/** Sees to it that ids and output files are each there once; reports both places. */
class NameCheck {
  readonly #manifest: Manifest;
  readonly #names: DuplicateGuard;
  readonly #row = new SameRow();

  constructor(manifest: Manifest, sha256: (text: string) => string) {
    this.#manifest = manifest;
    this.#names = new DuplicateGuard(sha256);
  }

  /** False when the job's id or one of its output files belongs to another job. */
  claim(plan: PlannedJob, job: ManifestJob): boolean {
    if (!this.claimId(plan.id, job)) return false;
    const files = plan.outputsAsked > 1 ? Array.from({ length: plan.outputsAsked }, (_, at) => `${plan.output}-${at + 1}`) : [plan.output];
    for (const file of files) {
      const folded = foldOutput(file);
      const other = this.#names.claim(folded, job.place, 'output');
      if (other === null) {
        this.#row.remember('output', folded, job);
        continue;
      }
      const apart = this.#row.difference('output', folded, job);
      if (apart) return this.#report('output', job, ofOneRow(`the output "${file}"`, 'output', apart));
      const message = `the output "${file}" is also that of the job at ${showPlace(other)} (names that differ only in case are one file on some systems, and an extension is added where there is none); let "output" differ, for example with {{ id }}`;
      return this.#report('output', job, message);
    }
    return true;
  }

  claimId(id: string, job: ManifestJob): boolean {
    const other = this.#names.claim(id, job.place, 'id');
    if (other === null) {
      this.#row.remember('id', id, job);
      return true;
    }
    const apart = this.#row.difference('id', id, job);
    if (apart && job.id !== null) return this.#report('id', job, ofOneRow(`the id "${id}"`, 'id', apart));
    const same = `model, parameters and copy are those of the job at ${showPlace(other)}${apart ? ` (${apart.words})` : ''}, so it would be paid twice; use "copies" for variations, or give each an "id"`;
    const message = `the id "${id}" is also that of the job at ${showPlace(other)}; every job needs its own (a column or a matrix variable in "id" tells them apart)`;
    return this.#report('id', job, job.id === null ? same : message);
  }

  /** The row is named even where the template is the same for all: the fault lies between two rows. */
  #report(field: string, job: ManifestJob, message: string): false {
    const where = job.origin.locate(field, job.place);
    this.#manifest.problems.add({ ...where, ...job.place, message });
    return false;
  }
}

/** One row makes several jobs, by its matrix or its copies, and what they differ in is not in their name. */
function ofOneRow(what: string, field: string, { words, names }: { readonly words: string; readonly names: readonly string[] }): string {
  const put = names.map((name) => `{{ ${name} }}`).join(' and ');
  return `${what} is the same for two jobs of this row: ${words}; every job needs its own, so put ${put} into "${field}"`;
}

function showPlace(place: Place): string {
  return place.line === null ? place.file : `${place.file} line ${place.line}`;
}

function once<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}
