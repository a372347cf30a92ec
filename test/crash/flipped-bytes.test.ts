import { closeSync, copyFileSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { randomOf, seedFrom } from './random.ts';

const JOBS = 120;
const LEFT = 4;
const FLIPS = Number(process.env.NIGHTSHIFT_FLIPS ?? 50);
const SEED = seedFrom('NIGHTSHIFT_FLIP_SEED');
const PAGE = 4_096;

afterEach(closeWorkshops);

/** A queue with a few jobs left, as a runner that died leaves it. Returns the path of a copy. */
async function nearlyDone(workshop: Workshop): Promise<string> {
  const rows = Array.from({ length: JOBS }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear number {{ n }}' });
  const ran = await workshop.run(['run', 'm.yaml', '--max-cost', String((JOBS - LEFT) * 8), '--partial']);
  expect(ran.code, ran.stderr).toBe(8);
  const queue = join(workshop.folder, '.nightshift/queue.db');
  const db = new Database(queue);
  db.prepare(`INSERT INTO runner VALUES (1, 999999, 'elsewhere', 'batch', 0)`).run();
  db.pragma('journal_mode = DELETE');
  db.close();
  copyFileSync(queue, join(workshop.folder, 'base.db'));
  return join(workshop.folder, 'base.db');
}

/** Turns one bit or more of a byte over. */
function flip(file: string, at: number, mask: number): void {
  const fd = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0] = byte[0]! ^ mask;
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}

test(`a flipped byte in ${FLIPS} random pages is found or does no harm: nothing is ever submitted that was not to be, or twice`, {
  retry: 0,
  timeout: 900_000,
}, async () => {
  const workshop = await sandboxWorkshop({ speed: 600, balance: 1_000_000 });
  const base = await nearlyDone(workshop);
  const queue = join(workshop.folder, '.nightshift/queue.db');
  const random = randomOf(SEED);
  const made = Array.from({ length: LEFT }, (_, n) => `r${JOBS - LEFT + n}.png`);
  const wanted = Array.from({ length: LEFT }, (_, n) => `pear number ${JOBS - LEFT + n}`);
  const tally = { refused: 0, stopped: 0, harmless: 0 };
  const pages = Math.floor(statSync(base).size / PAGE);
  for (let round = 0; round <= FLIPS; round++) {
    for (const ending of ['', '-wal', '-shm', '.lock']) rmSync(`${queue}${ending}`, { force: true });
    copyFileSync(base, queue);
    for (const name of made) rmSync(join(workshop.folder, 'out/batch', name), { force: true });
    const at = Math.floor(random() * pages) * PAGE + Math.floor(random() * PAGE);
    const mask = 1 + Math.floor(random() * 255);
    // The first round shows that an unharmed queue is worked to its end.
    if (round > 0) flip(queue, at, mask);
    const before = workshop.sandbox.ledger.bookings().length;
    const ran = await workshop.run(['resume', 'batch', '--max-cost', '1000000', '--json']);
    const where = `seed ${SEED}, round ${round}: byte ${at} (page ${1 + Math.floor(at / PAGE)}) xor ${mask}, ended ${ran.code}\n${ran.stderr}`;
    const charged = workshop.sandbox.ledger
      .bookings()
      .slice(before)
      .flatMap(({ kind, prompt }) => (kind === 'charge' ? [prompt] : []));
    expect(new Set(charged).size, where).toBe(charged.length);
    expect(wanted, where).toEqual(expect.arrayContaining(charged));
    if (round === 0) expect(ran.code, where).toBe(0);
    if (ran.code === 0) {
      expect(charged.toSorted(), where).toEqual(wanted);
      tally.harmless += 1;
    } else if (charged.length === 0) tally.refused += 1;
    else tally.stopped += 1;
    if (ran.code === 2) expect(ran.stderr, where).toContain('put a backup in the place of the first, and run again');
  }
  process.stdout.write(`seed ${SEED}, ${pages} pages: ${JSON.stringify(tally)}\n`);
});

test('a letter of a prompt that waits to be paid for is missed by SQLite, and found before it is sent', async () => {
  const workshop = await sandboxWorkshop({ speed: 600 });
  const base = await nearlyDone(workshop);
  const queue = join(workshop.folder, '.nightshift/queue.db');
  const prompt = `pear number ${JOBS - 1}`;
  const at = readFileSync(base).indexOf(prompt);
  expect(at).toBeGreaterThan(0);
  flip(queue, at, 0x03);
  expect(workshop.query<string>('PRAGMA integrity_check')).toBe('ok');
  const ran = await workshop.run(['resume', 'batch', '--max-cost', '1000000']);
  expect(ran.code, ran.stderr).toBe(1);
  expect(ran.stderr).toContain(`The job r${JOBS - 1} in the queue file is not the one that was planned`);
  expect([...workshop.chargesByPrompt().keys()].filter((charged) => !charged.startsWith('pear'))).toEqual([]);
  expect(workshop.chargesByPrompt().get(prompt)).toBeUndefined();
});
