import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ReconcileDocument } from '../../src/cli/documents.ts';
import { eventually } from '../support/eventually.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop, type WorkshopOptions } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

async function workshopOf(model: string, params: object, options: WorkshopOptions): Promise<Workshop> {
  const workshop = await sandboxWorkshop(options);
  workshop.write('m.yaml', { name: 'batch', model, params, rows: [{ n: 1 }, { n: 2 }, { n: 3 }], id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

async function reconcile(workshop: Workshop, code: number, ...flags: string[]): Promise<ReconcileDocument['reconcile']> {
  const ran = await workshop.run(['reconcile', ...flags, '--json']);
  expect(ran, ran.stderr).toMatchObject({ code });
  return (JSON.parse(ran.stdout) as ReconcileDocument).reconcile;
}

const KLING = { duration: 5, quality: 'std' };

describe('outcomes that no history can settle', () => {
  test('are named with what they may have cost, and never sent again by themselves', async () => {
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults: { 'cut-after-charge': 1 } });
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect(run).toMatchObject({ stopped: 'unknown', jobs: { unknown: 3 }, money: { ulazai: { unknown: 300, charged: 0 } } });
    const { unknown } = await reconcile(workshop, 7);
    expect(unknown.map(({ id, possible_cost }) => [id, possible_cost])).toEqual([
      ['r1', 100],
      ['r2', 100],
      ['r3', 100],
    ]);
    // Evidence for the person, never proof.
    for (const { why } of unknown) expect(why).toContain('the account shows 3 bookings of 100 credits at about that time');
    await workshop.document(['resume', 'batch', '--yes'], 7);
    expect(workshop.submissions()).toBe(3);
  });

  test('--abandon gives them up: failed, with the money booked as it may have been taken', async () => {
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults: { 'cut-after-charge': 1 } });
    await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect((await reconcile(workshop, 0, '--abandon', '--yes')).abandoned).toEqual(['r1', 'r2', 'r3']);
    const status = await workshop.document(['status']);
    expect(status).toMatchObject({ jobs: { unknown: 0, failed: 3 }, money: { ulazai: { unknown: 0, charged: 300, difference: 0 } } });
    expect((await workshop.jobs()).map((job) => job.error?.charged)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('--abandon needs a yes, for it books money; what is given up is tried again only by name', async () => {
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults: { 'cut-after-charge': 1 } });
    await workshop.document(['run', 'm.yaml', '--yes'], 7);
    for (const more of [[], ['--max-cost', '900']]) {
      const unasked = await workshop.run(['reconcile', '--abandon', ...more]);
      expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('This would book 300 credits of ulazai as charged') });
      expect(unasked.stderr).toContain('Nothing was booked');
    }
    expect(await workshop.document(['status'])).toMatchObject({ jobs: { unknown: 3 }, money: { ulazai: { unknown: 300, charged: 0 } } });
    await reconcile(workshop, 0, '--abandon', '--yes');
    const shown = (await workshop.run(['show', 'r1'])).stdout.replaceAll(/\s+/g, ' ');
    expect(shown).toContain('nobody promised a refund');
    expect(shown).not.toMatch(/is promised|Refund promised/);
    const report = (await workshop.run(['report', '--format', 'md'])).stdout;
    expect(report).not.toContain('To try the failed ones again');
    expect(report).toContain('nightshift retry batch --select id:JOB');
    const retried = await workshop.run(['retry', '--yes']);
    expect(retried.stderr).toMatch(/3 jobs left: paid and lost, or given up .*--select id:JOB/);
    expect((await workshop.document(['status'])).jobs).toMatchObject({ failed: 3, queued: 0 });
  });

  test('--abandon of what never arrived: the account shows it, and status books it back', async () => {
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults: { 'cut-before-charge': 1 } });
    await workshop.document(['run', 'm.yaml', '--yes'], 7);
    for (const { why } of (await reconcile(workshop, 7)).unknown)
      expect(why).toMatch(/no booking of 100 credits|has no documented history/);
    await reconcile(workshop, 0, '--abandon', '--yes');
    const status = await workshop.document(['status']);
    expect(status.money.ulazai).toMatchObject({ charged: 300, refunded: 300, net: 0, difference: 0 });
    expect((await workshop.jobs()).map((job) => job.error?.charged)).toEqual(['no', 'no', 'no']);
  });

  test('stay unknown until somebody decides: plan and resume --dry-run promise no proof, and no run asks to pay for them', async () => {
    const faults: { 'cut-after-charge'?: number } = { 'cut-after-charge': 1 };
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults });
    await workshop.document(['run', 'm.yaml', '--yes'], 7);
    const said =
      '3 jobs of unknown outcome (300 credits of ulazai): no history can settle them; they stay unknown until you decide with `nightshift reconcile batch`';
    for (const argv of [
      ['plan', 'm.yaml'],
      ['resume', '--dry-run'],
    ]) {
      const shown = (await workshop.run(argv)).stdout.replaceAll(/\s+/g, ' ');
      expect(shown).toContain(said);
      expect(shown).not.toMatch(/prove never to have arrived|looked up/);
    }
    const again = await workshop.run(['resume']);
    expect(again.code).toBe(7);
    expect(again.stderr).not.toContain('settled if that is possible');
    const more = { name: 'batch', model: 'ulazai/kling-3.0', params: KLING, rows: [1, 2, 3, 4].map((n) => ({ n })) };
    workshop.write('m.yaml', { ...more, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
    const asked = await workshop.run(['run', 'm.yaml']);
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('would spend 100 credits of ulazai for 1 job. Nobody') });
  });

  test('--resubmit takes no budget for a word, and says so: what it may pay twice was not thought of in the manifest', async () => {
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults: { 'cut-after-charge': 1 } });
    const rows = [{ n: 1 }];
    workshop.write('m.yaml', {
      name: 'batch',
      model: 'ulazai/kling-3.0',
      params: KLING,
      budget: 900,
      rows,
      id: 'r{{ n }}',
      prompt: 'pear',
    });
    await workshop.document(['run', 'm.yaml'], 7);
    const unasked = await workshop.run(['reconcile', '--resubmit']);
    expect(unasked).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give --yes or --max-cost N; a budget is no leave to pay twice'),
    });
    expect((await reconcile(workshop, 0, '--resubmit', '--yes')).resubmitted).toEqual(['r1']);
  });

  test('--resubmit needs a word, keeps to the cap, and is a new attempt', async () => {
    const workshop = await workshopOf('ulazai/kling-3.0', KLING, { faults: { 'cut-after-charge': 1 } });
    await workshop.document(['run', 'm.yaml', '--yes'], 7);
    const unasked = await workshop.run(['reconcile', '--resubmit']);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('300 credits of ulazai a second time') });
    expect(unasked.stderr).toMatch(/would spend \d+ credits of ulazai a second time, for 3 jobs that may have been paid already\. Nobody/);
    const capped = await workshop.run(['reconcile', '--resubmit', '--max-cost', '599']);
    expect(capped).toMatchObject({ code: 8, stderr: expect.stringContaining('Nothing was changed') });
    expect((await workshop.document(['status'])).jobs.unknown).toBe(3);
    expect((await reconcile(workshop, 0, '--resubmit', '--max-cost', '600')).resubmitted).toEqual(['r1', 'r2', 'r3']);
    expect((await workshop.document(['status'])).jobs.queued).toBe(3);
    await workshop.document(['resume', '--yes'], 7);
    expect((await workshop.jobs()).map((job) => job.attempt)).toEqual([2, 2, 2]);
    // What is unknown may still hold a place there that is free here: such a 429 cost nothing.
    expect(workshop.submissions() - workshop.sandbox.ledger.throttled()).toBe(6);
  });
});

