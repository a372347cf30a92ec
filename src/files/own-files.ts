/** What a run writes about itself beside its outputs; see docs/decisions. */
export const RUN_RESULTS = 'run_results.json';
export const FAILED_MANIFEST = 'failed.csv';

/** What stands behind the whole name of an output in the name of its sidecar. No output ends so. */
export const SIDECAR_SUFFIX = '.json';

/** The output that a file would be the sidecar of; null when its name is none of a sidecar. */
export function sidecarOwner(path: string): string | null {
  return path.endsWith(SIDECAR_SUFFIX) ? path.slice(0, -SIDECAR_SUFFIX.length) : null;
}
