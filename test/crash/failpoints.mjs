// Loaded with `node --import` before the built program, which knows nothing of it. Names the moments that matter (every commit, rename and
// fsync, and the stages of every request), and ends the process with SIGKILL at the moment that CRASH_AT names:
// `AttemptStore.accept:before#3` is the third time that accept is about to commit. What it dies of is said on the standard error first.
import { subscribe } from 'node:diagnostics_channel';
import fs, { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

const [wanted, nth] = (process.env.CRASH_AT ?? '').split('#');
const trace = process.env.CRASH_TRACE === '1';
let hits = 0;

/** The process is at a named moment. */
function at(point) {
  if (trace) writeSync(2, `failpoint ${point}\n`);
  if (point !== wanted || ++hits < Number(nth)) return;
  writeSync(2, `killed at ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const METHOD = /^\s+at ((?:\w*Store|Staging|LimitMemory|AccountCache)\.\w+) /;
Error.stackTraceLimit = 60;

/** The stores' methods that stand between here and whoever asks, the innermost first: `AttemptStore.accept`. */
function callers() {
  return (new Error().stack ?? '').split('\n').flatMap((line) => METHOD.exec(line)?.[1] ?? []);
}

/** The store's method that asks, whatever stands between it and the database. */
const caller = () => callers()[0] ?? 'elsewhere';

const { transaction, prepare } = Database.prototype;
/** The methods that have a part in the commit which is shared now; null while none is. */
let shared = null;

Database.prototype.transaction = function (work) {
  let outermost = null;
  const made = transaction.call(this, (...args) => {
    const name = outermost;
    outermost = null;
    if (name === 'elsewhere') shared = new Set();
    const result = work(...args);
    if (name === 'elsewhere') for (const part of shared) at(`${part}:before`);
    else if (name !== null) at(`${name}:before`);
    return result;
  });
  const guard =
    (run) =>
    (...args) => {
      // A transaction inside another commits with it.
      const name = this.inTransaction ? null : caller();
      outermost = name;
      try {
        const result = run(...args);
        const parts = name === 'elsewhere' ? [...shared] : name === null ? [] : [name];
        for (const part of parts) at(`${part}:after`);
        return result;
      } finally {
        if (name !== null) shared = null;
      }
    };
  const guarded = guard(made);
  for (const kind of ['deferred', 'immediate', 'exclusive']) guarded[kind] = guard(made[kind]);
  return guarded;
};

let patched = false;
Database.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (!patched) {
    patched = true;
    const prototype = Object.getPrototypeOf(statement);
    const { run } = prototype;
    prototype.run = function (...args) {
      // In a shared commit nobody else says whose change it is: the outermost method does.
      if (shared !== null && this.database.inTransaction) shared.add(callers().at(-1) ?? 'elsewhere');
      // better-sqlite3 begins and ends its transactions with statements of its own.
      if (this.database.inTransaction || this.source.startsWith('BEGIN')) return run.apply(this, args);
      const name = caller();
      at(`${name}:before`);
      const result = run.apply(this, args);
      at(`${name}:after`);
      return result;
    };
  }
  return statement;
};

const { renameSync, fsync } = fs;
const { rename } = fs.promises;
fs.promises.rename = async (...args) => {
  at('rename:before');
  await rename(...args);
  at('rename:after');
};
fs.renameSync = (...args) => {
  at('rename:before');
  renameSync(...args);
  at('rename:after');
};
fs.fsync = (fd, told) => {
  at('sync file:before');
  fsync(fd, (error) => {
    if (!error) at('sync file:after');
    told(error);
  });
};
const handle = await fs.promises.open(new URL(import.meta.url), 'r');
const handles = Object.getPrototypeOf(handle);
const { sync } = handles;
handles.sync = async function () {
  at('sync folder:before');
  await sync.call(this);
  at('sync folder:after');
};
await handle.close();
syncBuiltinESMExports();

/** What a request is for, by its method and path. */
function purpose({ method, path }) {
  if (method === 'POST' && !path.includes('upload')) return 'submission';
  if (path.startsWith('/files/')) return 'download';
  return /history|projects/.test(path) ? 'history' : 'question';
}

for (const [channel, moment] of [
  ['undici:client:sendHeaders', 'leaves'],
  ['undici:request:bodySent', 'body sent'],
  ['undici:request:headers', 'answer begins'],
  ['undici:request:trailers', 'answer read'],
])
  subscribe(channel, ({ request }) => at(`${purpose(request)} ${moment}`));
