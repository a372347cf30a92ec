import { expect, test } from 'vitest';
import { registry } from '../../../jobs/index.ts';
import { lostAnswerLine } from '../../../src/cli/engine/lost-answer-line.ts';

function lineOf(...families: string[]): string | null {
  return lostAnswerLine(
    registry.jobTypes.filter(({ family }) => families.includes(family)),
    { ulazai: { settleMs: 60_000, submitTimeoutMs: 60_000 }, mayanio: { settleMs: null, submitTimeoutMs: 900_000 } },
    'nightshift reconcile spring',
  );
}

test('one family is, several are; what has no history is named', () => {
  expect(lineOf()).toBeNull();
  expect(lineOf('ulazai/image')).toMatch(/^If an answer is lost: ulazai\/image is looked up in the history after 60 s$/);
  expect(lineOf('ulazai/image', 'ulazai/video')).toMatch(/ulazai\/image, ulazai\/video are looked up in the history/);
  // A synchronous answer may come for as long as it is waited for, and only then the settle window begins.
  expect(lineOf('mayanio/images')).toMatch(/is looked up in the history within 16 min$/);
  expect(lineOf('ulazai/sora-2')).toMatch(/ulazai\/sora-2 has none, and waits for `nightshift reconcile spring`/);
  expect(lineOf('ulazai/sora-2', 'ulazai/kling-3.0')).toMatch(/have none, and wait for/);
});
