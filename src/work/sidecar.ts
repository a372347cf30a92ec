import type { Attempt } from '../queue/attempt-row.ts';
import type { StoredJob } from '../queue/job-row.ts';
import type { Output } from '../queue/output-store.ts';
import type { JsonObject } from '../values/json.ts';
import { toUnits } from '../values/money.ts';

/**
 * What stands beside an output: what it was made from, and what it cost. It names the attempt and the content and no path, so that it is
 * true wherever the two lie. Money in the provider's unit.
 */
export function sidecarDocument(
  batch: string,
  unit: string,
  job: StoredJob,
  attempt: Attempt,
  output: Pick<Output, 'position' | 'role' | 'bytes' | 'sha256' | 'mediaType'>,
): JsonObject {
  const { prompt, ...params } = attempt.params;
  return {
    schema_version: 1,
    sidecar: {
      batch,
      id: job.id,
      model: attempt.model,
      provider: attempt.provider,
      attempt: attempt.number,
      prompt: prompt ?? null,
      params,
      vars: job.vars,
      tags: [...job.tags],
      inputs: job.localInputs.map(({ field, sha256 }) => ({ field, sha256 })),
      remote_id: attempt.remoteId,
      other_ids: { ...attempt.handle?.other },
      unit,
      quote: units(attempt.quote),
      charged: units(attempt.charged),
      refunded: units(attempt.refunded),
      role: output.role,
      position: output.position,
      media_type: output.mediaType,
      bytes: output.bytes,
      sha256: output.sha256,
      submitted_at: time(attempt.submittedAt),
      completed_at: time(attempt.completedAt),
    },
  };
}

function units(micros: number | null): number | null {
  return micros === null ? null : toUnits(micros);
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