test('what the history shows is found, and the next resume collects it without another submission', async () => {
  const workshop = await workshopOf('ulazai/image', {}, { faults: { 'cut-after-charge': 1 }, settle: '2s' });
  const cli = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('an outcome is unknown', () => cli.events().some((event) => event.event === 'job' && event.state === 'unknown'));
  cli.child.kill('SIGKILL');
  await cli.ended;
  const sent = workshop.submissions();
  const { found, unknown } = await reconcile(workshop, 0);
  expect(found.length).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
  expect(workshop.submissions()).toBe(sent);
});

test.each([
  ['edited', 'id,prompt\nplum,a plum\npear,a ripe pear\n', ['a plum', 'a ripe pear']],
  ['removed', 'id,prompt\nplum,a plum\n', ['a plum']],
])('what never arrived and was %s meanwhile is not sent as it was', async (_what, after, made) => {
  const faults: { 'cut-before-charge'?: number } = { 'cut-before-charge': 1 };
  const workshop = await sandboxWorkshop({ faults, settle: '2s' });
  workshop.write('m.csv', 'id,prompt,model\npear,a pear,ulazai/image\n');
  await workshop.document(['run', 'm.csv', '--yes', '--max-duration', '800ms'], 7);
  delete faults['cut-before-charge'];
  workshop.write('m.csv', after.replace('prompt\n', 'prompt,model\n').replaceAll(/(plum|pear)\n/g, '$1,ulazai/image\n'));
  await workshop.document(['run', 'm.csv', '--yes']);
  expect([...workshop.chargesByPrompt().keys()]).toEqual(['a plum']);
  await workshop.document(['run', 'm.csv', '--yes']);
  expect([...workshop.chargesByPrompt()]).toEqual(made.map((prompt) => [prompt, 1]));
});

