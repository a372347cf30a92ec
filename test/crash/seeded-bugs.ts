import { readFileSync, writeFileSync } from 'node:fs';
import type { CHECKS } from './checks.ts';
import { Program } from './program.ts';

/** A bug that is put into a copy of the built program, and what must catch it. */
export interface SeededBug {
  readonly name: string;
  readonly patches: readonly { readonly file: string; readonly line: string; readonly becomes: string }[];
  readonly caughtBy: keyof typeof CHECKS;
  /** What the check must say: that it is caught for its own sake. */
  readonly saying: RegExp;
}

/** The mistakes that would cost money or files, each as small as it could slip in. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  {
    name: 'no intent before the POST',
    patches: [
      { file: 'src/work/provider-desk.js', line: '!waiting.aborted && beforeSending()', becomes: '!waiting.aborted' },
      {
        file: 'src/work/provider-desk.js',
        line: "signal: leaving, kind: 'submit' });",
        becomes: "signal: leaving, kind: 'submit' }); if (!(await beforeSending())) return null;",
      },
    ],
    caughtBy: 'order',
    saying: /left before its intent was on the disk/,
  },
  {
    name: 'no reconciliation: what was lost is sent again unseen',
    patches: [
      {
        file: 'src/work/reconcile.js',
        line: 'const read = await readHistory(',
        becomes:
          "context.stores.attempts.absent(attempt.id, 'unseen', context.clock.now()); return { kind: 'absent' };\n    const read = await readHistory(",
      },
    ],
    caughtBy: 'kills',
    saying: /charged twice|orphan/,
  },
  {
    name: 'the settle window is too short',
    patches: [
      {
        file: 'src/work/look-up-time.js',
        line: 'return settings?.settleMs',
        becomes: 'return 0;\n    return settings?.settleMs',
      },
    ],
    caughtBy: 'late',
    saying: /charged twice|orphan/,
  },
  {
    name: 'synchronous NORMAL',
    patches: [
      { file: 'src/queue/open-queue.js', line: 'synchronous = FULL', becomes: 'synchronous = NORMAL' },
      { file: 'src/queue/open-queue.js', line: 'found.synchronous !== 2', becomes: 'found.synchronous !== 1' },
    ],
    caughtBy: 'order',
    saying: /left while the log was not on the disk|left before its intent/,
  },
  {
    name: 'a 500 is tried again',
    patches: [
      {
        file: 'jobs/shared/answer-failure.js',
        line: "return unknownOutcome(answer, status >= 500 ? 'provider_fault' : 'other', message);",
        becomes: "return refused({ class: 'provider_fault', ...base, charged: 'no' }, 'requeue');",
      },
    ],
    caughtBy: 'errors',
    saying: /charged twice|orphan/,
  },
  {
    name: 'no fsync of files',
    patches: [{ file: 'src/files/part-file.js', line: 'await syncLater(fd);', becomes: '' }],
    caughtBy: 'order',
    saying: /got its name before its bytes were on the disk/,
  },
  {
    name: 'files are written in place',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of the program
    patches: [{ file: 'src/files/part-file.js', line: '`${target}.part`;', becomes: '`${target}.png`;' }],
    caughtBy: 'order',
    saying: /was not written beside its name first|under their final names/,
  },
  {
    name: 'no check of a file’s end',
    patches: [{ file: 'src/files/download.js', line: "if (verdict.kind === 'broken')", becomes: 'if (false)' }],
    caughtBy: 'files',
    saying: /corrupt: /,
  },
  {
    name: 'the budget is counted after sending',
    patches: [{ file: 'src/queue/intent-store.js', line: "kind: 'reserve', amount: needed,", becomes: "kind: 'reserve', amount: 0," }],
    caughtBy: 'cap',
    saying: /the cap of 24 was passed/,
  },
  {
    name: 'two runners',
    patches: [{ file: 'src/queue/run-lock.js', line: "lock.exec('BEGIN EXCLUSIVE');", becomes: '' }],
    caughtBy: 'runners',
    saying: /two runners at once/,
  },
  {
    name: 'the id is lost',
    patches: [
      {
        file: 'src/queue/attempt-store.js',
        line: '.run(handle.ids[0] ?? null, JSON.stringify(handle)',
        becomes: '.run(handle.ids[0] ?? null, JSON.stringify({ ids: [], other: {} })',
      },
    ],
    caughtBy: 'errors',
    saying: /lost: .* has no files/,
  },
  {
    name: 'a timeout releases the reservation',
    patches: [
      {
        file: 'src/queue/attempt-store.js',
        line: "moveJob(this.#db, attempt.jobSeq, 'submitting', 'unknown',",
        becomes: "this.#settle.release(attempt, 'timeout', now); moveJob(this.#db, attempt.jobSeq, 'submitting', 'unknown',",
      },
    ],
    caughtBy: 'unknownCap',
    // The books themselves notice it, when they come to be compared before more is spent than allowed.
    saying: /the cap of 160 was passed|differs from its ledger entries/,
  },
];

/** A copy of the built program with the bug in it. Throws when a line is no longer there, or not once: the bug is then to be seeded anew. */
export function seeded(bug: SeededBug): Program {
  const program = new Program();
  for (const { file, line, becomes } of bug.patches) {
    const path = program.file(file);
    const code = readFileSync(path, 'utf8');
    const parts = code.split(line);
    if (parts.length !== 2)
      throw new Error(`"${bug.name}" cannot be seeded: ${file} has ${JSON.stringify(line)} ${parts.length - 1} times instead of once`);
    writeFileSync(path, parts.join(becomes));
  }
  return program;
}
