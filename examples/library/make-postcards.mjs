// Plans, runs and reports from a program of your own, against the built-in sandbox (no key, no money):
//   node examples/library/make-postcards.mjs [folder for the queue and the pictures]
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { plan, report, run } from 'nightshift';

const manifest = fileURLToPath(new URL('postcards.yaml', import.meta.url));
const cwd = process.argv[2] ?? '.';
await mkdir(cwd, { recursive: true });

const planned = await plan(manifest, { cwd, sandbox: true });
for (const [provider, cost] of Object.entries(planned.cost)) {
  console.log(`${planned.jobs.new} new jobs, ${cost.to_pay} ${cost.unit} of ${provider}, about ${planned.time.seconds} seconds`);
}

const outcome = await run(manifest, {
  cwd,
  sandbox: true,
  maxCost: 100, // with a real account one of maxCost, yes, or a budget in the manifest is needed
  onEvent: (event) => {
    if (event.event === 'job' && event.state === 'done') console.log(`made ${event.id}`);
  },
});
if (outcome.kind === 'refused') throw new Error(outcome.why);

console.log(await report(outcome.document.batch, 'md', { cwd, sandbox: true }));
process.exitCode = outcome.exitCode;
