import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Jobs a second of nightshift's engine with limiters that let all pass, beside durable queues that send the same requests: same server, same
// number at once, the same fsyncs of each file, a few rounds of each in turn. Needs the bench built once (npm run bench), PostgreSQL from Debian
// for graphile-worker and Redis from Debian for bullmq.
// `npm start -- JOBS ROUNDS`; writes ../results/peers.md and peers.json.
const here = import.meta.dirname;
const built = process.env.BENCH_BUILD ?? join(here, '../build');
const JOBS = Number(process.argv[2] ?? 2_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const CONCURRENCY = 50;
/** Jobs of each run that are not counted: V8 compiles what it will run. */
const WARM = Math.floor(JOBS / 4);

const load = (name) => import(pathToFileURL(join(built, `bench/${name}.js`)).href);
const { serve } = await load('serving');
const { freeRun } = await load('measures/engine-rate');
const { median } = await load('measure');
const { markdown, resultPath, surroundings } = await load('results');

/** Deleted at the end: for minutes after many files were deleted, ext4 takes ten times as long to make one, and whoever comes next would pay for it. */
const folders = [];

function ownFolder(of) {
  const folder = mkdtempSync(join(tmpdir(), `nightshift-${of}-`));
  folders.push(folder);
  return folder;
}

async function peer(name, server, env = {}) {
  const folder = ownFolder('peer');
  const child = spawn(process.execPath, [join(here, 'peer.mjs'), name, server.url, `${JOBS}`, `${CONCURRENCY}`, folder, `${WARM}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PEER_BUILD: built, ...env },
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return ((JOBS - WARM) * 1_000) / Number(text);
}

/** The newest that Debian has installed. */
function postgresVersion() {
  return (existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []).at(-1) ?? null;
}

/** A PostgreSQL of its own, as it comes (fsync, synchronous_commit on), that only a socket in its folder leads to. */
async function withPostgres(work) {
  const version = postgresVersion();
  if (version === null) return null;
  const bin = `/usr/lib/postgresql/${version}/bin`;
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

/** A Redis of its own whose log is on the disk before it answers, that only a socket in its folder leads to. */
async function withRedis(work) {
  if (spawnSync('redis-server', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-redis-'));
  const socket = join(folder, 'redis.sock');
  const options = { port: '0', unixsocket: socket, dir: folder, save: '', appendonly: 'yes', appendfsync: 'always' };
  const server = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    { cwd: folder, stdio: 'ignore' },
  );
  try {
    for (let tries = 0; spawnSync('redis-cli', ['-s', socket, 'ping']).status !== 0; tries++) {
      if (tries > 100) throw new Error('Redis does not start');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return await work(socket);
  } finally {
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As `redis-server --version` says it. */
function redisVersion() {
  return /v=(\S+)/.exec(spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? null;
}

async function ourselves(server) {
  return (await freeRun(server, ownFolder('own'), JOBS, WARM)).perSecond;
}

const LACKS = 'no intent before the request, so that a crash sends it again; no id, no charge, no check of the file';

/** The peers, how durable each is as it is run here, and what it leaves out that nightshift does. */
const PEERS = [
  {
    name: 'plainjob',
    durable: 'SQLite, WAL, synchronous FULL (it comes with NORMAL)',
    lacks: LACKS,
    rate: (server) => peer('plainjob', server),
  },
  {
    name: 'graphile-worker',
    durable: `PostgreSQL ${postgresVersion() ?? ''} with fsync and synchronous_commit, on a socket`,
    lacks: LACKS,
    rate: (server) => withPostgres((url) => peer('graphile', server, { PEER_POSTGRES: url })),
  },
  {
    name: 'bullmq',
    durable: `Redis ${redisVersion() ?? ''} with appendfsync always, on a socket`,
    lacks: LACKS,
    rate: (server) => withRedis((socket) => peer('bullmq', server, { PEER_REDIS: socket })),
  },
  {
    name: '@crawlee/basic',
    durable: 'a JSON file a request, no fsync: not through a power cut',
    lacks: LACKS,
    rate: (server) => peer('crawlee', server),
  },
];

const versions = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies;
const started = performance.now();
const where = { ...surroundings(), ...versions };
const server = await serve('zero-server');
try {
  const ours = [];
  const theirs = new Map(PEERS.map(({ name }) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    process.stderr.write(`round ${round}: nightshift\n`);
    ours.push(await ourselves(server));
    for (const { name, rate } of PEERS) {
      process.stderr.write(`round ${round}: ${name}\n`);
      const found = await rate(server);
      if (found !== null) theirs.get(name).push(found);
    }
  }
  const rows = PEERS.flatMap(({ name, durable, lacks }) => {
    const rates = theirs.get(name);
    if (rates.length === 0) return [];
    const detail = `${median(ours).toFixed(0)} beside ${median(rates).toFixed(0)} jobs/s (${spread(ours)} and ${spread(rates)}); ${durable}; ${lacks}`;
    return [{ measure: `jobs a second / ${name}`, value: median(ours) / median(rates), unit: 'ratio', reach: { atLeast: 1 }, detail }];
  });
  const absent = PEERS.filter(({ name }) => theirs.get(name).length === 0).map(
    ({ name }) => `${name} was left out: what it needs is not installed.`,
  );
  const section = {
    title: 'Durable peers',
    rows,
    notes: [
      `${JOBS} jobs, ${CONCURRENCY} at once, against a server without latency: one request that pays and one small file each; the first ${WARM} of each run are not counted; the middle of ${ROUNDS} rounds in turn.`,
      'nightshift: SQLite, WAL, synchronous FULL; it commits the intent before the request, the answer with its id and its charge, and the end, sends each paid request on a connection of its own, and checks the file to its end. The peers commit that a job was taken and that it is done, and keep their connections. Every file is written, fsynced and named by the same code.',
      ...absent,
    ],
  };
  const text = markdown([section], where, 'peers', (performance.now() - started) / 1_000);
  process.stdout.write(text);
  writeFileSync(resultPath('peers', 'md'), text);
  writeFileSync(
    resultPath('peers', 'json'),
    `${JSON.stringify({ schema_version: 1, mode: 'peers', surroundings: where, sections: [section] }, null, 2)}\n`,
  );
} finally {
  await server.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function spread(rates) {
  return `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
}
