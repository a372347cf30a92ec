import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

test('a reconcile that was given no name works the batch run last, and says so to whoever else wants the queue', async () => {
  const workshop = await sandboxWorkshop({ settle: '5s' });
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows: [{ n: 1 }], id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method === 'POST' && path.includes('/generate')) await opened;
    return null;
  });
  const run = workshop.start(['run', 'm.yaml', '--events', '--yes']);
  await eventually('it is on its way', () => run.events().some(({ state }) => state === 'submitting'));
  run.child.kill('SIGKILL');
  await run.ended;

  const reconcile = workshop.start(['reconcile']);
  await eventually('it waits for the history', () => reconcile.stderr().includes('waiting'));
  expect((await workshop.run(['status'])).stdout).toContain('night: running, by process');
  expect((await workshop.run(['retry', '--yes'])).stderr).toContain(', batch night, since ');
  open();
  expect((await reconcile.ended).code).toBe(0);
  await between.close();
});
