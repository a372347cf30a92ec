/** The most telling code of an error: its own or that of what caused it; `UNKNOWN` without one. */
export function faultCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause ?? firstOf(at)) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return 'UNKNOWN';
}

/** What went wrong, for people: the message, or of several (one an address) the first, with the code where it says more. */
export function faultText(error: unknown): string {
  let at: unknown = error;
  while (at instanceof Error && at.message === '' && (at.cause ?? firstOf(at))) at = at.cause ?? firstOf(at);
  const text = at instanceof Error ? at.message : String(at);
  const code = faultCode(error);
  return code === 'UNKNOWN' || text.includes(code) ? text : `${text} (${code})`;
}

function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : undefined;
}
