import { afterEach, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

// What scripts count on (contract, sections 7 and 8): `--json` is one document, `--events` begins with `launch` and ends with `done`.

vi.setConfig({ testTimeout: 240_000 });
afterEach(closeWorkshops);

/** Documents with fields of their own in the contract; all others hold one list or object beside `schema_version`. */
const FIXED: readonly string[] = ['run', 'plan', 'resume', 'status', 'jobs'];

/** These are one document and no course of events; these go on until they are stopped. */
const NO_EVENTS: readonly string[] = ['report', 'completion', 'schema'];
const GO_ON: readonly string[] = ['sandbox', 'review', 'watch'];

/** A harmless call of every command, in an order in which each has something to say. */
const CALLS: readonly (readonly string[])[] = [
  ['init', 'starter', '--model', 'ulazai/image'],
  ['schema'],
  ['completion', 'bash'],
  ['doctor'],
  ['plan', 'm.yaml'],
  ['run', 'm.yaml', '--yes'],
  ['resume', '--yes'],
  ['status'],
  ['jobs'],
  ['show', 'pear'],
  ['report'],
  ['verify'],
  ['download'],
  ['retry', '--yes'],
  ['regenerate', 'pear', '--yes', '--dry-run'],
  ['adopt', '--select', 'id:pear', '--dry-run'],
  ['cancel', '--dry-run'],
  ['reconcile'],
  ['pause'],
  ['unpause'],
  ['set', 'concurrency', '3'],
  ['backup', 'copy.db'],
  ['balance'],
  ['models'],
  ['history'],
  ['transactions'],
  ['upload', 'pear.png'],
  ['account', 'profile'],
];

async function prepared(): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed: 300 });
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  workshop.write('pear.png', Buffer.from(pixel, 'base64'));
  return workshop;
}

test('every command is called here', () => {
  const called = CALLS.map(([name]) => name);
  const missing = COMMANDS.map(({ name }) => name.split(' ')[0]!).filter((name) => !GO_ON.includes(name) && !called.includes(name));
  expect(missing).toEqual([]);
});

test('--json: one document on standard output, and nothing else there', async () => {
  const workshop = await prepared();
  for (const argv of CALLS) {
    const { code, stdout, stderr } = await workshop.run([...argv, '--json']);
    const name = argv[0]!;
    expect([name, code, code === 0 ? '' : stderr]).toEqual([name, 0, '']);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    // The JSON Schema is a document of its own.
    if (name === 'schema') continue;
    expect([name, document.schema_version]).toEqual([name, 1]);
    const fields = Object.keys(document).filter((field) => field !== 'schema_version');
    if (name === 'report') continue;
    if (!FIXED.includes(name)) expect([name, fields, typeof document[fields[0]!]]).toEqual([name, [expect.any(String)], 'object']);
  }
});

test('--events: lines of JSON, first launch, last done with the exit code or the document', async () => {
  const workshop = await prepared();
  for (const argv of CALLS.filter(([name]) => !NO_EVENTS.includes(name!))) {
    const { code, stdout, stderr } = await workshop.run([...argv, '--events', '--quiet']);
    const name = argv[0]!;
    expect([name, code, code === 0 ? '' : stderr]).toEqual([name, 0, '']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; schema_version?: number });
    expect([name, events[0]!.event, events.at(-1)!.event, events.at(-1)!.schema_version]).toEqual([name, 'launch', 'done', 1]);
    expect(events.filter(({ event }) => event === 'launch' || event === 'done')).toHaveLength(2);
  }
});

test('without them standard output carries data only: under --quiet a run prints nothing there', async () => {
  const workshop = await prepared();
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--quiet']);
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, '', '']);
});
