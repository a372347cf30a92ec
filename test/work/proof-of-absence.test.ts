import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ulazaiStudio } from '../../jobs/ulazai/studio.ts';
import { judgeFailure } from '../../src/queue/judge-failure.ts';
import { lostOutcome } from '../../src/work/lost-outcome.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
const realNow = Date.now;
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

type Entry = Record<string, unknown> & { prompt?: string; created_at?: string };

const PROMPT = 'a pear with a leaf on a white plate, soft light from the left';

/** An image that is charged while its answer is lost, a history told by `entries`, and a provider whose clock is `skewMs` ahead. */
async function chargedAndLost(entries: (found: Entry[]) => Entry[], skewMs = 0): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: PROMPT });
  let lost = false;
  const shifted = (time: string): string => new Date(Date.parse(time) + skewMs).toISOString();
  servers.push(
    await meddleWith(workshop, async (request, ask) => {
      if (request.method === 'POST' && !lost) {
        lost = true;
        await ask();
        return { status: 502, body: '<html>Bad gateway</html>' };
      }
      if (request.path.startsWith('/files/')) return null;
      const { status, json } = await ask();
      const headers = { date: new Date(Date.now() + skewMs).toUTCString() };
      if (!request.path.includes('/history/')) return { status, headers, body: json };
      const found = (json.data as { generations: Entry[] }).generations.map((entry) => ({
        ...entry,
        created_at: shifted(entry.created_at!),
      }));
      return { status, headers, body: { ...json, data: { ...(json.data as object), generations: entries(found) } } };
    }),
  );
  return workshop;
}

describe('a submission that was charged is not taken for absent', () => {
  test.each([-600_000, 600_000, -7_200_000])('by a provider whose clock is %i ms ahead of ours', async (skewMs) => {
    const workshop = await chargedAndLost((found) => found, skewMs);
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.submissions()).toBe(1);
    expect(workshop.spent().charged).toBe(8);
  });

  test('because the history cuts the prompt without a sign', async () => {
    const workshop = await chargedAndLost((found) => found.map((entry) => ({ ...entry, prompt: String(entry.prompt).slice(0, 30) })));
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect(run.jobs.unknown).toBe(1);
    expect(workshop.submissions()).toBe(1);
  });

  test('because the history names the model in words of its own', async () => {
    const workshop = await chargedAndLost((found) => found.map((entry) => ({ ...entry, model: 'Our best picture model' })));
    await workshop.run(['run', 'm.yaml', '--yes']);
    expect(workshop.submissions()).toBe(1);
  });

  test('because somebody asked for the same thing a minute before: that one is not bound', async () => {
    const workshop = await chargedAndLost(() => [
      { id: 'older', prompt: PROMPT, status: 'completed', created_at: new Date(Date.now() - 60_000).toISOString() },
    ]);
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect(run.jobs.unknown).toBe(1);
    expect(workshop.submissions()).toBe(1);
  });
});

