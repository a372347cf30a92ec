import { beforeAll, describe, expect, test } from 'vitest';
import { CHECKS, type Check } from './checks.ts';
import { Program } from './program.ts';
import { SEEDED_BUGS, seeded } from './seeded-bugs.ts';
import { needStrace } from './system-calls.ts';

/** Each runs a few processes: on a busy machine that takes its time. */
const PATIENCE = 240_000;

beforeAll(() => needStrace(), PATIENCE);

describe('the program as it is', () => {
  test.each(Object.entries<Check>(CHECKS))(
    'passes the check of %s',
    async (_, check) => {
      const program = new Program();
      try {
        expect(await check(program)).toEqual([]);
      } finally {
        program.remove();
      }
    },
    PATIENCE,
  );
});

describe('a bug that would cost money or files is caught', () => {
  test('there are twelve of them', () => expect(SEEDED_BUGS).toHaveLength(12));

  test.each(SEEDED_BUGS)(
    '$name: by the check of $caughtBy',
    async (bug) => {
      const program = seeded(bug);
      try {
        expect((await CHECKS[bug.caughtBy](program)).join('\n')).toMatch(bug.saying);
      } finally {
        program.remove();
      }
    },
    PATIENCE,
  );
});
