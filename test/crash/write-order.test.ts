import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from './program.ts';
import { needStrace } from './system-calls.ts';
import { traceOneRun } from './write-order.ts';

let program: Program;
beforeAll(() => {
  needStrace();
  program = new Program();
}, 240_000);
afterAll(() => program.remove());

test('20 jobs under strace: the intent is on the disk before the POST leaves, the id before it is asked for, and each file before its name, its folder and its record', async () => {
  const { faults, submissions, files } = await traceOneRun(program);
  expect(faults).toEqual([]);
  // Twins are two jobs, and a model brings its preview.
  expect([submissions, files]).toEqual([20, 21]);
}, 240_000);
