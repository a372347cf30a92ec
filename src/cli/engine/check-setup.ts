import { constants, existsSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertSound } from '../../queue/assert-sound.ts';
import { openQueueForReading } from '../../queue/open-queue.ts';
import { QueueFileError } from '../../queue/queue-faults.ts';
import { USAGE_EXIT_CODE } from '../exit-codes.ts';
import type { Finding } from '../finding.ts';
import type { EngineParts } from './engine-parts.ts';

/** Below it a night's files may not fit, and below the second nothing does, bytes. */
const LITTLE_ROOM = 2_000_000_000;
const NO_ROOM = 100_000_000;
/** What package.json asks for; anything older would have ended before this. */
const LEAST_NODE = [20, 19] as const;

/** What can be seen without asking anybody: the program's surroundings, the configuration, the queue, the folders. */
export async function checkMachine(parts: EngineParts): Promise<readonly Finding[]> {
  const { settings } = parts;
  const outFolder = settings.out.replace(/[/\\][^/\\]*<batch>.*$/, '');
  return [
    nodeVersion(process.versions.node),
    configuration(parts),
    queueFile(settings.dbPath),
    ...(await folder('queue folder', dirname(settings.dbPath))),
    ...(await folder('output folder', outFolder)),
  ];
}

/** A finding that nothing is wrong with. */
export function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message, fix: null, exit_code: 0 };
}

/** A finding that works and may not be meant. */
export function warn(check: string, message: string, fix: string): Finding {
  return { check, status: 'warn', message, fix, exit_code: 0 };
}

/** A finding that keeps a run from working. */
export function fail(check: string, message: string, fix: string, exitCode: number = USAGE_EXIT_CODE): Finding {
  return { check, status: 'fail', message, fix, exit_code: exitCode };
}

function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  return isOld ? fail('node', `Node ${version}`, `install Node ${LEAST_NODE.join('.')} or newer`) : ok('node', `Node ${version}`);
}

function configuration({ settings, cwd }: EngineParts): Finding {
  if (settings.configFile !== null) return ok('configuration', settings.configFile);
  return warn(
    'configuration',
    `none from ${cwd} upward: the queue belongs to this folder, and the same manifest run from another is paid for again`,
    'nightshift init writes one; `providers: {}` in nightshift.config.yaml will do',
  );
}

function queueFile(path: string): Finding {
  if (!existsSync(path)) return ok('queue', `${path}: none yet, the first run makes it`);
  try {
    const db = openQueueForReading(path);
    if (db === null) return ok('queue', `${path}: none yet, the first run makes it`);
    try {
      assertSound(db, true);
      const jobs = db.prepare('SELECT coalesce(sum(jobs), 0) FROM job_counts').pluck().get() as number;
      return ok('queue', `${path}: sound, ${jobs.toLocaleString('en')} jobs`);
    } finally {
      db.close();
    }
  } catch (error) {
    if (!(error instanceof QueueFileError)) throw error;
    return fail('queue', error.message, 'put a backup in its place (nightshift backup makes them), or name another file with --db');
  }
}

async function folder(check: string, path: string): Promise<readonly Finding[]> {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    await access(there, constants.W_OK | constants.X_OK);
  } catch {
    return [
      fail(check, `${there} cannot be written`, `chown or chmod it, or name another folder (${check === 'queue folder' ? '--db' : 'out'})`),
    ];
  }
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const room = `${(free / 1e9).toFixed(1)} GB free`;
  if (free < NO_ROOM) return [fail(check, `${path}: ${room}`, 'free some space: nothing would fit')];
  if (free < LITTLE_ROOM) return [warn(check, `${path}: ${room}`, 'free some space: a night of films may not fit')];
  return [ok(check, `${path}: can be written, ${room}`)];
}
