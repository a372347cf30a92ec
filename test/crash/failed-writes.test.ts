import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileFailWrites, type DiskFault, type FailedWrite, runWithFailedWrite } from './failed-writes.ts';
import { Program } from './program.ts';

/** How much further each try goes than the last, once the first ten are tried one by one. 1: every operation, an hour. */
const STEP = Number(process.env.NIGHTSHIFT_WRITE_STEP ?? 1.4);

let program: Program;
let library: string;
beforeAll(() => {
  program = new Program();
  library = compileFailWrites(program.folder);
});
afterAll(() => program.remove());

test.concurrent.each<DiskFault>([
  { name: 'ENOSPC', errno: 28, lasts: true },
  { name: 'EIO', errno: 5, lasts: false },
])(
  'the Nth write, fsync or rename fails with $name, for N = 1, 2, 3 … until a run completes: the queue stays sound, the next run completes, nothing is paid twice',
  async (fault) => {
    const tried: (FailedWrite & { readonly nth: number })[] = [];
    for (let nth = 1; ; nth = Math.max(nth + 1, Math.floor(nth * (nth < 10 ? 1 : STEP)))) {
      const result = { nth, ...(await runWithFailedWrite(program, library, fault, nth)) };
      tried.push(result);
      if (result.what === null) break;
    }
    process.stdout.write(`${fault.name}: ${tried.length - 1} of ${tried.at(-1)!.nth} operations failed, one a run\n`);
    expect(tried.flatMap(({ nth, what, faults }) => faults.map((found) => `${nth} (${what}): ${found}`))).toEqual([]);
    expect(tried.length).toBeGreaterThan(20);
  },
  600_000,
);
