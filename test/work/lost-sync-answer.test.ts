import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

const BANANA = { id: 'banana', model: 'mayanio/nano-banana', prompt: 'a banana' };

interface Seen {
  readonly path: string;
  readonly at: number;
}

/** The first answer of each provider is cut off. `seen`: when each submission and each look at a history came. */
async function firstAnswersLost(
  jobs: readonly object[],
  submitTimeout: string,
): Promise<{ workshop: Workshop; seen: Seen[]; bananaLost: () => void }> {
  const workshop = await sandboxWorkshop({ mayanio: [`submit_timeout: ${submitTimeout}`] });
  workshop.write('m.yaml', { name: 'batch', jobs });
  const seen: Seen[] = [];
  const lost = new Set<string>();
  let bananaLost = (): void => {};
  const bananaIsLost = new Promise<void>((resolve) => {
    bananaLost = resolve;
  });
  servers.push(
    await meddleWith(workshop, async ({ method, path }) => {
      const history = path.includes('/projects') || path.includes('/history');
      if (method !== 'POST' && !history) return null;
      seen.push({ path, at: performance.now() });
      if (history || lost.has(path)) return null;
      lost.add(path);
      // The image is lost while the run already waits for the banana.
      if (path.includes('/generate/')) await bananaIsLost;
      return { status: 502, body: 'Bad gateway' };
    }),
  );
  return { workshop, seen, bananaLost };
}

describe('a lost answer of a synchronous job', () => {
  test('that never arrived is sent again only when it could not come any more; what can be looked up sooner does not wait for it', async () => {
    const image = { id: 'pear', model: 'ulazai/image', prompt: 'a pear' };
    const { workshop, seen, bananaLost } = await firstAnswersLost([BANANA, image], '3s');
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--events'], {
      onEvent: ({ event, message }) => {
        if (event === 'notice' && String(message).startsWith('banana: its answer was lost')) bananaLost();
      },
    });
    expect(ran.stderr).toContain('banana: its answer was lost; it is looked up in the history by ');
    const looks = seen.filter(({ path }) => path.includes('/projects'));
    const sent = seen.find(({ path }) => path.includes('/images'))!;
    const again = seen.filter(({ path }) => path.includes('/images'))[1]!;
    // 3 s until its answer could not come any more, and the settle window of 300 ms.
    expect(again.at - sent.at).toBeGreaterThan(3_200);
    expect(seen.indexOf(looks.at(-1)!)).toBeLessThan(seen.indexOf(again));
    // After 200 ms, 400 ms later, 800 ms, 1.6 s, and the last.
    expect(looks.length).toBeLessThanOrEqual(5);
    expect(seen.findIndex(({ path }) => path.includes('/history'))).toBeLessThan(seen.indexOf(looks.at(-1)!));
    expect((await workshop.jobs()).map(({ id, state }) => [id, state])).toEqual([
      ['banana', 'done'],
      ['pear', 'done'],
    ]);
  });

  test('is told of by status too, with the moment', async () => {
    const { workshop } = await firstAnswersLost([BANANA], '10m');
    const signals = new EventEmitter();
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--events'], {
      signals,
      onEvent: (event) => {
        if (event.event === 'notice' && String(event.message).includes('is looked up')) signals.emit('SIGINT');
      },
    });
    expect(ran.code).toBe(130);
    const { stdout } = await workshop.run(['status']);
    expect(stdout).toContain('banana: its answer was lost; it is looked up in the history by ');
  });
});
