#!/usr/bin/env node
import { quickAnswer } from './quick-answer.ts';

/** How long something forgotten may keep the process alive after everything is written. */
const LINGER_MS = 2_000;

async function start(): Promise<void> {
  const [{ exitCodeFor }, { runCli }, { secretValues }, { Redactor }] = await Promise.all([
    import('./exit-codes.ts'),
    import('./run-cli.ts'),
    import('./secrets/secret-values.ts'),
    import('./secrets/redactor.ts'),
  ]);
  /** What nobody caught. Node's own report would show the error with everything in it, keys included. */
  const dieOf = (error: unknown): void => {
    const redactor = new Redactor();
    redactor.add(secretValues(process.env));
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(redactor.redact(`error: unexpected: ${text}. Everything that was done is saved.\n`), () => {
      process.exit(exitCodeFor(['unexpected']));
    });
  };
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
}

const answer = await quickAnswer(process.argv.slice(2), process.stdout.columns);
if (answer === null) await start();
else {
  // A reader that has gone away is no fault of ours.
  process.stdout.on('error', () => {});
  process.stdout.write(`${answer}\n`);
}
