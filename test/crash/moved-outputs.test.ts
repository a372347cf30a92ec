import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Lab, openLab } from './lab.ts';
import { Program } from './program.ts';

// Many processes one after the other; the time says "hangs", never "is slow".
vi.setConfig({ testTimeout: 300_000 });

let program: Program;
let lab: Lab;
beforeAll(async () => {
  program = new Program();
  lab = await openLab(program);
});
afterAll(async () => {
  await lab.close();
  program.remove();
});

const JOBS = ['ant', 'bee', 'cow', 'doe'];

/** Two pairs that exchange their names, or plain names in a folder of their own. */
const manifest = (output: string): object => ({
  name: 'batch',
  model: 'ulazai/image',
  rows: JOBS.map((animal, n) => ({ animal, other: JOBS[n ^ 1] })),
  id: '{{ animal }}',
  prompt: 'one {{ animal }}',
  output,
});

const contents = (): Map<string, string> =>
  new Map(
    readdirSync(lab.out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'base64')]),
  );

test.each([
  ['into a folder', 'renamed/{{ animal }}', (name: string) => name],
  ['with each other', '{{ other }}', (name: string) => JOBS[JOBS.indexOf(name) ^ 1]!],
])('outputs that are renamed %s survive kill -9 before and after each renaming and its record', { retry: 0 }, async (_, output, now) => {
  for (const killAt of [
    'rename:before#1',
    'rename:after#1',
    'rename:after#3',
    'OutputStore.movedTogether:before#1',
    'OutputStore.movedTogether:after#1',
  ]) {
    lab.write('m.yaml', manifest('{{ animal }}'));
    expect((await lab.run(['run', 'm.yaml', '--yes'])).code, 'the names as they were').toBe(0);
    const before = contents();
    expect([...before.keys()].sort()).toEqual(JOBS.map((name) => `${name}.png`));
    lab.write('m.yaml', manifest(output));
    const killed = await lab.run(['run', 'm.yaml', '--yes'], { killAt });
    expect(killed.signal, killAt).toBe('SIGKILL');
    // Either way on recovers: with the manifest, or without it.
    const next = killAt.startsWith('rename') ? ['run', 'm.yaml', '--yes'] : ['resume', 'batch', '--yes'];
    const ended = await lab.run(next);
    expect(ended.code, `${killAt}: ${ended.stderr}`).toBe(0);
    expect(contents(), killAt).toEqual(new Map(JOBS.map((name) => [`${now(name)}.png`, before.get(`${name}.png`)!])));
  }
  const charges = lab.sandbox.ledger.bookings().filter(({ kind }) => kind === 'charge');
  expect(charges).toHaveLength(JOBS.length);
});

test('results of earlier attempts that are taken again survive kill -9 before and after the decision, each renaming and its record', {
  retry: 0,
}, async () => {
  const kinds = (kind: string): object => ({
    name: 'kinds',
    model: 'ulazai/image',
    id: 'ant',
    prompt: `a ${kind} ant`,
    output: 'taken/ant',
  });
  const make = async (kind: string): Promise<void> => {
    lab.write('k.yaml', kinds(kind));
    const made = await lab.run(['run', 'k.yaml', '--yes']);
    expect(made.code, made.stderr).toBe(0);
  };
  const taken = (): Map<string, string> =>
    new Map([...contents()].filter(([name]) => name.startsWith('ant.')).sort(([a], [b]) => b.localeCompare(a)));
  rmSync(lab.out, { recursive: true, force: true });
  await make('red');
  await make('blue');
  const [red, blue] = [taken().get('ant.a1.png')!, taken().get('ant.png')!];
  expect(new Set([red, blue]).size).toBe(2);
  const before = lab.sandbox.ledger.bookings().filter(({ kind }) => kind === 'charge').length;
  let want = 'red';
  for (const killAt of [
    'Staging.apply:before#1',
    'Staging.apply:after#1',
    'rename:before#1',
    'rename:after#1',
    'rename:after#2',
    'OutputStore.movedTogether:before#1',
    'OutputStore.movedTogether:after#1',
  ]) {
    lab.write('k.yaml', kinds(want));
    const killed = await lab.run(['run', 'k.yaml', '--yes'], { killAt });
    expect(killed.signal, killAt).toBe('SIGKILL');
    // Once it is decided, either way on recovers: with the manifest, or without it.
    const ended = await lab.run(killAt === 'rename:after#1' ? ['resume', 'kinds', '--yes'] : ['run', 'k.yaml', '--yes']);
    expect(ended.code, `${killAt}: ${ended.stderr}`).toBe(0);
    const now = want === 'red' ? { 'ant.png': red, 'ant.a2.png': blue } : { 'ant.png': blue, 'ant.a1.png': red };
    expect(taken(), killAt).toEqual(new Map(Object.entries(now)));
    want = want === 'red' ? 'blue' : 'red';
  }
  expect(lab.sandbox.ledger.bookings().filter(({ kind }) => kind === 'charge')).toHaveLength(before);
});
