import { expect, onTestFinished, test } from 'vitest';
import { sandboxWorkshop } from '../support/sandbox-workshop.ts';
import { echoingApi } from './support/echoing-api.ts';

const ROUNDS = 20;
const STARTERS = 8;

test(`${ROUNDS} rounds of ${STARTERS} simultaneous starts: one works, the others end with 2 and name it, nothing is paid twice`, {
  timeout: 300_000,
}, async () => {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  // What was submitted is not finished before the others have ended: the winner is at work all the while.
  let finished = false;
  const api = await echoingApi({ poll: ({ json }) => (finished ? false : json(200, { id: 'any', status: 'PROCESSING' })) }, () => {});
  onTestFinished(() => api.close());
  workshop.write('nightshift.config.yaml', {
    providers: { ulazai: { base_url: api.url, limits: { requests: '1000/1s' }, poll: { min: '20ms', max: '50ms' } } },
  });
  const submissions = (): number => api.requests.filter(({ method }) => method === 'POST').length;
  for (let round = 0; round < ROUNDS; round++) {
    finished = false;
    const rows = [{ n: 1 }, { n: 2 }];
    workshop.write('m.yaml', { name: `round-${round}`, model: 'ulazai/image', rows, id: 'j{{ n }}', prompt: `pear {{ n }} of ${round}` });
    const starters = Array.from({ length: STARTERS }, () => workshop.start(['run', 'm.yaml', '--yes', '--quiet']));
    let over = 0;
    const ends = await Promise.all(
      starters.map(async ({ child, ended }) => {
        const end = await ended;
        over += 1;
        if (over === STARTERS - 1) finished = true;
        return { pid: child.pid, code: end.code, stderr: end.stderr };
      }),
    );
    const winners = ends.filter(({ code }) => code === 0);
    expect([round, winners.length, ends.map(({ stderr }) => stderr)]).toEqual([round, 1, expect.anything()]);
    const named = new RegExp(`is being worked by process ${winners[0]?.pid} on \\S+, batch (?:round-${round}|m\\.yaml), since `);
    for (const { code, stderr } of ends.filter((end) => end !== winners[0]))
      expect([code, stderr]).toEqual([2, expect.stringMatching(named)]);
    expect(submissions()).toBe(2 * (round + 1));
  }
  const bodies = api.requests.filter(({ method }) => method === 'POST').map(({ body }) => body.toString());
  expect(new Set(bodies).size).toBe(2 * ROUNDS);
  expect(workshop.query("SELECT count(*) FROM jobs WHERE state = 'done'")).toBe(2 * ROUNDS);
  expect(workshop.query('PRAGMA integrity_check')).toBe('ok');
});
