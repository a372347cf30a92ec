import type { JsonObject } from '../values/json.ts';
import type { Place } from '../values/problem.ts';

/** One job as the manifest spells it: templates rendered, cells typed, nothing checked against the model yet. */
export interface ManifestJob {
  /** With the copy's suffix; null: a short form of the fingerprint, which only planning knows. */
  readonly id: string | null;
  /** What copy k > 1 appends to a name that does not say its copy itself: `-k`, or nothing. */
  readonly suffix: string;
  readonly model: string;
  readonly prompt: string | null;
  /** In the spelling of the manifest. Jobs of one entry without templates in its parameters share one object. */
  readonly params: JsonObject;
  /** The output path that the manifest asks for, given the job's final id. Throws TemplateFault. */
  output(id: string): string;
  /** Whether the manifest gives an output path of its own; else it is the id. */
  readonly outputGiven: boolean;
  readonly tags: readonly string[];
  readonly priority: number;
  /** From 1. */
  readonly copy: number;
  /** Variables of the row and the matrix. */
  readonly vars: JsonObject;
  /** Which of them are those of the matrix. */
  readonly axes: readonly string[];
  /** Where the row, or else the entry, stands. */
  readonly place: Place;
  /** Fields (`prompt`, `params.duration`) whose fault is reported already: the rest is still checked, but the job cannot be made. */
  readonly broken: ReadonlySet<string>;
  readonly origin: Origin;
}

/** Where a field of a job was written, for problems. */
export interface Origin {
  /**
   * `field` is a key of an entry (`prompt`) or a parameter (`params.duration`, `params.images[0]`). A value that is the same for all rows
   * is found at its own line in the manifest, one that a row makes at the row.
   */
  locate(field: string, row: Place): Place & { readonly field: string };
}