test.each([
  ['edited', [{ id: 'pear', prompt: 'a ripe pear' }], ['a ripe pear']],
  ['removed', [{ id: 'plum', prompt: 'a plum' }], ['a plum']],
])('what was %s while its outcome was unknown is not sent as it was by a resume either', async (_what, after, made) => {
  const faults: { 'cut-before-charge'?: number } = { 'cut-before-charge': 1 };
  const workshop = await sandboxWorkshop({ faults, settle: '1h' });
  const manifest = { name: 'batch', model: 'ulazai/image' };
  workshop.write('m.yaml', { ...manifest, jobs: [{ id: 'pear', prompt: 'a pear' }] });
  await stoppedAt(workshop, 'unknown');
  delete faults['cut-before-charge'];
  workshop.write('m.yaml', { ...manifest, jobs: after });
  await stoppedAt(workshop, 'looked up');
  workshop.write('nightshift.config.yaml', readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8').replaceAll('1h', '300ms'));
  const resumed = await workshop.run(['resume', '--yes']);
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('the manifest has it otherwise now, or no more') });
  expect(resumed.stderr).not.toContain('everything is there');
  expect(workshop.chargesByPrompt().has('a pear')).toBe(false);
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect([...workshop.chargesByPrompt()]).toEqual(made.map((prompt) => [prompt, 1]));
});

test('the question before spending names what may be sent again beside what is new, and so does the plan', async () => {
  const faults: { 'cut-before-charge'?: number } = { 'cut-before-charge': 1 };
  const workshop = await sandboxWorkshop({ faults, settle: '1h' });
  const dear = { id: 'film', model: 'ulazai/veo3', prompt: 'a film' };
  workshop.write('m.yaml', { name: 'batch', jobs: [dear] });
  await stoppedAt(workshop, 'unknown');
  delete faults['cut-before-charge'];
  workshop.write('m.yaml', { name: 'batch', jobs: [dear, { id: 'pear', model: 'ulazai/image', prompt: 'a pear' }] });
  const again = '300 credits of ulazai for 1 job of unknown outcome, as far as they prove never to have arrived';
  expect((await workshop.run(['plan', 'm.yaml'])).stdout.replaceAll(/\s+/g, ' ')).toContain(again);
  const plan = JSON.parse((await workshop.run(['plan', 'm.yaml', '--json'])).stdout);
  expect(plan.cost.ulazai).toMatchObject({ to_pay: 8, unknown: { jobs: 1, amount: 300 } });
  const both = `would spend 8 credits of ulazai for 1 job, and ${again}. Nobody`;
  expect(await workshop.run(['run', 'm.yaml'])).toMatchObject({ code: 2, stderr: expect.stringContaining(both) });
  await stoppedAt(workshop, 'looked up', '--select', 'id:film');
  expect(JSON.parse((await workshop.run(['resume', '--dry-run', '--json'])).stdout)).toMatchObject({
    cost: { ulazai: { to_pay: 8, unknown: { jobs: 1, amount: 300 } } },
  });
  expect(await workshop.run(['resume'])).toMatchObject({ code: 2, stderr: expect.stringContaining(both) });
  expect(workshop.spent().charged).toBe(0);
});

