import type { Problem } from '../values/problem.ts';
import { USAGE_EXIT_CODE } from './exit-codes.ts';

/** What the user gave cannot be used: exit code 2, nothing stored, nothing sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = USAGE_EXIT_CODE;
  /** Every fault found, where they stand in files; empty for a fault of the command line. */
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** `file:line: field: message`, as editors and terminals make it clickable. */
export function problemLine(problem: Problem): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}`;
  return problem.field === '' ? `${place}: ${problem.message}` : `${place}: ${problem.field}: ${problem.message}`;
}