describe('the clock of this machine is set between the submission and the look', () => {
  /**
   * One image whose answer is lost, charged or never arrived; Ctrl-C, the clock is set, and it is run again. `offMs`: how far our clock is off
   * before and after. The provider's is right, and told by `date`; the look is `passMs` after the loss, and the first one shows nothing then if it is 0.
   */
  async function lostAndSet(
    charged: boolean,
    offMs: readonly [number, number],
    date: (now: number) => string,
    passMs = 120_000,
  ): Promise<Workshop> {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: PROMPT });
    let lost = false;
    let passed = 0;
    let looks = 0;
    let chargedAt = 0;
    servers.push(
      await meddleWith(workshop, async ({ method, path }, ask) => {
        if (path.startsWith('/files/')) return null;
        const headers = { date: date(realNow() + passed) };
        if (method === 'POST' && !lost) {
          lost = true;
          chargedAt = realNow();
          if (charged) await ask();
          return { status: 502, headers, body: 'Bad gateway' };
        }
        const { status, json } = await ask();
        if (!path.includes('/history/')) return { status, headers, body: json };
        looks += 1;
        const found = passMs === 0 && looks === 1 ? [] : (json.data as { generations: Entry[] }).generations;
        const generations = found.map((entry) => ({ ...entry, created_at: new Date(chargedAt).toISOString() }));
        return { status, headers, body: { ...json, data: { ...(json.data as object), generations } } };
      }),
    );
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offMs[0]);
    const signals = new EventEmitter();
    const onEvent = (event: object): void => void ('state' in event && event.state === 'unknown' && signals.emit('SIGINT'));
    expect((await workshop.run(['run', 'm.yaml', '--yes', '--events'], { signals, onEvent })).code).toBe(130);
    // By what the queue holds every window is over then.
    passed = Math.max(offMs[0] - offMs[1], 0) + passMs;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + passed + offMs[1]);
    return workshop;
  }
  const http = (now: number): string => new Date(now).toUTCString();

  test.each([
    [-3_600_000, 0],
    [3_600_000, 0],
    [0, -3_600_000],
  ])('off by %i ms, then by %i ms: what was charged is found, and not paid for again', async (before, after) => {
    const workshop = await lostAndSet(true, [before, after], http);
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, money: { ulazai: { charged: 8 } } });
    expect(workshop.submissions()).toBe(1);
  });

  test('what the history shows a moment later is waited for, though the window seems to be over', async () => {
    const workshop = await lostAndSet(true, [-3_600_000, 0], http, 0);
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 } });
    expect(workshop.submissions()).toBe(1);
  });

  test('what the history does not show is sent again all the same', async () => {
    const workshop = await lostAndSet(false, [-3_600_000, 0], http);
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 1 } });
  });

  test('where no answer had a date, one like it at another time proves nothing: unknown, and not sent again', async () => {
    const workshop = await lostAndSet(true, [-30 * 3_600_000, 0], () => 'not said');
    const ran = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(ran).toMatchObject({ code: 7, stderr: expect.stringContaining('one like it at another time') });
    expect(workshop.submissions()).toBe(1);
  });
});

test('an accepted job that the status no longer knows is booked as it may have been charged', () => {
  const answer = { status: 404, headers: {}, json: { success: false, error: 'Job not found' }, text: '' };
  const outcome = ulazaiStudio.readPoll!(answer, 'id');
  if (outcome.kind !== 'missing') return expect.unreachable();
  const { failure, money } = lostOutcome(outcome.failure);
  expect(failure).toMatchObject({ class: 'lost', charged: 'unknown' });
  const settled = { charged: money.charged, refunded: money.refunded };
  expect(judgeFailure({ charged: null, quote: 100 }, settled, failure.charged)).toMatchObject({
    charge: 100,
    open: true,
    verdict: 'unknown',
  });
});

test('after a kill a tight balance neither refuses what fits nor leaves paid work behind', async () => {
  const workshop = await sandboxWorkshop({ balance: 500, speed: 60 });
  const rows = Array.from({ length: 5 }, (_, n) => ({ n }));
  const write = (jobs: readonly { n: number }[]): string =>
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/studio/veo31_fast', rows: jobs, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  write(rows);
  const cli = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  while (workshop.spent().charged < 500) await new Promise((resolve) => setImmediate(resolve));
  cli.child.kill('SIGKILL');
  await cli.ended;
  // One job more than the account can pay: it is refused, and what is in flight is collected all the same.
  write([...rows, { n: 5 }]);
  const ran = await workshop.run(['run', 'm.yaml', '--yes']);
  expect(ran.code).toBe(6);
  expect(workshop.files('out/batch').length).toBeGreaterThanOrEqual(4);
  expect(workshop.spent().charged).toBe(500);
});

test('a file host that has the file a moment later loses nothing', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: PROMPT });
  const host = await meddleWith(workshop, async (request, ask) => {
    if (request.path.startsWith('/files/') && refused++ < 2) return { status: 404, body: 'not yet' };
    if (!/\/generate\/[^/]+\/$/.test(request.path) || request.method !== 'GET' || request.path.includes('history')) return null;
    const { status, json } = await ask();
    return { status, body: JSON.stringify(json).replaceAll(workshop.sandbox.url, host.url) };
  });
  let refused = 0;
  servers.push(host);
  expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 } });
  expect(refused).toBeGreaterThan(2);
});

test('a price that only the model list tells is read before a budget is judged', async () => {
  const workshop = await sandboxWorkshop();
  const params = { aspect_ratio: '16:9', duration: 5, quality: '720p' };
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/studio/wan_2_6', id: 'pear', prompt: PROMPT, params, budget: 1000 });
  const ran = await workshop.run(['plan', 'm.yaml', '--json']);
  expect(ran, ran.stdout).toMatchObject({ code: 0 });
  expect(JSON.parse(ran.stdout)).toMatchObject({ cost: { ulazai: { unpriced_jobs: 0 } } });
});
