import { afterEach, describe, expect, test } from 'vitest';
import type { RunDocument } from '../../src/report/run-document.ts';
import type { RunningCli } from '../support/built-cli.ts';
import { eventually } from '../support/eventually.ts';
import type { TestServer } from '../support/http-server.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await closeWorkshops();
});

/** Long enough that there is time to steer: about a second a picture, five at once. */
async function batchOf(jobs: number, speed = 30): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed, balance: 10_000 });
  const rows = Array.from({ length: jobs }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

/**
 * Every submission after the first five waits on its way until `open` is called: what another terminal says comes in the middle of the run,
 * however slow the machine is.
 */
async function gateAt(workshop: Workshop): Promise<{ open(): void }> {
  let submitted = 0;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  servers.push(
    await meddleWith(workshop, async ({ method, path }) => {
      if (method === 'POST' && path.includes('/generate') && ++submitted > 5) await opened;
      return null;
    }),
  );
  return { open };
}

/** Another terminal: the built program in a process of its own. */
async function elsewhere(
  workshop: Workshop,
  argv: readonly string[],
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return workshop.start(argv).ended;
}

async function document<T>(workshop: Workshop, argv: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await elsewhere(workshop, [...argv, '--json']);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A run at work with something done. */
async function atWork(workshop: Workshop, argv: readonly string[] = ['--yes']): Promise<RunningCli> {
  const run = workshop.start(['run', 'm.yaml', '--events', ...argv]);
  await eventually('a job is done', () => run.events().some(({ event, state }) => event === 'job' && state === 'done'));
  return run;
}

const names = (run: RunningCli): readonly string[] => run.events().map(({ event }) => event);
/** How many jobs were in flight at most, once those that were in flight at an event had ended. */
function mostAtOnce(run: RunningCli, from: number): number {
  const flying = new Set<unknown>();
  let drained = false;
  let most = 0;
  for (const [at, { event, id, state }] of run.events().entries()) {
    if (at >= from && flying.size <= 1) drained = true;
    if (event !== 'job') continue;
    if (state === 'submitting') flying.add(id);
    else if (state !== 'processing') flying.delete(id);
    if (drained) most = Math.max(most, flying.size);
  }
  return most;
}

const intents = (workshop: Workshop): number => workshop.query<number>('SELECT count(*) FROM attempts');

describe('pause', () => {
  test('ends new submissions the moment it returns, what is in flight is collected, and unpause goes on', async () => {
    const workshop = await batchOf(24);
    const gate = await gateAt(workshop);
    const run = await atWork(workshop);
    const paused = await document<{ pause: object }>(workshop, ['pause']);
    const begun = intents(workshop);
    gate.open();
    expect(paused).toMatchObject({ schema_version: 1, pause: { batch: 'batch', paused: true, unchanged: false, running: true } });
    expect(begun).toBeLessThan(24);

    // All that was begun comes to its end, and the run lives on.
    await eventually('what was begun is done', () => workshop.query<number>(`SELECT count(*) FROM jobs WHERE state = 'done'`) === begun);
    await eventually('it is paused', () => names(run).includes('paused'));
    expect(intents(workshop)).toBe(begun);
    expect(run.child.exitCode).toBeNull();
    expect(await document<RunDocument>(workshop, ['status'])).toMatchObject({
      paused: true,
      stopped: null,
      jobs: { done: begun, queued: 24 - begun },
    });
    expect((await elsewhere(workshop, ['status'])).stdout).toContain('paused: nothing is submitted until `nightshift unpause batch`');
    expect((await elsewhere(workshop, ['pause'])).stderr).toContain('was paused already');

    expect(await document(workshop, ['unpause'])).toMatchObject({ unpause: { paused: false, since: null, running: true } });
    expect((await run.ended).code).toBe(0);
    expect(names(run)).toContain('unpaused');
    expect(run.events().at(-1)).toMatchObject({ event: 'done', stopped: 'completed', jobs: { done: 24 } });
    expect(run.events().at(-1)).not.toHaveProperty('paused');
    expect([...workshop.chargesByPrompt().values()]).toEqual(Array.from({ length: 24 }, () => 1));
  });

  test('stays with the batch: the next run says so and waits, Ctrl-C ends it, and unpause lets the one after go on', async () => {
    const workshop = await batchOf(3);
    await workshop.run(['run', 'm.yaml', '--yes', '--max-duration', '1ms']);
    expect((await elsewhere(workshop, ['pause', 'batch'])).stderr).toContain('no run is at work on it');
    const begun = intents(workshop);

    const waiting = workshop.start(['run', 'm.yaml', '--events', '--yes']);
    await eventually('it is paused', () => names(waiting).includes('paused'));
    await eventually('it says so', () => waiting.stderr().includes('waits for `nightshift unpause batch`'));
    waiting.child.kill('SIGINT');
    expect((await waiting.ended).code).toBe(130);
    expect(intents(workshop)).toBe(begun);

    const next = workshop.start(['resume', '--events', '--yes']);
    await eventually('it is paused', () => names(next).includes('paused'));
    await elsewhere(workshop, ['unpause']);
    expect((await next.ended).code).toBe(0);
    expect(workshop.spent().net).toBe(24);
    expect((await elsewhere(workshop, ['unpause'])).stderr).toContain('was not paused');
  });

  test('ends with --max-duration, though it waits', async () => {
    const workshop = await batchOf(3);
    await workshop.run(['run', 'm.yaml', '--yes', '--max-duration', '1ms']);
    await elsewhere(workshop, ['pause']);
    expect((await elsewhere(workshop, ['resume', '--yes', '--max-duration', '2s'])).code).toBe(10);
  });
});

test('a resume that was given no name is seen from every other terminal as a run of its batch', async () => {
  const workshop = await batchOf(24);
  await workshop.run(['run', 'm.yaml', '--yes', '--max-duration', '1ms']);
  const gate = await gateAt(workshop);
  const run = workshop.start(['resume', '--events', '--yes']);
  await eventually('a job is done', () => run.events().some(({ event, state }) => event === 'job' && state === 'done'));
  expect(await document(workshop, ['status'])).toMatchObject({ running: true });
  expect((await elsewhere(workshop, ['status'])).stdout).toContain('batch: running, by process');
  expect((await elsewhere(workshop, ['set', 'concurrency', '2'])).stderr).toContain('The run takes it up within a second');
  expect((await elsewhere(workshop, ['pause'])).stderr).toContain('the run waits');
  await elsewhere(workshop, ['unpause']);
  const second = await elsewhere(workshop, ['run', 'm.yaml', '--yes']);
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining(', batch batch, since ')]);
  // As long as something is left to do, whoever watches goes on.
  const watching = workshop.start(['status', '--watch', '--events']);
  await eventually('it has looked often', () => watching.events().filter(({ event }) => event === 'status').length >= 4);
  gate.open();
  expect((await run.ended).code).toBe(0);
  expect((await watching.ended).code).toBe(0);
  expect(watching.events().at(-1)).toMatchObject({ batch: 'batch' });
});

