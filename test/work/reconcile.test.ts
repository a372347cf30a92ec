import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith, type PassedBack, type Passing } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop, type WorkshopOptions } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

type Entry = Record<string, unknown>;

/** One image whose answer is lost on the way, after the charge or before it, and a history that is told otherwise than it is. */
async function lostImage(
  charged: boolean,
  history: (entries: Entry[], answer: Record<string, unknown>, request: Passing) => PassedBack | null,
  options: WorkshopOptions = {},
): Promise<Workshop> {
  const workshop = await sandboxWorkshop(options);
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  let lost = false;
  servers.push(
    await meddleWith(workshop, async (request, ask) => {
      if (request.method === 'POST' && !lost) {
        lost = true;
        if (charged) await ask();
        return { status: 502, body: '<html>Bad gateway</html>' };
      }
      if (!request.path.includes('/history/')) return null;
      const { json } = await ask();
      const data = json.data as { generations: Entry[] };
      return history(data.generations, json, request);
    }),
  );
  return workshop;
}

const told = (json: Record<string, unknown>, generations: Entry[]): PassedBack => ({
  status: 200,
  body: { ...json, data: { ...(json.data as object), generations } },
});

describe('a lost submission', () => {
  test('that the history shows once is bound: no second POST, the charge booked', async () => {
    const workshop = await lostImage(true, () => null);
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({
      jobs: { done: 1 },
      money: { ulazai: { charged: 8, difference: 0 } },
    });
    expect(workshop.submissions()).toBe(1);
  });

  test('that a whole, newest-first history does not show is sent again', async () => {
    const workshop = await lostImage(false, () => null);
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 2 } });
    expect(workshop.spent().charged).toBe(8);
  });

  test.each<[string, Parameters<typeof lostImage>[1], string]>([
    ['is no list', () => ({ status: 200, body: { success: true, data: 'nothing here' } }), 'no list that can be recognised'],
    ['is refused', () => ({ status: 403, body: { success: false, error: 'not for you' } }), 'answered with 403'],
    ['fails', () => ({ status: 500, body: { success: false, error: 'Internal server error' } }), 'answered with 500'],
    ['is not JSON', () => ({ status: 200, body: '<html>' }), 'answered with 200 and no list'],
    [
      'is oldest first',
      (_, json) => told(json, [entry('old', -600_000), entry('new', -500_000), entry('newer', 0)]),
      'no list that can be recognised',
    ],
    ['shows no times', (_, json) => told(json, [{ id: 'x', prompt: 'something else' }]), 'does not show times'],
    [
      'never ends',
      (_, json, request) => {
        const page = new URLSearchParams(request.path.split('?')[1]).get('page');
        return told({ ...json, data: {} }, [entry(`a${page}`, 0), entry(`b${page}`, 0)]);
      },
      'goes back further than',
    ],
    [
      'gives the same page for every page',
      (_, json) => told({ ...json, data: {} }, [entry('a', 0), entry('b', 0)]),
      'does not say that it was read to its end',
    ],
  ])('with a history that %s stays unknown, exit code 7, and is never sent again', async (_, history, why) => {
    const workshop = await lostImage(false, history, { settle: '50ms' });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain(why);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      stopped: 'unknown',
      jobs: { unknown: 1 },
      money: { ulazai: { charged: 0, unknown: 8 } },
      requests: { submit: 1 },
    });
    // Nor by the next run.
    expect((await workshop.document(['run', 'm.yaml', '--yes'], 7)).requests.submit).toBe(0);
    expect(workshop.submissions()).toBe(0);
  });

  test('is looked for again, later each time: a history that is away for a while settles it in the same run', async () => {
    let since: number | null = null;
    const workshop = await lostImage(true, () => {
      since ??= performance.now();
      return performance.now() - since < 500 ? { status: 503, body: { success: false, error: 'Service unavailable' } } : null;
    });
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 1 } });
  });

  test('that two entries could be stays unknown, and neither is bound', async () => {
    const workshop = await lostImage(true, (entries, json) => told(json, [{ ...entries[0], id: 'another' }, ...entries]));
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect(run.jobs.unknown).toBe(1);
    expect((await workshop.jobs())[0]?.remote_id).toBeNull();
    expect(workshop.submissions()).toBe(1);
  });

  test('that stays unknown keeps its copies back, and the run ends all the same', async () => {
    const workshop = await lostImage(true, () => ({ status: 200, body: { success: true, data: 'nothing here' } }), { settle: '50ms' });
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear', copies: 3 });
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect(run).toMatchObject({ jobs: { unknown: 1, queued: 2 }, requests: { submit: 1 }, money: { ulazai: { unknown: 8, charged: 0 } } });
  });

  test('is not taken for an older one of the same prompt, whose time speaks against it', async () => {
    const workshop = await lostImage(false, (entries, json) => told(json, [...entries, entry('long-ago', -3_600_000, 'a pear')]));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 2 } });
  });

  test('is not taken for one that belongs to another job of this queue', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('first.yaml', { name: 'first', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
    await workshop.document(['run', 'first.yaml', '--yes']);
    workshop.write('m.yaml', { name: 'second', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
    let lost = false;
    servers.push(
      await meddleWith(workshop, async (request) => {
        if (request.method !== 'POST' || lost) return null;
        lost = true;
        return { status: 502, body: 'Bad gateway' };
      }),
    );
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 2 } });
    expect(workshop.spent().charged).toBe(16);
    expect(workshop.query('SELECT count(DISTINCT remote_id) FROM attempts')).toBe(2);
  });

  test('is not looked for before the settle window is over: an entry that comes late is still found', async () => {
    const started = performance.now();
    // The history shows it only after a while, as the window allows for.
    const workshop = await lostImage(true, (entries, json) => (performance.now() - started < 700 ? told(json, []) : told(json, entries)), {
      settle: '1500ms',
    });
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 1 } });
    expect(workshop.spent().charged).toBe(8);
  });
});

/** An entry of the history as the API shows it, its time relative to now in milliseconds. */
function entry(id: string, at: number, prompt = 'something else'): Entry {
  return { id, generation_type: 'image', status: 'completed', prompt, created_at: new Date(Date.now() + at).toISOString() };
}
