/** Whether an error only says that a signal was aborted: the end of a wait, and no fault. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
