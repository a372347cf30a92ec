import type { ManifestJob } from '../manifest/manifest-job.ts';
import { showValue } from '../manifest/plain-json.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import type { Place } from '../values/problem.ts';
import type { NameUse } from './duplicate-guard.ts';

/** Jobs of one row that are remembered: beyond it two of them are told apart by their line only. */
const MOST = 10_000;

type Known = Pick<ManifestJob, 'copy' | 'vars'>;

/**
 * Tells two jobs of one row apart, which the file and the line cannot: a row with a matrix or copies makes many. Only the jobs of the row read
 * last are remembered, since jobs come row by row.
 */
export class SameRow {
  /** In the order in which they came: they are looked up only where two have one name. */
  #claimed: { readonly use: NameUse; readonly name: string; readonly job: ManifestJob }[] = [];
  readonly #jobs = new Map<string, Known>();
  #place: Place | null = null;

  /** To be called for every name that is claimed for the first time. */
  remember(use: NameUse, name: string, job: ManifestJob): void {
    if (!this.#isHere(job.place)) {
      this.#place = job.place;
      this.#claimed = [];
      if (this.#jobs.size > 0) this.#jobs.clear();
    }
    if (this.#claimed.length + this.#jobs.size < MOST) this.#claimed.push({ use, name, job });
  }

  /** `scene "studio" and scene "beach"`: how this job differs from the one of its row that has the name. Null when that is one of another row, or nothing differs. */
  difference(use: NameUse, name: string, job: ManifestJob): { readonly words: string; readonly names: readonly string[] } | null {
    if (!this.#isHere(job.place)) return null;
    for (const first of this.#claimed.splice(0)) this.#jobs.set(`${first.use} ${first.name}`, first.job);
    const other = this.#jobs.get(`${use} ${name}`);
    if (other === undefined) return null;
    const names = Object.keys(job.vars).filter((key) => canonicalJson(job.vars[key] ?? null) !== canonicalJson(other.vars[key] ?? null));
    const words = ({ copy, vars }: Known): string =>
      [...names.map((key) => `${key} ${showValue(vars[key])}`), ...(job.copy === other.copy ? [] : [`copy ${copy}`])].join(', ');
    const all = [...names, ...(job.copy === other.copy ? [] : ['copy'])];
    return all.length === 0 ? null : { words: `${words(other)} and ${words(job)}`, names: all };
  }

  #isHere({ file, line }: Place): boolean {
    return this.#place !== null && this.#place.file === file && this.#place.line === line;
  }
}
