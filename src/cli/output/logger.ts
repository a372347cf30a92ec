import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Redactor } from '../secrets/redactor.ts';
import { UsageError } from '../usage-error.ts';
import type { LogLevel } from './log-levels.ts';
import { printableJson } from './printable.ts';

/** A logger with the file it holds open. */
export interface OpenLogger {
  readonly logger: Logger;
  close(): void;
}

/**
 * JSON lines by pino, written synchronously so that the last line before a crash is there, and redacted as whole
 * lines by value. To the file when one is given (0600); else to `fallback` when a level was asked for; else nowhere.
 * Throws a UsageError when the file cannot be opened.
 */
export function createLogger(options: {
  readonly level: LogLevel | null;
  readonly file: string | null;
  readonly redactor: Redactor;
  /** Where lines go without a file: standard error. */
  readonly fallback: { write(text: string): unknown };
  /** Told once when the file cannot be written any more; the run goes on without its log. */
  onFailure(error: Error): void;
}): OpenLogger {
  const { redactor, file } = options;
  if (file === null) {
    const level = options.level ?? 'silent';
    return {
      logger: pino({ level, base: null }, { write: (line: string) => void options.fallback.write(printableJson(redactor.redact(line))) }),
      close: () => {},
    };
  }
  const descriptor = open(file);
  const destination = pino.destination({ dest: descriptor, sync: true });
  let failed = false;
  destination.on('error', (error: Error) => {
    if (!failed) options.onFailure(error);
    failed = true;
  });
  const logger = pino(
    { level: options.level ?? 'info', base: { pid: process.pid } },
    { write: (line: string) => void (failed || destination.write(printableJson(redactor.redact(line)))) },
  );
  return {
    logger,
    close: () => {
      if (!failed) destination.flushSync();
      failed = true;
      closeSync(descriptor);
    },
  };
}

function open(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'a', 0o600);
  } catch (error) {
    throw new UsageError(`--log-file ${file} cannot be opened for writing: ${error instanceof Error ? error.message : String(error)}`);
  }
}
