import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { compose } from '../cli/compose.ts';
import type { Nightshift } from '../cli/nightshift.ts';
import { variableOf } from '../cli/options/flag-variables.ts';
import { Output } from '../cli/output/output.ts';
import { RedactingStream } from '../cli/secrets/redacting-stream.ts';
import { Redactor } from '../cli/secrets/redactor.ts';
import { secretValues } from '../cli/secrets/secret-values.ts';
import type { LibraryOptions, NightshiftEvent } from './library-options.ts';
import { wantsSandbox } from './wants-sandbox.ts';

/** Opens the engine as a command does, with the caller in the place of the terminal, and closes it again whatever happens. */
export async function withEngine<Result>(
  options: LibraryOptions,
  at: { readonly startDir: string; readonly sandbox: 'live' | 'look' | 'stored' },
  work: (nightshift: Nightshift) => Promise<Result>,
): Promise<Result> {
  const cwd = resolve(options.cwd ?? '.');
  const env = options.env ?? process.env;
  const redactor = new Redactor();
  redactor.add(secretValues(env));
  const { onEvent, onMessage } = options;
  const stdout = lines((line) => onEvent?.(JSON.parse(line) as NightshiftEvent), redactor);
  const stderr = lines((line) => onMessage?.(line), redactor);
  const output = new Output({
    stdout,
    stderr,
    mode: 'events',
    quiet: onMessage === undefined,
    color: { stdout: false, stderr: false },
    redact: (text) => redactor.redact(text),
  });
  try {
    const nightshift = await compose({
      startDir: resolve(cwd, at.startDir),
      out: options.out ?? null,
      sandbox: wantsSandbox(options) ? at.sandbox : 'off',
      common: {
        mode: 'events',
        quiet: onMessage === undefined,
        noColor: true,
        logLevel: null,
        logFile: null,
        config: options.config ?? null,
        // As for a command: who sets the variable means that account, and no other may be paid from.
        profile: options.profile ?? (env.NIGHTSHIFT_PROFILE || null),
        db: options.db ?? null,
      },
      cwd,
      env,
      flagVariables: async () => new Set([variableOf('sandbox')]),
      output,
      logger: pino({ level: 'silent' }),
      redactor,
    });
    try {
      return await work(nightshift);
    } finally {
      await nightshift.close();
    }
  } finally {
    await output.end();
  }
}

/** Hands over whole lines, with every secret replaced. */
function lines(take: (line: string) => void, redactor: Redactor): RedactingStream {
  let open = '';
  const sink = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      const parts = (open + chunk.toString()).split('\n');
      open = parts.pop() ?? '';
      try {
        for (const line of parts) take(line);
      } catch (error) {
        // A fault in the caller's own listener must not end a night's work, and must not be swallowed either.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
      done();
    },
  });
  return new RedactingStream(sink, redactor);
}
