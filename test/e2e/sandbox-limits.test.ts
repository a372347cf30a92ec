import { afterEach, expect, test } from 'vitest';
import type { StatusDocument } from '../../src/cli/documents.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

test('status of a run on a sandbox goes by the limits of the sandbox: as fast as it plays, not those of the account', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 100/1m }' });
  const rows = Array.from({ length: 300 }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  const run = workshop.start(['run', 'm.yaml', '--sandbox', '--events']);
  const done = () => run.events().filter(({ state }) => state === 'done').length;
  await eventually('it is well at work', () => done() >= 12);
  const { code, stdout } = await workshop.run(['status', '--sandbox', '--json']);
  expect(code).toBe(0);
  const status = JSON.parse(stdout) as StatusDocument;
  const [window] = status.limits.ulazai!.windows;
  expect(window).toMatchObject({ name: 'requests', max: 100, seconds: 1 });
  expect(window!.used).toBeLessThanOrEqual(100);
  // Hundreds of pictures, a few requests each: by the account's limits a dozen minutes and more.
  expect(status.remaining!.low).toBeLessThan(300);
  run.child.kill('SIGINT');
  await run.ended;
});
