import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { mayanioHistory } from '../../jobs/mayanio/history.ts';
import { meddleWith, type PassedBack } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

type Project = Record<string, unknown> & { readonly id: string; readonly prompt: string; readonly created_at: string };

/** An image whose entry shows that the ids of the history are those of the answers. */
const WITNESS = { id: 'witness', model: 'mayanio/nano-banana', prompt: 'a witness', priority: 9 };
const BANANA = { id: 'banana', model: 'mayanio/nano-banana', prompt: 'a ripe banana on a white plate, soft light' };

/** Looks at the history. */
class Looks {
  count = 0;
  #stop: { readonly at: number; readonly signals: EventEmitter } | null = null;

  another(): void {
    this.count += 1;
    if (this.count === this.#stop?.at) this.#stop.signals.emit('SIGINT');
  }

  /** Ctrl-C when another one begins after so many. */
  stopAfter(most: number): EventEmitter {
    this.#stop = { at: this.count + most + 1, signals: new EventEmitter() };
    return this.#stop.signals;
  }
}

/**
 * The answers to these prompts are lost, after the charge. Nobody proves absence while a test lasts: what is not found early is not found.
 * `show` makes of the history what it likes.
 */
async function lostAnswers(
  jobs: readonly object[],
  lost: readonly string[],
  show: (entries: readonly Project[]) => readonly Project[] = (entries) => entries,
): Promise<{ readonly workshop: Workshop; readonly looks: Looks }> {
  const workshop = await sandboxWorkshop({ mayanio: ['submit_timeout: 1h'] });
  workshop.write('m.yaml', { name: 'batch', jobs: [WITNESS, ...jobs] });
  const looks = new Looks();
  servers.push(
    await meddleWith(workshop, async ({ method, path, body }, ask): Promise<PassedBack | null> => {
      if (path.includes('/projects')) {
        looks.another();
        const { status, json } = await ask();
        const data = json.data as { projects: Project[] };
        return { status, body: { ...json, data: { ...data, projects: show(data.projects) } } };
      }
      if (method !== 'POST' || !lost.includes((JSON.parse(String(body)) as { prompt: string }).prompt)) return null;
      await ask();
      return { status: 502, body: 'Bad gateway' };
    }),
  );
  return { workshop, looks };
}

/** Runs until so many looks at the history brought nothing, and then Ctrl-C. */
async function unknownAfter(workshop: Workshop, looks: Looks, most: number): Promise<void> {
  const { code } = await workshop.run(['run', 'm.yaml', '--yes', '--events'], { signals: looks.stopAfter(most) });
  expect(code).toBe(130);
  expect((await workshop.jobs()).filter(({ state }) => state === 'unknown').map(({ id }) => id)).toContain('banana');
}

describe('a lost answer of a synchronous job', () => {
  test('is found as soon as its entry is there, long before absence could be proved: one charge, and the file', async () => {
    const { workshop, looks } = await lostAnswers([BANANA], [BANANA.prompt]);
    // The sandbox lives 300 times as fast: an hour would never end here.
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({ stopped: 'completed', jobs: { done: 2, unknown: 0 }, money: { mayanio: { charged: 16, unknown: 0 } } });
    expect(workshop.chargesByPrompt().get(BANANA.prompt)).toBe(1);
    expect(workshop.files('out/batch')).toEqual(['banana.png', 'witness.png']);
    expect(looks.count).toBeLessThanOrEqual(6);
  });

  test('is found by reconcile too, without waiting', async () => {
    let silent = true;
    const { workshop, looks } = await lostAnswers([BANANA], [BANANA.prompt], (entries) =>
      silent ? entries.filter(({ prompt }) => prompt !== BANANA.prompt) : entries,
    );
    await unknownAfter(workshop, looks, 1);
    silent = false;
    const reconciled = await workshop.run(['reconcile', '--json']);
    expect(JSON.parse(reconciled.stdout)).toMatchObject({ reconcile: { found: ['banana'], unknown: [] } });
    expect(workshop.chargesByPrompt().get(BANANA.prompt)).toBe(1);
  });

  const stranger = (entry: Project, change: object): Project => ({ ...entry, id: 'stranger', ...change });
  test.each<[string, (entries: readonly Project[]) => readonly Project[]]>([
    [
      'two entries could be it',
      (entries) => entries.flatMap((each) => (each.prompt === BANANA.prompt ? [each, stranger(each, {})] : [each])),
    ],
    [
      'its prompt is cut',
      (entries) => entries.map((each) => ({ ...each, prompt: each.prompt.length > 20 ? `${each.prompt.slice(0, 20)}...` : each.prompt })),
    ],
    [
      'its prompt is not shown',
      (entries) => entries.map(({ prompt, ...each }) => (prompt === BANANA.prompt ? each : { ...each, prompt }) as Project),
    ],
    [
      'the only entry is older than the request',
      (entries) =>
        entries
          .map((each) =>
            each.prompt === BANANA.prompt
              ? stranger(each, { created_at: new Date(Date.parse(each.created_at) - 20_000).toISOString() })
              : each,
          )
          .sort((a, b) => b.created_at.localeCompare(a.created_at)),
    ],
    [
      'another entry may be it in other words',
      (entries) =>
        entries.flatMap((each) =>
          each.prompt === BANANA.prompt ? [each, stranger(each, { prompt: BANANA.prompt.slice(0, 30) })] : [each],
        ),
    ],
    ['no entry of ours shows that the ids are those of the answers', (entries) => entries.filter(({ prompt }) => prompt === BANANA.prompt)],
    ['the entry has no file', (entries) => entries.map((each) => ({ ...each, url: null }))],
  ])('is left until absence can be proved where %s', async (_, show) => {
    const { workshop, looks } = await lostAnswers([BANANA], [BANANA.prompt], show);
    await unknownAfter(workshop, looks, 3);
    expect(workshop.chargesByPrompt().get(BANANA.prompt)).toBe(1);
  });

  test('is not bound to the entry of another job of ours that has no id yet and that the entry could be', async () => {
    // The list shows no ratio: the picture of the one is there, that of the other is not yet.
    const wide = { ...BANANA, id: 'wide', params: { aspect_ratio: '16:9' } };
    const { workshop, looks } = await lostAnswers([{ ...BANANA, params: { aspect_ratio: '1:1' } }, wide], [BANANA.prompt], (entries) => {
      const [one, ...others] = entries.filter(({ prompt }) => prompt === BANANA.prompt).map((each): Project => ({ ...each, metadata: {} }));
      return [...(one ? [one] : []), ...entries.filter((each) => each.prompt !== BANANA.prompt && !others.includes(each))];
    });
    await unknownAfter(workshop, looks, 4);
    expect((await workshop.jobs()).map(({ id, state }) => [id, state])).toEqual([
      ['witness', 'done'],
      ['banana', 'unknown'],
      ['wide', 'unknown'],
    ]);
  });

  test('of a model made from a picture is left: its entry shows nothing to tell it by', () => {
    const entry = { id: '1', createdAt: 0, raw: { prompt: 'a pear' } };
    const sent = { model: 'mayanio/image-to-3d', params: { prompt: 'a pear' } };
    expect(mayanioHistory('images').identifies?.(entry, sent)).toBe(true);
    expect(mayanioHistory('3d').identifies).toBeUndefined();
  });
});
