import type { ResultFile } from '../job-type/outcomes.ts';

/**
 * The name of one file of a job, relative to the output folder and without its extension: the job's own name; with `-1`, `-2` where the
 * request asks for several or several came; with `-preview` for a preview.
 */
export function fileStem(output: string, files: readonly Pick<ResultFile, 'role'>[], position: number, asked: number): string {
  const file = files[position];
  if (!file) throw new RangeError(`Cannot name file ${position} of ${files.length}`);
  const before = files.slice(0, position).filter((other) => other.role === file.role).length;
  const ofRole = files.filter((other) => other.role === file.role).length;
  if (file.role === 'preview') return `${output}-preview${ofRole > 1 ? `-${before + 1}` : ''}`;
  return asked > 1 || ofRole > 1 ? `${output}-${before + 1}` : output;
}

/**
 * The name that the file of an attempt keeps when another attempt takes the job's: with `.a1`, `.a2` before the extension. Null when it has it
 * already. `taken`: the names without extension that the other attempt's files have.
 */
export function keptName(path: string, number: number, taken: ReadonlySet<string>): string | null {
  const dot = path.lastIndexOf('.');
  const stem = path.slice(0, dot);
  if (stem.endsWith(`.a${number}`) && !taken.has(stem)) return null;
  return `${stem}.a${number}${path.slice(dot)}`;
}

/** Whether a path looks like one that `keptName` gives. */
export function isKeptName(path: string): boolean {
  return /\.a[1-9]\d*\.[^./]+$/.test(path);
}
