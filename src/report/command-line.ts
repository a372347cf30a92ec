/** A command to copy: the batch's name is quoted for a shell where it holds more than plain characters. */
export function commandLine(verb: string, batch: string, ...rest: readonly string[]): string {
  const name = /^[\w.-]+$/.test(batch) && !batch.startsWith('-') ? batch : `'${batch.replaceAll("'", "'\\''")}'`;
  return ['nightshift', verb, name, ...rest].join(' ');
}
