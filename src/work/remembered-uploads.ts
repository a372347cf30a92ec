import type { Failure } from '../job-type/outcomes.ts';
import type { StoredJob } from '../queue/job-row.ts';
import type { ProviderDesk } from './provider-desk.ts';
import type { WorkContext } from './work-context.ts';

/** An upload made before this job needed it. */
export interface RememberedUpload {
  readonly sha256: string;
  readonly url: string;
}

/** The URL of an upload that is not too old to be relied on. */
export function knownUrl(context: WorkContext, desk: ProviderDesk, sha256: string): string | null {
  const maxAgeMs = desk.settings.uploadMaxAgeMs ?? desk.provider.upload?.maxAgeMs ?? 0;
  return context.stores.cache.uploadedUrl(desk.name, sha256, context.clock.now() - maxAgeMs);
}

/** Whether a refused or failed job may have been so because its uploads serve no longer; they are forgotten then, and the next try uploads anew. */
export function forgetIfBlamed(context: WorkContext, desk: ProviderDesk, uploads: readonly RememberedUpload[], why: Failure): boolean {
  if (uploads.length === 0 || desk.provider.upload?.blames(why) !== true) return false;
  for (const { sha256, url } of uploads) context.stores.cache.forgetUpload(desk.name, sha256, url);
  return true;
}

/** The same of everything that a job was made from. */
export function forgetUploadsOf(context: WorkContext, job: StoredJob, why: Failure): void {
  const desk = context.desks[job.provider];
  if (!desk) return;
  const uploads = job.localInputs.flatMap(({ sha256 }) => {
    const url = knownUrl(context, desk, sha256);
    return url === null ? [] : [{ sha256, url }];
  });
  forgetIfBlamed(context, desk, uploads, why);
}
