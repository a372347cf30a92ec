import type { JobType } from '../job-type/job-type.ts';
import { emptyObject } from '../manifest/plain-json.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import type { JsonObject } from '../values/json.ts';

/** sha-256, hex, of what the provider's history shows of a job: jobs that share it could not be told apart there. Null without a history. */
export function twinKeyOf(jobType: JobType, params: JsonObject, sha256: (text: string) => string): string | null {
  const { provider, recovery } = jobType;
  if (recovery.history === null) return null;
  const shown = emptyObject();
  for (const name of recovery.history.shows) {
    const value = params[name];
    if (value !== undefined) shown[name] = value;
  }
  return sha256(canonicalJson({ list: recovery.history.page(1, 1).path, provider, shown }));
}
