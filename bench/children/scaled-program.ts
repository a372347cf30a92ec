import { registry } from '../../jobs/index.ts';
import { compose } from '../../src/cli/compose.ts';
import { runCli } from '../../src/cli/run-cli.ts';

// `scaled-program SPEED ARGS…`: the program, for a sandbox that plays so many times faster: what the documents say of lengths is scaled too.
const speed = Number(process.argv[2]);
for (const jobType of registry.jobTypes) {
  const hints = jobType.pollHints;
  if (!hints) continue;
  const [early, late] = hints.typicalMs;
  Object.assign(jobType, { pollHints: { typicalMs: [early / speed, late / speed], intervalMs: hints.intervalMs / speed } });
}
process.exitCode = await runCli({
  argv: process.argv.slice(3),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  leave: (code) => process.exit(code),
  compose,
});