/** Runs until an event says a word, and then Ctrl-C. */
async function stoppedAt(workshop: Workshop, word: string, ...flags: string[]): Promise<void> {
  const signals = new EventEmitter();
  const onEvent = (event: object): void => void (JSON.stringify(event).includes(word) && signals.emit('SIGINT'));
  const { code, stderr } = await workshop.run(['run', 'm.yaml', '--yes', '--events', ...flags], { signals, onEvent });
  expect(code, stderr).toBe(130);
}

describe('a job that waits for the unknown outcome of another batch', () => {
  /** The pear of the batch `first` was sent, its answer was lost, and its run was interrupted; the batch `second` asks for the same. */
  async function lostElsewhere(
    history: 'readable' | 'broken',
    arrived: boolean,
  ): Promise<{ readonly workshop: Workshop; mendHistory(): void }> {
    const workshop = await sandboxWorkshop();
    const pear = { id: 'pear', prompt: 'a pear' };
    workshop.write('first.yaml', { name: 'first', model: 'ulazai/image', jobs: [pear] });
    workshop.write('second.yaml', { name: 'second', model: 'ulazai/image', jobs: [pear, { id: 'plum', prompt: 'a plum' }] });
    let [lost, broken] = [false, history === 'broken'];
    servers.push(
      await meddleWith(workshop, async ({ method, path }, ask) => {
        if (broken && path.includes('history')) return { status: 404, body: { success: false, error: 'Not found' } };
        if (method !== 'POST' || lost) return null;
        lost = true;
        if (arrived) await ask();
        return { status: 502, body: 'Bad gateway' };
      }),
    );
    const signals = new EventEmitter();
    const onEvent = ({ state }: { readonly state?: unknown }) => void (state === 'unknown' && signals.emit('SIGINT'));
    const ran = await workshop.run(['run', 'first.yaml', '--yes', '--events'], { signals, onEvent });
    expect(ran.code, ran.stderr).toBe(130);
    return {
      workshop,
      mendHistory: () => {
        broken = false;
      },
    };
  }

  const states = async (workshop: Workshop, batch: string): Promise<unknown> =>
    JSON.parse((await workshop.run(['jobs', batch, '--json'])).stdout).jobs.map((job: { state: string }) => job.state);

  test.each([
    ['never arrived', false, 'queued'],
    ['is there', true, 'processing'],
  ] as const)('is made once the history shows that the other %s, which is left to a run of its own', async (_, arrived, left) => {
    const { workshop } = await lostElsewhere('readable', arrived);
    const ran = await workshop.run(['run', 'second.yaml', '--yes', '--events']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await states(workshop, 'second')).toEqual(['done', 'done']);
    expect(await states(workshop, 'first')).toEqual([left]);
    expect(ran.stdout).toContain(`"pear of batch first: ${arrived ? 'found in the history' : 'not in the history: back to the queue'}"`);
    // What becomes of the other is no event of this batch's job of that name.
    const events = ran.stdout.trimEnd().split('\n');
    expect(events.filter((line) => line.includes('"id":"pear"') && line.includes('"state":"submitting"'))).toHaveLength(1);
    expect(events.filter((line) => line.includes('"id":"pear"') && line.includes('"state":"queued"'))).toEqual([]);
    expect(await workshop.document(['run', 'first.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 } });
    expect(Object.fromEntries(workshop.chargesByPrompt())).toEqual({ 'a pear': 2, 'a plum': 1 });
  });

  test('stays queued where no history settles it: the run ends with 7, and it, show and status say what is waited for', async () => {
    const { workshop, mendHistory } = await lostElsewhere('broken', false);
    const ran = await workshop.run(['run', 'second.yaml', '--yes', '--json']);
    expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([7, { stopped: 'unknown', jobs: { queued: 1, done: 1 } }]);
    expect(ran.stderr).toContain('queued jobs wait for the outcome of pear of batch first');
    expect(ran.stderr).toContain('`nightshift reconcile first`');
    expect(await workshop.document(['status', 'second'])).toMatchObject({ stopped: 'unknown' });
    const { why, next } = JSON.parse((await workshop.run(['show', 'pear', '--batch', 'second', '--json'])).stdout).job;
    expect(why).toContain('it waits for the outcome of pear of batch first');
    expect(next[0]).toContain('nightshift reconcile first');

    mendHistory();
    expect((await workshop.run(['reconcile', 'first'])).code).toBe(0);
    expect(await workshop.document(['resume', 'second', '--yes'])).toMatchObject({ stopped: 'completed', jobs: { done: 2 } });
  });
});
