#!/usr/bin/env node
import { exitCodeFor } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import { secretValues } from './secrets/load-secrets.ts';
import { Redactor } from './secrets/redactor.ts';

/** How long something forgotten may keep the process alive after everything is written. */
const LINGER_MS = 2_000;

/** What nobody caught. Node's own report would show the error with everything in it, keys included. */
function dieOf(error: unknown): void {
  const redactor = new Redactor();
  redactor.add(secretValues(process.env));
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(redactor.redact(`error: unexpected: ${text}. Everything that was done is saved.\n`), () => {
    process.exit(exitCodeFor(['unexpected']));
  });
}

process.on('uncaughtException', dieOf);
process.on('unhandledRejection', dieOf);

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  leave: (code) => process.exit(code),
  compose: async (context) => (await import('./compose.ts')).compose(context),
});
// All output has left by now, so that this cannot cut it off.
setTimeout(() => process.exit(), LINGER_MS).unref();
