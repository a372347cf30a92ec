import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ask } from '../../src/cli/confirm-spend.ts';
import { Capture } from './surroundings.ts';

const terminal = () => ({ input: Object.assign(new PassThrough(), { isTTY: true }), output: new Capture(true) });

test('a wish to stop, by SIGTERM too, ends a question that nobody answers', async () => {
  const stop = new AbortController();
  const asked = ask('Go on? [y/N] ', terminal(), stop.signal);
  stop.abort();
  expect(await asked).toBe('interrupted');
  expect(await ask('Go on? [y/N] ', terminal(), stop.signal)).toBe('interrupted');
});
