import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const pears = (count: number, more: object = {}) => ({
  name: 'batch',
  model: 'ulazai/image',
  rows: Array.from({ length: count }, (_, row) => ({ row })),
  id: 'r{{ row }}',
  prompt: '{{ row }} pears',
  ...more,
});

/** Refused for want of leave, with nothing changed at the account. */
async function expectAsked(workshop: Workshop, ...argv: string[]): Promise<void> {
  const before = workshop.submissions();
  const ran = await workshop.run(argv);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('give --yes, --max-cost N, or a budget in the manifest')]);
  expect(workshop.submissions()).toBe(before);
}

describe('a --max-cost is leave for its own command only', () => {
  test('later ones keep to the cap, and want leave of their own', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(4));
    await workshop.document(['run', 'm.yaml', '--max-cost', '16', '--partial'], 8);
    await workshop.run(['set', 'concurrency', '2']);
    await expectAsked(workshop, 'resume', '--partial');
    await expectAsked(workshop, 'regenerate', 'r0');
    expect(workshop.query('SELECT count(*) FROM jobs WHERE state = ?', 'queued')).toBe(2);
    await workshop.run(['cancel']);
    await expectAsked(workshop, 'retry', '--select', 'state:canceled');
    expect((await workshop.run(['retry', '--select', 'state:canceled', '--yes'])).code).toBe(0);
    // Still the cap.
    expect((await workshop.run(['resume', '--yes'])).code).toBe(8);
    expect((await workshop.run(['resume', '--max-cost', '24', '--partial'])).code).toBe(8);
    await expectAsked(workshop, 'resume', '--partial');
    expect(workshop.spent().charged).toBe(24);
  });

  test('a budget of the manifest is leave for all that come after', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(3, { budget: 40 }));
    await workshop.document(['run', 'm.yaml', '--select', 'id:r0']);
    await workshop.document(['resume']);
    expect((await workshop.run(['regenerate', 'r0'])).code).toBe(0);
    await workshop.document(['resume']);
    expect(workshop.spent().charged).toBe(32);
    // In the place of the budget, for once and more than it said.
    expect((await workshop.run(['regenerate', 'r1', '--yes'])).code).toBe(0);
    workshop.write('m.yaml', pears(4, { budget: 40 }));
    await workshop.document(['run', 'm.yaml', '--select', 'id:r3', '--max-cost', '100']);
    await expectAsked(workshop, 'resume');
  });
});

describe('a cap that was set by hand', () => {
  test('at one provider is no leave to spend at the other', async () => {
    const workshop = await sandboxWorkshop();
    const plums = [1, 2].map((n) => ({ id: `plum${n}`, model: 'mayanio/nano-banana', prompt: `plum ${n}` }));
    workshop.write('m.yaml', { name: 'batch', jobs: [{ id: 'pear', model: 'ulazai/image', prompt: 'a pear' }, ...plums] });
    await workshop.document(['run', 'm.yaml', '--yes', '--select', 'id:pear']);
    expect((await workshop.run(['set', 'ulazai.max-cost', '8'])).code).toBe(0);
    await expectAsked(workshop, 'resume');
    expect((await workshop.run(['set', 'mayanio.max-cost', '16'])).code).toBe(0);
    await workshop.document(['resume']);
    expect(workshop.spent('mayanio').charged).toBe(16);
  });

  test('and the budget of the manifest: the lower counts, for the plan and for the run', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(5, { budget: 80 }));
    await workshop.document(['run', 'm.yaml', '--select', 'id:r1']);
    expect((await workshop.run(['set', 'max-cost', '16'])).code).toBe(0);
    expect((await workshop.run(['plan', 'm.yaml'])).stdout).toMatch(/16/);
    const refused = await workshop.run(['run', 'm.yaml']);
    expect([refused.code, refused.stderr]).toEqual([
      8,
      expect.stringMatching(/the cap is 16. It was set by hand: .*set ulazai.max-cost N/),
    ]);
    await workshop.document(['run', 'm.yaml', '--partial'], 8);
    expect(workshop.spent().charged).toBe(16);
    expect((await workshop.run(['set', 'max-cost', '1000'])).code).toBe(0);
    workshop.write('m.yaml', pears(5, { budget: 24 }));
    await workshop.document(['run', 'm.yaml', '--partial'], 8);
    expect(workshop.spent().charged).toBe(24);
    await workshop.document(['run', 'm.yaml', '--max-cost', '40']);
    expect(workshop.spent().charged).toBe(40);
  });
  test('above the budget of the manifest changes nothing, and who sets it is told what does', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(4, { budget: 16 }));
    await workshop.document(['run', 'm.yaml', '--partial'], 8);
    const set = await workshop.run(['set', 'max-cost', '32', '--json']);
    expect(set.stderr).toMatch(/max-cost is 32, but the budget of the manifest is 16, which is lower and counts: raise it there/);
    expect(set.stderr).not.toContain('keeps to it');
    expect(JSON.parse(set.stdout).set.changes).toEqual([{ provider: 'ulazai', key: 'max-cost', before: 16, value: 32, budget: 16 }]);
    const status = await workshop.run(['status']);
    expect(status.stdout).toContain('the cap is 16 credits (the budget of the manifest: lower than the 32 that were set), 16 of it spent');
    for (const argv of [['resume'], ['resume', '--yes'], ['run', 'm.yaml']]) {
      const refused = await workshop.run(argv);
      expect([refused.code, refused.stderr]).toEqual([8, expect.stringMatching(/the cap is 16\. Raise --max-cost or budget/)]);
    }
    expect((await workshop.run(['resume', '--partial'])).code).toBe(8);
    expect(workshop.spent().charged).toBe(16);

    // Raised where it is written, what was set is the lower one.
    workshop.write('m.yaml', pears(5, { budget: 80 }));
    const refused = await workshop.run(['run', 'm.yaml']);
    expect([refused.code, refused.stderr]).toEqual([8, expect.stringMatching(/the cap is 32. It was set by hand/)]);
    await workshop.document(['run', 'm.yaml', '--partial'], 8);
    expect((await workshop.run(['set', 'max-cost', '40'])).stderr).toContain('the next one keeps to it');
    await workshop.document(['resume']);
    expect(workshop.spent().charged).toBe(40);
  });

  test('goes on without the budget when the manifest has none any more', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(4, { budget: 16 }));
    await workshop.document(['run', 'm.yaml', '--partial'], 8);
    await workshop.run(['set', 'max-cost', '24']);
    workshop.write('m.yaml', pears(4));
    await workshop.document(['run', 'm.yaml', '--partial'], 8);
    expect(workshop.spent().charged).toBe(24);
  });
});
