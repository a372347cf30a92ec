// Interrupts a batch twice, once with Ctrl-C and once by killing it, lets it finish, and compares what was charged with what was made:
//   node examples/resume-interrupted/run.mjs
// Against a sandbox that it starts itself, with a queue and an output folder that it deletes at the end. Ends 0 when nothing was paid twice.
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'nightshift-resume-'));
const out = join(scratch, 'out');
// Beside copies, so that the report and the small pictures go with the rest.
for (const name of ['batch.yaml', 'nightshift.config.yaml']) await copyFile(join(here, name), join(scratch, name));
const env = { ...process.env, NIGHTSHIFT_DB: join(scratch, 'queue.db'), NIGHTSHIFT_OUT: out };

/** Starts nightshift with `--events`; `onEvent` sees each line as it comes. `ended` resolves to the exit code (null when killed). */
function start(args, onEvent = () => {}) {
  const child = spawn(process.execPath, [main, ...args, '--events', '--quiet'], {
    cwd: scratch,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => onEvent(JSON.parse(line)));
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { child, ended };
}

/** Asks nightshift for one JSON document. */
async function ask(...args) {
  const child = spawn(process.execPath, [main, ...args, '--json'], { cwd: scratch, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) text += piece;
  return JSON.parse(text);
}

/** Runs the batch; once `after` jobs are done, sends `signal` at the next submission, so that it hits a job in flight. */
async function run({ after = Number.POSITIVE_INFINITY, signal } = {}) {
  let done = 0;
  let submitted = 0;
  const { child, ended } = start(['run', 'batch.yaml'], (event) => {
    if (event.event !== 'job') return;
    if (event.state === 'done') done += 1;
    if (event.state !== 'submitting') return;
    submitted += 1;
    if (done >= after && !child.killed) child.kill(signal);
  });
  const code = await ended;
  return { code, done, submitted };
}

let announce;
const sandbox = start(['sandbox', '--port', '0'], (event) => {
  if (event.event === 'ready') announce(event);
});
try {
  const ready = await new Promise((resolve) => {
    announce = resolve;
  });
  env.NIGHTSHIFT_ULAZAI_BASE_URL = ready.url;
  env.ULAZAI_API_KEY = ready.keys.ulazai;

  const balance = async () => (await ask('balance')).providers.ulazai.balance;
  const before = await balance();
  const say = (what, { code, done, submitted }) =>
    console.log(`${what}: ${submitted} submissions, ${done} done, ${code === null ? 'killed' : `exit ${code}`}`);
  const first = await run({ after: 4, signal: 'SIGINT' });
  say('Run 1, Ctrl-C', first);
  const second = await run({ after: 4, signal: 'SIGKILL' });
  say('Run 2, kill -9', second);
  const third = await run();
  say('Run 3, to the end', third);

  const { jobs } = await ask('jobs');
  const needed = jobs.reduce((sum, job) => sum + job.quote, 0);
  const charged = before - (await balance());
  const files = (await readdir(out)).filter((name) => name.endsWith('.png')).length;
  console.log(`${jobs.length} jobs at 8 credits are ${needed} credits; the sandbox took ${charged}; ${files} files are on disk.`);
  const well = first.code === 130 && second.code === null && third.code === 0 && charged === needed && files === jobs.length;
  console.log(well ? 'Nothing was paid twice, and nothing is missing.' : 'That is not as it should be.');
  process.exitCode = well ? 0 : 1;
} finally {
  sandbox.child.kill('SIGTERM');
  await sandbox.ended;
  await rm(scratch, { recursive: true, force: true });
}
