import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

test('a table without rows is said to have none, by plan and by run, and is no failure', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', 'model: ulazai/image\nrows: products.csv\nprompt: "{{ title }}"\n');
  workshop.write('products.csv', 'sku,title\n');
  for (const argv of [
    ['plan', 'm.yaml'],
    ['run', 'm.yaml', '--yes', '--quiet'],
    ['run', 'm.yaml', '--dry-run', '--json'],
  ]) {
    const { code, stderr } = await workshop.run(argv);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('warning: no jobs: products.csv has a header and no rows\n'),
    });
  }
});

test('one mistake in 3,000 rows does not bury the others, and --json lists each as far as it goes', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', 'model: ulazai/image\nrows: products.csv\nid: "{{ sku }}"\nprompt: x\npriority: "{{ rank }}"\n');
  const rows = Array.from({ length: 3_000 }, (_, n) => `sku-${n},rank-${n}`);
  workshop.write('products.csv', `sku,rank\n${rows.join('\n')}\nlast\n`);
  const plan = await workshop.run(['plan', 'm.yaml']);
  expect(plan).toMatchObject({ code: 2, stdout: '' });
  expect(plan.stderr.trim().split('\n')).toEqual([
    'error: products.csv:2: priority: found "rank-0"; allowed: a whole number',
    'error: products.csv:3: priority: found "rank-1"; allowed: a whole number',
    'error: products.csv:4: priority: found "rank-2"; allowed: a whole number',
    'error: … and 2,997 more like the last one in products.csv',
    'error: products.csv:3002: 1 cells, but the header has 2 columns (sku, rank)',
    'error: The manifest has 3,001 problems: correct them and try again. Nothing was stored or sent.',
  ]);
  const { code, stdout } = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
  const { problems } = JSON.parse(stdout) as { problems: { line: number }[] };
  expect([code, problems.length, problems.at(-1)?.line]).toEqual([2, 1_001, 3_002]);
});

test('a plan says how many jobs it does not list, and that changed ones are paid for again', async () => {
  const workshop = await sandboxWorkshop();
  const write = (from: number, to: number, what: string): void => {
    const rows = Array.from({ length: to - from }, (_, n) => ({ n: from + n }));
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: `${what} {{ n }}` });
  };
  write(0, 25, 'a pear');
  await workshop.document(['run', 'm.yaml', '--yes']);
  write(12, 40, 'a ripe pear');
  const { stdout } = await workshop.run(['plan', 'm.yaml']);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.includes(' more'))).toEqual(['New      and 5 more', 'Changed  and 3 more', 'Removed  and 2 more']);
  expect(lines).toContain('Changed  r12: params.prompt was "a pear 12", is now "a ripe pear 12" (8 credits)');
  expect(stdout).toContain('Changed jobs are new to the API: what was made of them before is paid for again');
  expect(stdout).toMatch(/^If an answer is lost: ulazai\/image is looked up in the history/m);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('one is one: a submission, a file', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', prompt: 'a pear' });
  const { stderr } = await workshop.run(['run', 'm.yaml', '--yes']);
  expect(stderr).toMatch(/Requests\s+1 submission, \d+ polls?, /);
  expect((await workshop.run(['status'])).stdout).toMatch(/^1 file saved, .*\(all attempts\)$/m);
});
