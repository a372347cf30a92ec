import type { ResultFile } from '../job-type/outcomes.ts';

/** The warning of a job that brought fewer outputs than it asked for; null when it brought all. */
export function shortWarning(files: readonly Pick<ResultFile, 'role'>[], asked: number): string | null {
  const got = files.filter((file) => file.role === 'main').length;
  return got < asked ? `${got} of ${asked} outputs came` : null;
}
