import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommitQueue } from '../../src/queue/commit-queue.ts';
import { openQueue, type QueueDb } from '../../src/queue/open-queue.ts';
import { tempFolder } from './support/temp-queue.ts';

/** A queue with a table of notes, and a second connection that sees only what is committed. */
function notebook(): { readonly db: QueueDb; readonly write: (note: string) => string; readonly committed: () => string[] } {
  const file = `${tempFolder()}/queue.db`;
  const db = openQueue(file);
  db.exec('CREATE TABLE notes (note TEXT NOT NULL UNIQUE) STRICT');
  const reader = new Database(file, { readonly: true });
  return {
    db,
    write: (note) => {
      db.prepare('INSERT INTO notes VALUES (?)').run(note);
      return note;
    },
    committed: () => reader.prepare('SELECT note FROM notes ORDER BY rowid').pluck().all() as string[],
  };
}

/** How often a connection began a transaction. */
function countCommits(db: QueueDb): () => number {
  let commits = 0;
  const { transaction } = db;
  db.transaction = ((work: () => unknown) => {
    commits += 1;
    return transaction.call(db, work);
  }) as typeof db.transaction;
  return () => commits;
}

describe('changes that come up together', () => {
  test('share one commit, in the order in which they came', async () => {
    const { db, write, committed } = notebook();
    const commits = countCommits(db);
    const queue = new CommitQueue(db);
    const done = await Promise.all(['a', 'b', 'c'].map((note) => queue.join(() => write(note))));
    expect([done, committed(), commits()]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], 1]);
  });

  test('are told so only when another connection sees what they wrote', async () => {
    const { db, write, committed } = notebook();
    const queue = new CommitQueue(db);
    const seen: boolean[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map(async (note) => {
        await queue.join(() => write(note));
        seen.push(committed().includes(note));
      }),
    );
    expect(seen).toEqual([true, true, true]);
  });

  test('see what those before them wrote: a cap holds among them', async () => {
    const { db, write, committed } = notebook();
    const queue = new CommitQueue(db);
    const withinTwo = (note: string): boolean => {
      const room = (db.prepare('SELECT count(*) FROM notes').pluck().get() as number) < 2;
      if (room) write(note);
      return room;
    };
    expect(await Promise.all(['a', 'b', 'c'].map((note) => queue.join(() => withinTwo(note))))).toEqual([true, true, false]);
    expect(committed()).toEqual(['a', 'b']);
  });

  test('can be committed at once, before the process leaves', () => {
    const { db, write, committed } = notebook();
    const queue = new CommitQueue(db);
    void queue.join(() => write('a'));
    expect(committed()).toEqual([]);
    queue.flush();
    expect(committed()).toEqual(['a']);
  });
});

test('one that throws is undone alone, whatever its neighbours are and however they come', async () => {
  const change = fc.record({
    kind: fc.constantFrom('writes', 'throws', 'writes and throws', 'breaks a constraint'),
    keep: fc.boolean(),
    later: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
      const { db, write, committed } = notebook();
      write('there');
      const queue = new CommitQueue(db);
      const ends = await Promise.allSettled(
        changes.map(async ({ kind, keep, later }, index) => {
          if (later) await new Promise((resolve) => setImmediate(resolve));
          const note = `note ${index}`;
          await queue[keep ? 'keep' : 'join'](() => {
            if (kind !== 'throws') write(note);
            if (kind === 'breaks a constraint') write('there');
            if (kind !== 'writes') throw new Error('no');
          });
          // Acknowledged: so it must be there by now.
          expect(committed()).toContain(note);
        }),
      );
      expect(ends.map(({ status }) => status)).toEqual(changes.map(({ kind }) => (kind === 'writes' ? 'fulfilled' : 'rejected')));
      const written = changes.flatMap(({ kind }, index) => (kind === 'writes' ? [`note ${index}`] : []));
      expect(committed().toSorted()).toEqual(['there', ...written].toSorted());
    }),
    { numRuns: 40 },
  );
});

describe('a disk that fails', () => {
  const full = (): Error => Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });

  test('takes new intents with it, and what must be kept is tried again with the room of the ballast', async () => {
    const { db, write, committed } = notebook();
    let room = false;
    const ballast = {
      keep: <T>(commit: () => T): T => {
        try {
          return commit();
        } catch {
          room = true;
          return commit();
        }
      },
    };
    const queue = new CommitQueue(db, ballast);
    const onFullDisk = (note: string) => (): string => {
      write(note);
      if (!room) throw full();
      return note;
    };
    const [intent, id, charge] = await Promise.allSettled([
      queue.join(onFullDisk('intent')),
      queue.keep(onFullDisk('id')),
      queue.keep(onFullDisk('charge')),
    ]);
    expect(intent).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } });
    expect([id, charge]).toEqual([
      { status: 'fulfilled', value: 'id' },
      { status: 'fulfilled', value: 'charge' },
    ]);
    expect(committed()).toEqual(['id', 'charge']);
  });

  test('leaves nothing half written and the queue usable', async () => {
    const { db, write, committed } = notebook();
    const queue = new CommitQueue(db);
    const failing = queue.join(() => {
      write('half');
      throw full();
    });
    const neighbour = queue.join(() => write('neighbour'));
    await expect(failing).rejects.toThrow('full');
    await expect(neighbour).rejects.toThrow('full');
    expect(await queue.join(() => write('after'))).toBe('after');
    expect(committed()).toEqual(['after']);
  });
});
