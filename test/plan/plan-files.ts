import { join } from 'node:path';
import { registry } from '../../jobs/index.ts';
import { fileFinder } from '../../src/manifest/find-files.ts';
import { inputFileInspector } from '../../src/manifest/input-file.ts';
import { openManifest } from '../../src/manifest/open-manifest.ts';
import { sha256 } from '../../src/manifest/sha256.ts';
import { modelCatalog } from '../../src/plan/model-catalog.ts';
import { type ManifestPlan, type PlanManifestDeps, planManifest } from '../../src/plan/plan-manifest.ts';
import type { PlannedJob } from '../../src/plan/planned-job.ts';
import { folderWith } from '../manifest/folder.ts';

/** A plan with its jobs. `lines` are the problems as `name:line field: message`, names without their folder. */
export interface PlannedFiles extends ManifestPlan {
  readonly planned: readonly PlannedJob[];
  readonly lines: readonly string[];
}

/** Writes the files, and plans the first as a manifest with the real job types. */
export async function planFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  deps: Partial<PlanManifestDeps> = {},
): Promise<PlannedFiles> {
  const folder = await folderWith(files);
  const catalogs = Object.fromEntries(
    Object.entries(registry.providers).map(([name, provider]) => [name, modelCatalog(provider.builtInModels)]),
  );
  const manifest = await openManifest(join(folder, Object.keys(files)[0]!), { registry, catalogs, secrets: [] });
  const run = planManifest(manifest, {
    registry,
    settings: {},
    inspect: inputFileInspector(folder),
    find: fileFinder(folder),
    sha256,
    ...deps,
  });
  const planned: PlannedJob[] = [];
  for await (const batch of run.batches()) planned.push(...batch);
  const result = run.result();
  const lines = result.problems.map(
    ({ file, line, field, message }) => `${file.replace(`${folder}/`, '')}:${line} ${field}: ${message.replaceAll(`${folder}/`, '')}`,
  );
  return { ...result, planned, lines };
}

/** The one job of a YAML manifest. */
export async function planOne(yaml: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<PlannedJob> {
  const { planned, lines } = await planFiles({ 'm.yaml': yaml, ...files });
  if (planned.length !== 1) throw new Error(`${planned.length} jobs; ${lines.join('\n')}`);
  return planned[0]!;
}
