import type { JobType, ModelName } from './job-type.ts';
import type { Provider } from './provider.ts';

/** Everything that can be made, handed to whoever needs it: nothing in `src` imports `jobs`. */
export interface Registry {
  readonly jobTypes: readonly JobType[];
  readonly providers: Readonly<Record<string, Provider>>;
}

/** A model that was found. */
export interface ResolvedModel {
  readonly jobType: JobType;
  readonly name: ModelName;
}

/** The job type of a model name, or null. A fixed name wins over a pattern with `<slug>`. */
export function resolveModel(registry: Registry, full: string): ResolvedModel | null {
  const short = full.slice(full.indexOf('/') + 1);
  let bySlug: ResolvedModel | null = null;
  for (const jobType of registry.jobTypes) {
    for (const pattern of jobType.models) {
      if (pattern === full) return { jobType, name: { full, short, slug: null } };
      if (!pattern.endsWith('/<slug>')) continue;
      const stem = pattern.slice(0, -'<slug>'.length);
      const slug = full.slice(stem.length);
      if (full.startsWith(stem) && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(slug)) bySlug = { jobType, name: { full, short, slug } };
    }
  }
  return bySlug;
}

/** The job type of a stored family. Throws when the registry no longer has it. */
export function jobTypeOf(registry: Registry, family: string): JobType {
  const found = registry.jobTypes.find((jobType) => jobType.family === family);
  if (!found)
    throw new Error(
      `Cannot go on with the job type ${family}: this version knows ${registry.jobTypes.map((type) => type.family).join(', ')}`,
    );
  return found;
}
