import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { CancelDocument } from '../../src/cli/action-documents.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

function fruit(count: number): object {
  return {
    name: 'batch',
    model: 'ulazai/image',
    rows: Array.from({ length: count }, (_, row) => ({ row })),
    id: 'r{{ row }}',
    prompt: 'pear number {{ row }}',
  };
}

async function cancel(workshop: Workshop, ...argv: readonly string[]): Promise<CancelDocument['cancel']> {
  const ran = await workshop.run(['cancel', ...argv, '--json']);
  if (ran.code !== 0) throw new Error(`cancel ended with ${ran.code}: ${ran.stderr}`);
  return (JSON.parse(ran.stdout) as CancelDocument).cancel;
}

describe('cancel', () => {
  test('takes out what is queued, at no cost; retry --select state:canceled brings it back', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(4));
    await workshop.document(['run', 'm.yaml', '--max-cost', '16', '--partial'], 8);
    const expected = { batch: 'batch', canceled: 2, restored: 0, in_flight: 0, cost: { ulazai: { unit: 'credits', total: 2 * IMAGE } } };
    expect(await cancel(workshop, '--dry-run')).toEqual({ ...expected, dry_run: true });
    expect((await workshop.jobs()).filter(({ state }) => state === 'queued')).toHaveLength(2);
    expect(await cancel(workshop)).toEqual(expected);
    expect(await cancel(workshop)).toMatchObject({ canceled: 0, cost: {} });

    const stay = '2 canceled jobs stay canceled; `nightshift retry batch --select state:canceled` queues them';
    expect((await workshop.run(['plan', 'm.yaml'])).stdout.replaceAll(/\s+/g, ' ')).toContain(stay);
    expect((await workshop.run(['run', 'm.yaml', '--yes'])).stderr.replaceAll(/\s+/g, ' ')).toContain(stay);
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({ stopped: 'completed', jobs: { done: 2, canceled: 2 }, requests: { submit: 0 } });
    expect(workshop.spent().net).toBe(2 * IMAGE);

    const back = await workshop.run(['retry', '--select', 'state:canceled', '--yes', '--json']);
    expect(JSON.parse(back.stdout).retry).toMatchObject({ requeued: 2, cost: { ulazai: { total: 2 * IMAGE } } });
    expect((await workshop.document(['resume', '--yes'])).jobs).toMatchObject({ done: 4, canceled: 0 });
    expect(workshop.spent().net).toBe(4 * IMAGE);
  });

  test('--select takes out only those', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(3));
    await workshop.document(['run', 'm.yaml', '--max-cost', '0', '--partial'], 8);
    expect(await cancel(workshop, '--select', 'var.row=1')).toMatchObject({ canceled: 1 });
    expect((await workshop.jobs()).map(({ state }) => state)).toEqual(['queued', 'canceled', 'queued']);
  });

  test('of a regeneration leaves the finished job as it was, file and all', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    const [before] = await workshop.jobs();
    workshop.write('d.csv', 'id,attempt,decision,prompt\nr0,1,reject,another pear\n');
    await workshop.run(['regenerate', '--from', 'd.csv', '--yes']);
    expect(await cancel(workshop, '--dry-run')).toMatchObject({ canceled: 0, restored: 1 });
    expect(await cancel(workshop)).toMatchObject({ canceled: 0, restored: 1, cost: { ulazai: { total: IMAGE } } });
    expect((await workshop.jobs())[0]).toEqual(before);
    expect(JSON.parse((await workshop.run(['show', 'r0', '--json'])).stdout).job).toMatchObject({ asked_prompt: null, regenerations: [] });
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(0);
    // Asked for again, it is done again.
    expect((await workshop.run(['regenerate', '--from', 'd.csv', '--yes'])).stderr).toContain('1 job is queued again');
  });

  test('of an edit of a finished job leaves it as it was: the manifest put back costs nothing', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    const [before] = await workshop.jobs();
    workshop.write('m.yaml', { ...fruit(1), prompt: 'an apple' });
    await workshop.document(['run', 'm.yaml', '--max-cost', '8', '--partial'], 8);
    expect((await workshop.jobs())[0]).toMatchObject({ state: 'queued' });
    expect(await cancel(workshop, '--dry-run')).toMatchObject({ canceled: 0, restored: 1 });
    const canceled = await workshop.run(['cancel']);
    expect(canceled.stderr).toContain('while the manifest has it, the next `run` queues it again');
    expect((await workshop.jobs())[0]).toEqual(before);
    // The manifest's change is still one, with its price; put back, there is nothing to do.
    const planned = await workshop.run(['plan', 'm.yaml', '--json']);
    expect(JSON.parse(planned.stdout)).toMatchObject({ jobs: { changed: 1 }, cost: { ulazai: { to_pay: IMAGE } } });
    workshop.write('m.yaml', fruit(1));
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(0);
    expect((await workshop.jobs())[0]).toEqual(before);
    expect(workshop.files('out/batch')).toEqual(['r0.png']);
    expect(workshop.spent().net).toBe(IMAGE);
    expect((await workshop.run(['verify'])).code).toBe(0);
  });

  test('of another attempt that was asked for and then edited too leaves the job as before both', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    const [before] = await workshop.jobs();
    workshop.write('d.csv', 'id,attempt,decision,prompt\nr0,1,reject,another pear\n');
    await workshop.run(['regenerate', '--from', 'd.csv', '--yes']);
    workshop.write('m.yaml', { ...fruit(1), prompt: 'an apple' });
    await workshop.document(['run', 'm.yaml', '--max-cost', '8', '--partial'], 8);
    expect(await cancel(workshop)).toMatchObject({ canceled: 0, restored: 1 });
    expect((await workshop.jobs())[0]).toEqual(before);
    expect(JSON.parse((await workshop.run(['show', 'r0', '--json'])).stdout).job).toMatchObject({ asked_prompt: null, regenerations: [] });
  });

  test('of what has a finished result is no end of it: adopt makes it done', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    const [before] = await workshop.jobs();
    // As a cancel of an earlier version left it.
    const db = new Database(join(workshop.folder, '.nightshift/queue.db'));
    db.prepare(`UPDATE jobs SET state = 'canceled', completed_at = NULL, submitted_at = NULL`).run();
    db.close();
    expect((await workshop.run(['adopt', 'r0'])).code).toBe(0);
    expect((await workshop.jobs())[0]).toEqual(before);
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(0);
  });

  test('leaves it finished too when its further attempt was sent and proved never to have arrived', async () => {
    const faults: { 'cut-before-charge'?: number } = {};
    const workshop = await sandboxWorkshop({ faults, settle: '2s' });
    workshop.write('m.yaml', fruit(1));
    await workshop.document(['run', 'm.yaml', '--yes']);
    const [before] = await workshop.jobs();
    await workshop.run(['regenerate', 'r0', '--yes']);
    faults['cut-before-charge'] = 1;
    await workshop.document(['resume', '--yes', '--max-duration', '800ms'], 7);
    await workshop.run(['reconcile']);
    delete faults['cut-before-charge'];
    expect((await workshop.jobs())[0]).toMatchObject({ state: 'queued', attempt: 1 });
    expect(await cancel(workshop)).toMatchObject({ canceled: 0, restored: 1 });
    expect((await workshop.jobs())[0]).toEqual(before);
    expect((await workshop.run(['verify'])).code).toBe(0);
    // The number is used again.
    await workshop.run(['regenerate', 'r0', '--yes']);
    await workshop.document(['resume', '--yes']);
    expect((await workshop.jobs())[0]).toMatchObject({ state: 'done', attempt: 2 });
    expect(workshop.files('out/batch')).toEqual(['r0.a1.png', 'r0.png']);
    expect(workshop.spent().net).toBe(2 * IMAGE);
  });

  test('ends a run that only waits for a limit’s next window', async () => {
    const workshop = await sandboxWorkshop({ limits: '{ requests: 1000/1s, studio_submits: 1/1h }' });
    workshop.write('m.yaml', { ...fruit(3), model: 'ulazai/studio/veo31_fast', params: { aspect_ratio: '16:9' } });
    const running = workshop.start(['run', 'm.yaml', '--yes', '--events']);
    await expect.poll(() => running.events().some(({ state }) => state === 'done'), { timeout: 20_000 }).toBe(true);
    expect(await cancel(workshop)).toMatchObject({ canceled: 2 });
    expect((await running.ended).code).toBe(0);
    expect(running.events().at(-1)).toMatchObject({ event: 'done', jobs: { done: 1, canceled: 2 } });
    expect(workshop.submissions()).toBe(1);
  }, 60_000);

  test('from another terminal while a run works the batch: what is in flight is collected, nothing is paid and canceled at once', async () => {
    const workshop = await sandboxWorkshop({ speed: 60 });
    workshop.write('m.yaml', fruit(40));
    const running = workshop.start(['run', 'm.yaml', '--yes', '--events']);
    await new Promise<void>((resolve) => {
      running.child.stdout?.on('data', () => {
        if (running.events().some(({ event, state }) => event === 'job' && state === 'done')) resolve();
      });
    });
    const canceling = workshop.start(['cancel', '--json']);
    const canceled = (JSON.parse((await canceling.ended).stdout) as CancelDocument).cancel;
    expect(canceled.canceled).toBeGreaterThan(10);
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    const { jobs, money } = running.events().at(-1) as unknown as {
      jobs: Record<string, number>;
      money: { ulazai: Record<string, number> };
    };
    expect(jobs).toMatchObject({ total: 40, canceled: canceled.canceled, done: 40 - canceled.canceled, queued: 0 });
    expect(workshop.submissions()).toBe(jobs.done);
    expect(workshop.spent().net).toBe(jobs.done! * IMAGE);
    expect(money.ulazai).toMatchObject({ net: jobs.done! * IMAGE, difference: 0 });
  }, 60_000);
});
