import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

/** Every form in which a key could stand somewhere. */
function forms(key: string): readonly string[] {
  return [key, encodeURIComponent(key), Buffer.from(key).toString('base64').replace(/=+$/, ''), Buffer.from(key).toString('hex')];
}

/** The key is in no byte that was printed or left behind. */
function expectNoKey(workshop: Workshop, keys: readonly string[], printed: string): void {
  for (const key of keys.flatMap(forms)) {
    expect(printed).not.toContain(key);
    for (const [file, bytes] of workshop.contents()) {
      if (file === '.env') continue;
      expect([file, bytes.includes(key)]).toEqual([file, false]);
    }
  }
}

describe('a key', () => {
  test('stands in no output, log, queue, report or file, at the most talkative level, through failures of every kind', async () => {
    const workshop = await sandboxWorkshop({
      failRate: 0.2,
      faults: { 'cut-after-charge': 0.1, 'broken-json': 0.1, 'server-error': 0.1, 'truncated-file': 0.1, 'status-error': 0.1 },
    });
    const rows = Array.from({ length: 10 }, (_, n) => ({ n }));
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
    let printed = '';
    for (const argv of [
      ['plan', 'm.yaml'],
      ['run', 'm.yaml', '--yes', '--log-level', 'trace', '--log-file', 'log.json'],
      ['run', 'm.yaml', '--yes', '--events', '--log-level', 'trace'],
      ['status', '--json'],
      ['jobs', '--json'],
      ['report', '--format', 'html', '--output', 'report.html'],
      ['report'],
      ['balance'],
      ['models'],
    ]) {
      const ran = await workshop.run(argv);
      printed += ran.stdout + ran.stderr;
    }
    expect(readFileSync(join(workshop.folder, 'log.json'), 'utf8')).toContain('"job"');
    expectNoKey(workshop, Object.values(workshop.sandbox.keys), printed);
    expect(workshop.sandbox.ledger.keyLeaks()).toBe(0);
  });

  test('from a .env beside the configuration works like one from the environment, and is shown no more', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('.env', `ULAZAI_API_KEY=${workshop.sandbox.keys.ulazai}\n`);
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'r', prompt: 'a pear' });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json'], { env: {} });
    expect(ran.code).toBe(0);
    expectNoKey(workshop, [workshop.sandbox.keys.ulazai], ran.stdout + ran.stderr);
  });

  test('in a prompt is refused before it is stored or sent', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'r', prompt: `a pear ${workshop.sandbox.keys.ulazai}` });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).not.toContain(workshop.sandbox.keys.ulazai);
    expect(workshop.requests()).toBe(0);
  });

  test('that is wrong is not printed by the refusal', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'r', prompt: 'a pear' });
    const key = 'ulazai_live_canary_0123456789abcdef';
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--log-level', 'trace'], { env: { ULAZAI_API_KEY: key } });
    expect(ran.code).toBe(3);
    expectNoKey(workshop, [key], ran.stdout + ran.stderr);
  });
});
