import { join } from 'node:path';
import { registry } from '../../jobs/index.ts';
import type { ManifestJob } from '../../src/manifest/manifest-job.ts';
import { type ManifestOptions, openManifest } from '../../src/manifest/open-manifest.ts';
import type { Problem } from '../../src/values/problem.ts';
import { folderWith } from './folder.ts';

/** Everything that reading a manifest gives. */
export interface ReadManifest {
  readonly name: string;
  readonly budget: unknown;
  readonly jobs: readonly ManifestJob[];
  readonly problems: readonly Problem[];
  readonly count: number;
  readonly warnings: readonly string[];
  /** `name:line field: message`, names without their folder. */
  readonly lines: readonly string[];
}

/** Writes the files, opens the first as a manifest and drains it. */
export async function readManifest(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ManifestOptions> = {},
): Promise<ReadManifest> {
  const folder = await folderWith(files);
  const manifest = await openManifest(join(folder, Object.keys(files)[0]!), { registry, catalogs: {}, secrets: [], ...options });
  const jobs: ManifestJob[] = [];
  for await (const batch of manifest.jobs()) jobs.push(...batch);
  const problems = manifest.problems.items;
  const lines = problems.map(({ file, line, field, message }) => `${file.replace(`${folder}/`, '')}:${line} ${field}: ${message}`);
  const { count, warnings } = manifest.problems;
  return { name: manifest.name, budget: manifest.budget, jobs, problems, count, warnings, lines };
}
