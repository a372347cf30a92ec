import { canonicalJson } from '../values/canonical-json.ts';
import type { JsonObject } from '../values/json.ts';

/**
 * sha-256, hex, of what is paid for (contract, section 1). Stored with each job and compared again before it is submitted: a change of this
 * function makes every stored job another one.
 */
export function fingerprintOf(
  job: {
    readonly model: string;
    /** A local input stands as `sha256:<hex>`. */
    readonly params: JsonObject;
    readonly copy: number;
  },
  sha256: (text: string) => string,
): string {
  const { copy, model, params } = job;
  return sha256(canonicalJson({ copy, model, params }));
}
