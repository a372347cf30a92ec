import { basename, dirname, extname } from 'node:path';
import type { ModelCatalog } from '../job-type/capabilities.ts';
import type { Registry } from '../job-type/registry.ts';
import { JobCounter } from './job-counter.ts';
import { jsonlJobs } from './jsonl-manifest.ts';
import type { ManifestJob } from './manifest-job.ts';
import { ModelSpecs } from './model-specs.ts';
import { showValue } from './plain-json.ts';
import { ProblemList } from './problem-list.ts';
import { rowFormat, whyUnreadable } from './row-source.ts';
import { SecretCheck } from './secret-check.ts';
import { tableJobs } from './table-manifest.ts';
import { textFormat } from './text-format.ts';
import { readYamlManifest } from './yaml-manifest.ts';

/** What a manifest is opened with. */
export interface ManifestOptions {
  readonly registry: Registry;
  /** The models known of each provider; a provider left out has no list. */
  readonly catalogs: Readonly<Record<string, ModelCatalog>>;
  /** Configured keys: a value that holds one is an error. */
  readonly secrets: readonly string[];
  /** At most so many jobs; more are refused with their number. Default 1,000,000. */
  readonly maxRows?: number;
}

/** A manifest that is being read. `problems` fills up while `jobs` is drained; nothing may be stored or sent when it holds any. */
export interface Manifest {
  /** The batch's name. */
  readonly name: string;
  /** The path as given. */
  readonly file: string;
  /** Absolute or relative as the path was; local files are relative to it. */
  readonly folder: string;
  /** As written: an amount, or amounts by provider; null when there is none. */
  readonly budget: number | Readonly<Record<string, number>> | null;
  /** Where the budget stands. */
  readonly budgetLine: number | null;
  readonly problems: ProblemList;
  readonly specs: ModelSpecs;
  /** All jobs in batches, read as they are asked for. To be drained once. */
  jobs(): AsyncGenerator<readonly ManifestJob[]>;
}

/** The endings of files that can be a manifest. */
const YAML_ENDINGS: readonly string[] = ['.yaml', '.yml', '.json'];

/**
 * Opens a manifest: YAML (or JSON), CSV, TSV or JSONL by the file's ending. Never throws for what the user wrote: a file that cannot be read or
 * understood is a problem like any other, and has no jobs.
 */
export async function openManifest(file: string, options: ManifestOptions): Promise<Manifest> {
  const problems = new ProblemList();
  const specs = new ModelSpecs(options.registry, options.catalogs);
  const secrets = new SecretCheck(options.secrets);
  const counter = new JobCounter(options.maxRows ?? 1_000_000);
  const folder = dirname(file);
  const ending = extname(file).toLowerCase();
  const context = { specs, problems, counter, secrets, folder };
  const stem = basename(file, extname(file));
  const manifest = (
    name: string,
    jobs: () => AsyncGenerator<readonly ManifestJob[]>,
    budget: Manifest['budget'],
    budgetLine: number | null,
  ): Manifest => ({
    name,
    file,
    folder,
    budget,
    budgetLine,
    problems,
    specs,
    async *jobs() {
      yield* jobs();
      if (!counter.exceeded) return;
      const message = `${counter.count} jobs, at most ${counter.max} are allowed; raise it with --max-rows ${counter.count}, or split the manifest`;
      problems.add({ file, line: null, field: '', message });
    },
  });
  const unreadable = await whyUnreadable(file);
  if (unreadable !== null) {
    problems.add({ file, line: null, field: '', message: `cannot read the manifest ${showValue(file)}: ${unreadable}` });
    return manifest(stem, noJobs, null, null);
  }
  const written = rowFormat(file);
  const format = written === 'text' ? await textFormat(file) : written;
  if (format === 'lines') {
    const message = `the first line names no column "model", so this is no table of jobs; to make one job of each line, name the file under "rows" of a YAML manifest, with prompt: "{{ prompt }}"`;
    problems.add({ file, line: 1, field: '', message });
    return manifest(stem, noJobs, null, null);
  }
  if (format === 'jsonl') return manifest(stem, () => jsonlJobs({ path: file, file, problems, secrets }, context), null, null);
  if (format === 'csv' || format === 'tsv')
    return manifest(stem, () => tableJobs({ path: file, file, format, problems, secrets }, context), null, null);
  if (!YAML_ENDINGS.includes(ending)) {
    const message = `${showValue(basename(file))} is not a manifest by its name; allowed: a name that ends in .yaml, .yml, .json, .csv, .tsv, .jsonl or .txt`;
    problems.add({ file, line: null, field: '', message });
    return manifest(stem, noJobs, null, null);
  }
  const yaml = await readYamlManifest(file, context);
  return yaml === null ? manifest(stem, noJobs, null, null) : manifest(yaml.name ?? stem, yaml.jobs, yaml.budget, yaml.budgetLine);
}

async function* noJobs(): AsyncGenerator<readonly ManifestJob[]> {}