describe('set concurrency', () => {
  test('takes effect while the batch runs, and default takes it back', async () => {
    const workshop = await batchOf(45);
    const gate = await gateAt(workshop);
    const run = await atWork(workshop);
    expect(await document(workshop, ['set', 'concurrency', '1'])).toEqual({
      schema_version: 1,
      set: { batch: 'batch', running: true, changes: [{ provider: 'ulazai', key: 'concurrency', before: null, value: 1 }] },
    });
    gate.open();
    const limitTo = (to: number) => run.events().findIndex((event) => event.event === 'limit' && event.to === to);
    await eventually('it is told', () => limitTo(1) >= 0);
    expect(run.events()[limitTo(1)]).toMatchObject({ provider: 'ulazai', limit: 'concurrency', from: 5, why: 'set' });
    const made = (): number => run.events().filter(({ state }, at) => at > limitTo(1) && state === 'ready').length;
    await eventually('some more are made', () => made() >= 8);
    expect(mostAtOnce(run, limitTo(1))).toBe(1);
    expect((await elsewhere(workshop, ['status'])).stdout).toContain('ulazai: concurrency is set to 1, 5 configured');
    // What the account held before the run is not what it holds now.
    expect((await document<RunDocument>(workshop, ['status'])).money.ulazai).toMatchObject({ balance_after: null, difference: null });
    await elsewhere(workshop, ['set', 'ulazai.concurrency', 'default']);
    await eventually('it is told again', () => limitTo(5) >= 0);
    expect((await run.ended).code).toBe(0);
    expect(workshop.spent().net).toBe(360);
    expect((await document<RunDocument>(workshop, ['status'])).money.ulazai).toMatchObject({ balance_after: 9_640, difference: 0 });
  });

  test('and what else cannot be set is refused, in words that say what to do, and nothing is changed', async () => {
    const workshop = await batchOf(1);
    await workshop.document(['run', 'm.yaml', '--yes']);
    const refused: readonly (readonly [string, readonly string[]])[] = [
      ['concurrency 6', ['5 is configured', 'providers.ulazai.limits.concurrency', 'nightshift.config.yaml']],
      ['concurrency 0', ['a whole number from 1 to 5', 'nightshift pause']],
      ['concurency 3', ['max-cost, concurrency', 'did you mean "concurrency"']],
      ['mayanio.concurrency 1', ['does not use "mayanio"']],
      ['max-cost much', ['is not an amount']],
      ['max-cost mayanio=3', ['allowed are amounts of ulazai']],
      ['concurrency 3 --batch other', ['There is no batch "other"']],
    ];
    for (const [argv, words] of refused) {
      const { code, stderr } = await workshop.run(['set', ...argv.split(' ')]);
      expect([code, argv]).toEqual([2, argv]);
      for (const word of words) expect(stderr).toContain(word);
    }
    expect(workshop.query<number>('SELECT count(*) FROM control')).toBe(0);
    expect(workshop.query<string | null>('SELECT budget FROM batches')).toBeNull();
  });

  test('of two providers says whose', async () => {
    const workshop = await sandboxWorkshop();
    const jobs = ['ulazai/image', 'mayanio/nano-banana'].map((model, n) => ({ id: `r${n}`, model, prompt: 'a pear' }));
    workshop.write('m.yaml', { name: 'batch', jobs });
    await workshop.document(['run', 'm.yaml', '--yes']);
    for (const [key, value, words] of [
      ['concurrency', '1', 'mayanio.concurrency or ulazai.concurrency'],
      ['max-cost', '40', 'mayanio=N,ulazai=N'],
    ] as const) {
      const { code, stderr } = await workshop.run(['set', key, value]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
    expect((await workshop.run(['set', 'max-cost', 'ulazai=40'])).code).toBe(0);
    expect((await workshop.run(['set', 'mayanio.max-cost', '50'])).code).toBe(0);
    expect((await workshop.run(['set', 'mayanio.concurrency', '1'])).code).toBe(0);
    expect(JSON.parse(workshop.query<string>('SELECT budget FROM batches'))).toEqual({ ulazai: 40e6, mayanio: 50e6 });
  });
});

describe('set max-cost', () => {
  test('lowered while the batch runs, it is never passed; it stays with the batch, and raised it lets resume go on', async () => {
    const workshop = await batchOf(24);
    const gate = await gateAt(workshop);
    const run = await atWork(workshop, ['--max-cost', '400']);
    expect(await document(workshop, ['set', 'max-cost', '96'])).toMatchObject({
      set: { changes: [{ provider: 'ulazai', key: 'max-cost', before: 400, value: 96 }] },
    });
    gate.open();
    expect((await run.ended).code).toBe(8);
    expect(run.events().at(-1)).toMatchObject({ stopped: 'budget', jobs: { done: 12, queued: 12 }, money: { ulazai: { net: 96 } } });
    expect(workshop.spent().net).toBe(96);

    const tooLow = await elsewhere(workshop, ['set', 'max-cost', '95']);
    expect([tooLow.code, tooLow.stderr]).toEqual([2, expect.stringContaining('96 of ulazai are spent, in flight or unknown already')]);
    expect((await elsewhere(workshop, ['resume', '--yes'])).code).toBe(8);
    await document(workshop, ['set', 'max-cost', '192']);
    expect((await elsewhere(workshop, ['resume', '--yes'])).code).toBe(0);
    expect(workshop.spent().net).toBe(192);
  });

  test('raised while what is in flight is collected, the run goes on', async () => {
    const workshop = await batchOf(10, 5);
    const run = workshop.start(['run', 'm.yaml', '--events', '--max-cost', '40', '--partial']);
    // All five that fit are begun: the sixth has found no room.
    await eventually('five are begun', () => run.events().filter(({ state }) => state === 'submitting').length === 5);
    await document(workshop, ['set', 'max-cost', '80']);
    expect((await run.ended).code).toBe(0);
    expect(run.events()).toContainEqual(expect.objectContaining({ event: 'limit', limit: 'max-cost', from: 40, to: 80, why: 'set' }));
    expect(run.events().at(-1)).toMatchObject({ stopped: 'completed', jobs: { done: 10 }, money: { ulazai: { net: 80, difference: 0 } } });
  });
});

test('a cap that was set holds for later runs, until one brings its own', async () => {
  const workshop = await batchOf(4, 300);
  await workshop.document(['run', 'm.yaml', '--max-cost', '16', '--partial'], 8);
  expect((await workshop.run(['set', 'max-cost', '24'])).stderr).toContain('the next one keeps to it');
  expect((await workshop.run(['run', 'm.yaml', '--yes'])).code).toBe(8);
  await workshop.document(['run', 'm.yaml', '--yes', '--partial'], 8);
  expect(workshop.spent().charged).toBe(24);
  expect((await workshop.document(['run', 'm.yaml', '--max-cost', '32'])).jobs).toMatchObject({ done: 4 });
});
