/** What a command to copy is about. */
export interface CommandScope {
  /** Null: none is named. */
  readonly batch: string | null;
  /** What the command needs to mean the same queue: `--sandbox`, `--profile NAME`. Left out: nothing. */
  readonly queueFlags?: readonly string[];
}

/** A command to copy: names are quoted for a shell where they hold more than plain characters. `rest` stands as it is. */
export function commandLine(verb: string, of: CommandScope, ...rest: readonly string[]): string {
  const name = of.batch === null ? [] : [shellWord(of.batch)];
  return ['nightshift', verb, ...name, ...rest, ...(of.queueFlags ?? []).map(shellWord)].join(' ');
}

/** A word as a shell takes it: quoted where it holds more than plain characters. */
export function shellWord(text: string): string {
  const isFlag = /^--[a-z-]+$/.test(text);
  return isFlag || (/^[\w./:@%+-]+$/.test(text) && !text.startsWith('-')) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
