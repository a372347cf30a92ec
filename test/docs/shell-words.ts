/** The words of a command line as a shell would split it, without its comment and what stands behind it. */
export function shellWords(line: string): string[] {
  const command = line.replace(/\s+#.*$/, '').replace(/(?:\s*(?:&&|\||;)|\s+>).*$/, '');
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain ?? '');
}
