import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Jobs a second of nightshift's engine with limiters that let all pass, beside durable queues that send the same requests. Needs the bench
// built once (npm run bench) and PostgreSQL from Debian for graphile-worker. Writes ../results/peers.md.
const here = import.meta.dirname;
const built = join(here, '../../node_modules/.cache/bench-build');
const JOBS = Number(process.argv[2] ?? 2_000);
const CONCURRENCY = 50;

const { serve } = await import(pathToFileURL(join(built, 'bench/serving.js')).href);
const { freeRun } = await import(pathToFileURL(join(built, 'bench/measures/engine-rate.js')).href);

async function peer(name, server, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-peer-'));
  const child = spawn(process.execPath, [join(here, 'peer.mjs'), name, server.url, `${JOBS}`, `${CONCURRENCY}`, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return (JOBS * 1_000) / Number(text);
}

/** A PostgreSQL of its own, as it comes (fsync, synchronous_commit on), that only a socket in its folder leads to. */
async function withPostgres(work) {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  if (versions.length === 0) return null;
  const bin = `/usr/lib/postgresql/${versions.at(-1)}/bin`;
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-pg-'));
  // PostgreSQL refuses to run as root.
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres']));
  const as = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const made = spawnSync(`${bin}/initdb`, ['-D', data, '-A', 'trust', '-U', 'bench'], { ...as, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const server = spawn(`${bin}/postgres`, ['-D', data, '-k', folder, '-c', 'listen_addresses='], { ...as, cwd: folder, stdio: 'ignore' });
  try {
    for (let tries = 0; spawnSync(`${bin}/pg_isready`, ['-h', folder]).status !== 0; tries++) {
      if (tries > 100) throw new Error('PostgreSQL does not start');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return await work(`postgres://bench@localhost/postgres?host=${encodeURIComponent(folder)}`);
  } finally {
    const ended = once(server, 'close');
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const server = await serve('zero-server');
try {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-own-'));
  const ours = (await freeRun(server, folder, JOBS)).perSecond;
  rmSync(folder, { recursive: true, force: true });
  const found = [
    ['plainjob 0.0.14', 'SQLite, WAL, synchronous FULL', await peer('plainjob', server)],
    ['graphile-worker 0.17.3', 'PostgreSQL 15, fsync', await withPostgres((url) => peer('graphile', server, { PEER_POSTGRES: url }))],
    ['crawlee 3.18.1', 'a JSON file a request, no fsync', await peer('crawlee', server)],
  ];
  const lines = [
    '# Durable peers',
    '',
    `${JOBS} jobs, ${CONCURRENCY} at once, against a server without latency: one request that pays and one small file each. The peers commit that a job was taken and that it is done; nightshift commits the intent, the answer with its id, the file and the end, and fsyncs the file.`,
    '',
    '| engine | durability | jobs/s | nightshift / it |',
    '|---|---|---|---|',
    `| nightshift, limiters that let all pass | SQLite, WAL, synchronous FULL, every file fsynced | ${ours.toFixed(0)} | |`,
    ...found.map(([name, how, rate]) =>
      rate === null ? `| ${name} | ${how} | not installed | |` : `| ${name} | ${how} | ${rate.toFixed(0)} | ${(ours / rate).toFixed(2)} |`,
    ),
    '',
  ];
  process.stdout.write(lines.join('\n'));
  writeFileSync(join(here, '../results/peers.md'), lines.join('\n'));
} finally {
  await server.close();
}
