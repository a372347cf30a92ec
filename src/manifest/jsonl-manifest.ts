import { compileEntry, mergeEntry } from './compile-entry.ts';
import { BATCH, type ExpandContext, expandEntry } from './expand-entry.ts';
import { type JsonlSource, readJsonl } from './jsonl-rows.ts';
import type { ManifestJob } from './manifest-job.ts';
import { ENTRY_KEYS, entrySchema } from './manifest-schema.ts';
import { schemaFaults } from './schema-problems.ts';
import { showPath } from './yaml-file.ts';

/** The jobs of a JSONL manifest: every line is one entry of `jobs`, in batches as they are read. Faults are reported with their line. */
export async function* jsonlJobs(source: JsonlSource, context: Omit<ExpandContext, 'lineOf'>): AsyncGenerator<readonly ManifestJob[]> {
  const { file, problems } = source;
  let jobs: ManifestJob[] = [];
  for await (const rows of readJsonl(source)) {
    for (const { value, line } of rows) {
      const checked = entrySchema.safeParse(value);
      if (!checked.success) {
        for (const fault of schemaFaults(checked.error.issues, value, () => ENTRY_KEYS)) {
          problems.add({ file, line, field: showPath(fault.path), message: fault.message });
        }
        continue;
      }
      const lineOf = (): number => line;
      const entry = compileEntry(mergeEntry(value, null, 0), file, lineOf, problems);
      for await (const batch of expandEntry(entry, { ...context, lineOf })) jobs.push(...batch);
      if (jobs.length < BATCH) continue;
      yield jobs;
      jobs = [];
    }
  }
  if (jobs.length > 0) yield jobs;
}
