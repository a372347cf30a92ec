import type { QueueDb } from '../../src/queue/open-queue.ts';

/** Tables that grow with the batch, and the short names that statements give them. Every other table is short. */
const LARGE = 'jobs|j|staged|s|attempts|a|outputs|o|ledger|l|request_log|remote_ids|r|decisions|d|decision_changes';
const WALK = new RegExp(`^SCAN (?:temp\\.)?(?:${LARGE})\\b`);
const TOUCH = new RegExp(`^(?:SCAN|SEARCH) (?:temp\\.)?(?:${LARGE})\\b`);

/** Statements that may take longer the longer the queue is: each with the reason why nothing else would do. */
const ALLOWED: readonly (readonly [statement: RegExp, why: string])[] = [
  [/\btemp\.staged\b/, 'a plan looks at every job of the manifest once'],
  [
    /^SELECT (?:coalesce\(m\.provider|j\.id \|\| ', attempt|a\.remote_id FROM attempts a LEFT)/,
    'the books of a batch, read whole at the start and the end of a run',
  ],
  [/^INSERT INTO outputs/, 'the walk is for rows that wait for this key, of which there are none: every foreign key is checked at once'],
  [/json_valid\(/, 'the check of a whole file, after a crash and of a backup'],
  [
    /j\.state IN \('submitting', 'processing', 'ready'\) ORDER BY a\.id LIMIT/,
    'attempts in flight are as few as there are slots, and an index finds them before they are sorted',
  ],
  [/state = 'unknown'[^;]*ORDER BY intent_at/, 'attempts of unknown outcome are few, and an index finds them before they are sorted'],
];

/** How SQLite goes about a statement, step by step. */
export function planOf(db: QueueDb, sql: string): readonly string[] {
  const statement = db.prepare(`EXPLAIN QUERY PLAN ${sql}`);
  const names = [...sql.matchAll(/[:$@]([a-z_]\w*)/gi)].map(([, name]) => name!);
  const named = names.length > 0 ? [Object.fromEntries(names.map((name) => [name, null]))] : [];
  // How many values it wants only trying tells; what they are does not change the plan.
  for (let values = 0; ; values++) {
    try {
      return statement.all(...Array.from({ length: values }, () => null), ...named).map((row) => (row as { detail: string }).detail);
    } catch (error) {
      if (!(error instanceof RangeError) || values > 200) throw error;
    }
  }
}

/** The steps that walk over a table that grows with the batch, or sort what an index could have given in order. */
export function slowSteps(details: readonly string[]): readonly string[] {
  // A partial index holds the few rows that it is about.
  const walks = details.filter(
    (detail) => WALK.test(detail) && !/USING (?:COVERING )?INDEX \w+_(?:submitting|unknown|accepted|refund_open|unpriced)\b/.test(detail),
  );
  const sorts = details.some((detail) => TOUCH.test(detail)) ? details.filter((detail) => detail.includes('TEMP B-TREE')) : [];
  return [...walks, ...sorts];
}

/** Why a statement is slow on a long queue, in words; null when it is not, and when it may be. */
export function whySlow(db: QueueDb, sql: string): string | null {
  const statement = sql.replaceAll(/^\s*--.*$/gm, '').trim();
  if (!/^(?:SELECT|WITH|UPDATE|INSERT|DELETE|REPLACE)\b/i.test(statement) || ALLOWED.some(([pattern]) => pattern.test(statement)))
    return null;
  const slow = slowSteps(planOf(db, statement));
  if (slow.length === 0) return null;
  return `This statement takes longer the longer the queue is (${slow.join('; ')}): give it an index, or name it with a reason in test/support/query-plans.ts:\n${statement}`;
}

/** The statements of every trigger, with its rows as values. */
export function triggerStatements(db: QueueDb): readonly string[] {
  const triggers = db.prepare(`SELECT sql FROM sqlite_schema WHERE type = 'trigger'`).pluck().all() as string[];
  return triggers.flatMap((sql) => {
    const body = sql.slice(sql.indexOf('BEGIN') + 'BEGIN'.length, sql.lastIndexOf('END'));
    const statements = body.split(';').map((statement) => statement.replaceAll(/\b(?:NEW|OLD)\.\w+/g, '?').trim());
    return statements.filter((statement) => statement !== '' && !/raise\(/i.test(statement));
  });
}
