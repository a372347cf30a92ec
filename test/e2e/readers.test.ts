import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const JOBS = 20;

async function atWork(): Promise<{ workshop: Workshop; run: ReturnType<Workshop['start']> }> {
  const workshop = await sandboxWorkshop({ speed: 60 });
  const rows = Array.from({ length: JOBS }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('jobs are in flight', () => run.events().some(({ state }) => state === 'processing'));
  return { workshop, run };
}

async function json(workshop: Workshop, argv: readonly string[]): Promise<Record<string, unknown>> {
  const ran = await workshop.run([...argv, '--json']);
  expect(ran.code, `${argv.join(' ')}: ${ran.stderr}`).toBe(0);
  return JSON.parse(ran.stdout) as Record<string, unknown>;
}

test('status, jobs, report and backup answer while a run goes on, from one moment each, and it does not notice', async () => {
  const { workshop, run } = await atWork();
  let rounds = 0;
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  while (!over) {
    const status = await json(workshop, ['status']);
    expect(status.jobs).toMatchObject({ total: JOBS });
    const listed = (await json(workshop, ['jobs'])).jobs as readonly { state: string }[];
    expect(listed).toHaveLength(JOBS);
    await json(workshop, ['report']);
    const { backup } = (await json(workshop, ['backup', `backups/${rounds}.db`])) as { backup: { file: string; bytes: number } };
    expect(statSync(backup.file)).toMatchObject({ size: backup.bytes });
    const copy = new Database(backup.file, { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    // One moment: what was ever charged is booked, and every job has one state.
    expect(copy.prepare('SELECT sum(jobs) FROM job_counts').pluck().get()).toBe(JOBS);
    expect(copy.prepare('SELECT sum(charged) FROM money').pluck().get()).toBe(
      copy.prepare("SELECT sum(amount) FROM ledger WHERE kind = 'charge'").pluck().get(),
    );
    copy.close();
    rounds += 1;
  }
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  expect(stderr).not.toMatch(/locked|busy|warning/i);
  expect(rounds).toBeGreaterThan(2);
  expect(run.events().at(-1)).toMatchObject({ event: 'done', stopped: 'completed', jobs: { done: JOBS } });
});

test('somebody who reads for ever holds up no commit of a run', async () => {
  const { workshop, run } = await atWork();
  const reader = new Database(join(workshop.folder, '.nightshift/queue.db'), { readonly: true });
  reader.exec('BEGIN');
  const before = reader.prepare("SELECT count(*) FROM jobs WHERE state = 'done'").pluck().get();
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  expect(reader.prepare("SELECT count(*) FROM jobs WHERE state = 'done'").pluck().get()).toBe(before);
  reader.exec('COMMIT');
  expect(reader.prepare("SELECT count(*) FROM jobs WHERE state = 'done'").pluck().get()).toBe(JOBS);
  reader.close();
});

test('backup never takes the place of a file; put in the place of the queue it goes on where it was made, and warns of what came after', async () => {
  const { workshop, run } = await atWork();
  const taken = workshop.write('taken.db', 'mine');
  const refused = await workshop.run(['backup', 'taken.db']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('taken.db is there already, and a backup never takes the place of a file');
  expect(workshop.files('.').filter((file) => file.startsWith('taken'))).toEqual(['taken.db']);
  expect(statSync(taken).size).toBe(4);
  expect((await run.ended).code).toBe(0);

  await json(workshop, ['backup', 'after.db']);
  const restored = await workshop.run(['run', 'm.yaml', '--yes', '--json', '--db', 'after.db']);
  expect(restored.code, restored.stderr).toBe(0);
  expect(restored.stderr).toContain('this queue is a backup of');
  expect(JSON.parse(restored.stdout)).toMatchObject({ jobs: { total: JOBS, done: JOBS }, requests: { submit: 0 } });
  expect(workshop.spent().charged).toBe(JOBS * 8);
  const again = await workshop.run(['run', 'm.yaml', '--yes', '--db', 'after.db']);
  expect(again.stderr).not.toContain('this queue is a backup of');
});

test('backup without a queue or without a name is refused', async () => {
  const workshop = await sandboxWorkshop();
  const none = await workshop.run(['backup', 'a.db']);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('There is no queue');
  const unnamed = await workshop.run(['backup']);
  expect(unnamed.code).toBe(2);
});
