import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const JOBS = 250;

/** The balance: before the plan, before the first submission, and after the last. What it is meanwhile is reckoned from the answers. */
const FEW = 3;

test('hundreds of jobs under a true limit: no 429, and hardly a request for the account', async () => {
  // The sandbox counts 100 in each of its minutes, as the real account does; here a minute lasts 200 ms.
  const workshop = await sandboxWorkshop({ speed: 300, limits: '{ requests: 100/200ms, concurrency: 5 }', balance: 5_000 });
  workshop.write('m.yaml', {
    name: 'batch',
    model: 'ulazai/image',
    matrix: { n: Array.from({ length: JOBS }, (_, n) => n) },
    id: 'r{{ n }}',
    prompt: 'pear {{ n }}',
  });
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  expect(run.jobs.done).toBe(JOBS);
  expect(run.requests).toMatchObject({ submit: JOBS, throttled: 0 });
  expect(run.requests.other).toBeLessThanOrEqual(FEW);
  const { submit, poll, other } = run.requests;
  // The files come from another host, and count nowhere.
  expect(workshop.requests() - JOBS).toBe(submit + poll + other);
}, 240_000);
