// Run by main-process.test.ts as a process of its own: `jobs --json` of about 20 MB through the real command line and
// process streams, ending well or, with `fail` as first argument, with an error after the list was written.
import { runCli } from '../../dist/src/cli/run-cli.js';

const prompt = 'x'.repeat(19_900);
const fails = process.argv[2] === 'fail';

process.exitCode = await runCli({
  argv: ['jobs', '--json'],
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  leave: () => {},
  compose: async () => ({
    jobs: async () => ({ batch: 'long', total: 1000, jobs: Array.from({ length: 1000 }, (_, index) => ({ id: String(index), prompt })) }),
    close: async () => {
      if (fails) throw new Error('closing failed');
    },
  }),
});
