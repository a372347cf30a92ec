import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startCli } from '../support/built-cli.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { type Packed, packAndUnpack } from './packed.ts';

// The exit codes of the contract, section 7, on the files that npm would install.

let packed: Packed;
beforeAll(() => {
  packed = packAndUnpack();
});
afterAll(() => packed.remove());
afterEach(closeWorkshops);

function start(workshop: Workshop, argv: readonly string[], env: Record<string, string> = {}) {
  return startCli(argv, { cwd: workshop.folder, env: { ...workshop.env, ...env }, program: packed.main });
}

async function pears(count: number, options: Parameters<typeof sandboxWorkshop>[0] = {}): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed: 300, ...options });
  const rows = Array.from({ length: count }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

async function codeOf(workshop: Workshop, argv: readonly string[], env: Record<string, string> = {}): Promise<number | null> {
  return (await start(workshop, argv, env).ended).code;
}

test('0: all well, nothing to do, help and version', async () => {
  const workshop = await pears(1);
  expect(await codeOf(workshop, ['run', 'm.yaml', '--yes'])).toBe(0);
  expect(await codeOf(workshop, ['run', 'm.yaml', '--yes'])).toBe(0);
  expect(await codeOf(workshop, ['--help'])).toBe(0);
  expect(await codeOf(workshop, ['--version'])).toBe(0);
});

test('2: usage, manifest, nobody to be asked', async () => {
  const workshop = await pears(1);
  workshop.write('broken.yaml', { model: 'ulazai/imagee', prompt: 'a pear' });
  expect(await codeOf(workshop, ['run', 'm.yaml'])).toBe(2);
  expect(await codeOf(workshop, ['run', 'm.yaml', '--max-cost', '1e3'])).toBe(2);
  expect(await codeOf(workshop, ['run', 'broken.yaml', '--yes'])).toBe(2);
  expect(await codeOf(workshop, ['runn', 'm.yaml'])).toBe(2);
  expect(workshop.submissions()).toBe(0);
});

test('3: the key is missing or refused', async () => {
  const workshop = await pears(1);
  expect(await codeOf(workshop, ['run', 'm.yaml', '--yes'], { ULAZAI_API_KEY: '' })).toBe(3);
  expect(await codeOf(workshop, ['run', 'm.yaml', '--yes'], { ULAZAI_API_KEY: 'uk_0123456789abcdef' })).toBe(3);
});

test('4: a job failed', async () => {
  expect(await codeOf(await pears(1, { failRate: 1 }), ['run', 'm.yaml', '--yes'])).toBe(4);
});

test('5: nobody is there', async () => {
  const workshop = await pears(1);
  workshop.leadTo('http://127.0.0.1:9');
  expect(await codeOf(workshop, ['balance'])).toBe(5);
});

test('6: the balance does not suffice; 8: the cap does not', async () => {
  expect(await codeOf(await pears(2, { balance: 15 }), ['run', 'm.yaml', '--yes'])).toBe(6);
  expect(await codeOf(await pears(2), ['run', 'm.yaml', '--max-cost', '15'])).toBe(8);
});

test('10: --max-duration is over', async () => {
  expect(await codeOf(await pears(40), ['run', 'm.yaml', '--yes', '--max-duration', '300ms'])).toBe(10);
});

test('130: interrupted, by Ctrl-C and by SIGTERM, all saved', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const workshop = await pears(40);
    const run = start(workshop, ['run', 'm.yaml', '--yes', '--events']);
    await eventually('a job is submitted', () => run.events().some(({ state }) => state === 'submitting'));
    run.child.kill(signal);
    expect((await run.ended).code).toBe(130);
  }
});
