/** How wide help is where nobody's terminal says. */
const WIDTH_WITHOUT_TERMINAL = 100;

/**
 * The answer to a command line that needs nothing of the program: `--version`, and `--help` without a command. Null for every other. Loads only
 * what the answer needs, so that it is there about as soon as Node itself.
 */
export async function quickAnswer(argv: readonly string[], columns: number | undefined): Promise<string | null> {
  if (argv.length !== 1) return null;
  switch (argv[0]) {
    case '--version':
      return (await import('./package-version.ts')).packageVersion();
    case '--help':
    case '-h':
      return (await import('./overview.ts')).overview(columns ?? WIDTH_WITHOUT_TERMINAL);
    default:
      return null;
  }
}
