import Database from 'better-sqlite3';
import { whySlow } from './query-plans.ts';

// Part of every test process: each statement that the program itself prepares is explained once, and refused where it would take longer the longer
// the queue is. A new query cannot escape it, as long as any test runs it.
const known = new Set<string>();
const prepare = Database.prototype.prepare;
let explaining = false;

Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql);
  if (explaining || known.has(sql)) return statement;
  known.add(sql);
  if (!isOurs(new Error('here'))) return statement;
  explaining = true;
  try {
    const why = whySlow(this, sql);
    if (why !== null) throw new Error(why);
  } finally {
    explaining = false;
  }
  return statement;
} as typeof prepare;

/** Whether the nearest caller is the program. Tests may look at a queue as they like. */
function isOurs({ stack = '' }: Error): boolean {
  const caller = stack
    .split('\n')
    .slice(2)
    .find((frame) => !/node_modules|remember-statements/.test(frame));
  return caller !== undefined && /\/src\//.test(caller);
}
