import { commandLine } from '../report/command-line.ts';
import type { CommandContext, Wiring } from './command.ts';
import { COMMANDS } from './command-table.ts';
import type { Compose } from './compose-context.ts';
import { exitCodeFor } from './exit-codes.ts';
import { HaltError } from './halt-error.ts';
import type { SignalSource } from './interrupt.ts';
import type { Nightshift } from './nightshift.ts';
import { type CommonOptions, readCommonOptions } from './options/common-options.ts';
import type { OpenLogger } from './output/logger.ts';
import { Output } from './output/output.ts';
import { wantsColor } from './output/wants-color.ts';
import { packageVersion } from './package-version.ts';
import { allFlagVariables, parseCommandLine } from './parse-command-line.ts';
import { queueFlags } from './queue-flags.ts';
import { RedactingStream, type Sink } from './secrets/redacting-stream.ts';
import { Redactor } from './secrets/redactor.ts';
import { secretValues } from './secrets/secret-values.ts';
import { problemLine, UsageError } from './usage-error.ts';

/** Everything outside of the program, so that tests can stand in for it. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly signals: SignalSource;
  readonly compose: Compose;
  /** Ends the process at once. */
  leave(code: number): void;
}

const DEFAULTS: CommonOptions = {
  mode: 'text',
  quiet: false,
  noColor: false,
  logLevel: null,
  logFile: null,
  config: null,
  profile: null,
  db: null,
};
const WIDTH_WITHOUT_TERMINAL = 100;

/** Runs one command line to its end, with everything written and closed, and gives the exit code. Never throws. */
export async function runCli(around: Surroundings): Promise<number> {
  const redactor = new Redactor();
  // Before the configuration names the keys: those of the environment, so that not even an early message shows one.
  redactor.add(secretValues(around.env));
  const stdout = new RedactingStream(around.stdout, redactor);
  const stderr = new RedactingStream(around.stderr, redactor);
  const speak = (common: CommonOptions) =>
    new Output({
      stdout,
      stderr,
      mode: common.mode,
      quiet: common.quiet,
      color: { stdout: wantsColor(stdout, around.env, common.noColor), stderr: wantsColor(stderr, around.env, common.noColor) },
      redact: (text) => redactor.redact(text),
    });
  let output = speak(DEFAULTS);
  let common = DEFAULTS;
  let log: OpenLogger | null = null;
  try {
    const width = stdout.isTTY ? stdout.columns : WIDTH_WITHOUT_TERMINAL;
    const line = await parseCommandLine(around.argv, { version: packageVersion(), width: Math.min(width, 110), env: around.env });
    if (line.kind === 'text') {
      if (line.asked) await output.raw(`${line.text}\n`);
      else output.note(line.text);
      return line.asked ? 0 : new UsageError('').exitCode;
    }
    common = readCommonOptions(line.flags, around.env);
    output = speak(common);
    // Loaded here, as everything that help and version can do without.
    const { createLogger } = await import('./output/logger.ts');
    const opened = createLogger({
      level: common.logLevel,
      file: common.logFile,
      redactor,
      fallback: stderr,
      onFailure: (error) => output.warn(`the log cannot be written any more: ${error.message}`),
    });
    log = opened;
    opened.logger.info({ command: line.name, version: packageVersion() }, 'command starts');
    await output.event('launch', {
      schema_version: 1,
      command: line.name,
      version: packageVersion(),
      pid: process.pid,
      at: new Date().toISOString(),
    });
    const engines: Nightshift[] = [];
    const scope = queueFlags({ common, sandbox: line.flags.on('sandbox'), env: around.env });
    const context: CommandContext = {
      flags: line.flags,
      common,
      output,
      terminal: { input: around.stdin, output: around.stderr },
      cwd: around.cwd,
      commands: COMMANDS,
      width,
      signals: around.signals,
      leave: (code) => around.leave(code),
      suggest: (verb, batch, ...rest) => commandLine(verb, { batch, queueFlags: scope }, ...rest),
      nightshift: async (wiring: Wiring) => {
        const engine = await around.compose({
          ...wiring,
          common,
          cwd: around.cwd,
          env: around.env,
          flagVariables: allFlagVariables,
          output,
          logger: opened.logger,
          redactor,
        });
        engines.push(engine);
        return engine;
      },
    };
    let code: number;
    try {
      code = await line.command.run(context);
    } finally {
      for (const engine of engines) await engine.close();
    }
    // A script that reads half a document must not take it for the whole.
    if (stdout.failure)
      throw new HaltError(`standard output could not be written: ${stdout.failure.message}. Everything that was done is saved`);
    return code;
  } catch (error) {
    return await explainFailure(error, output, common, log);
  } finally {
    await output.end();
    log?.close();
  }
}

/** Says what went wrong, in the words that help: everything the user wrote wrongly, or that it is our fault. */
async function explainFailure(error: unknown, output: Output, common: CommonOptions, log: OpenLogger | null): Promise<number> {
  const explained = error instanceof UsageError || error instanceof HaltError;
  const code = explained ? error.exitCode : exitCodeFor(['unexpected']);
  const message = error instanceof Error ? error.message : String(error);
  const problems = error instanceof UsageError ? error.problems : [];
  for (const problem of problems) output.error(problemLine(problem));
  if (explained) output.error(message);
  else {
    log?.logger.error({ err: error }, 'unexpected error');
    output.error(`unexpected: ${message || 'no message'}. Everything that was done is saved.`);
    const wantsStack = common.logLevel === 'debug' || common.logLevel === 'trace';
    if (wantsStack && error instanceof Error && error.stack !== undefined) output.error(error.stack);
    else output.note('--log-level debug shows where it happened.');
  }
  if (output.mode === 'json' && problems.length > 0) await output.document({ schema_version: 1, problems });
  await output.event('done', { schema_version: 1, exit_code: code, error: message, problems });
  return code;
}
