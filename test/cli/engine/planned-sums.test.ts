import { expect, test } from 'vitest';
import { PlannedSums } from '../../../src/cli/engine/planned-sums.ts';
import { openEmptyQueue } from '../../../src/queue/open-queue.ts';
import { Staging } from '../../../src/queue/staging.ts';
import { planFiles } from '../../plan/plan-files.ts';

test('the sums of a batch that is not stored are those of its jobs beside an empty queue: models, prices that vary, unknown ones, savings', async () => {
  const { planned, lines } = await planFiles({
    'm.csv': [
      'id,model,prompt,duration,aspect_ratio,quality',
      'a,ulazai/image,A pear,,1:1,',
      'b,ulazai/kling-3.0,A pear that rolls,5,16:9,std',
      'c,ulazai/image,A plum,,1:1,',
      'd,ulazai/studio/nobody_knows_it,A fig,,,',
      'e,ulazai/kling-3.0,A plum that rolls,10,16:9,std',
      'f,ulazai/image/nobody_knows_it,A fig,,1:1,',
    ].join('\n'),
  });
  const models = new Set(planned.map(({ model }) => model));
  expect([lines, models.size]).toEqual([[], 4]);
  const db = openEmptyQueue();
  const staging = new Staging(db);
  const sums = new PlannedSums();
  for (const place of [staging, sums]) for (const part of [planned.slice(0, 2), planned.slice(2)]) place.add(part);
  expect(sums.all()).toBe(staging.all());
  expect(sums.counts()).toEqual(staging.counts(null));
  expect(sums.costs()).toEqual(staging.costs(null));
  expect(new Set(sums.costs().map(({ samePrice }) => samePrice))).toEqual(new Set([true, false]));
  expect(sums.costs().some(({ unpricedToPay }) => unpricedToPay > 0)).toBe(true);
  expect(sums.costs().some(({ publishingWouldSave }) => publishingWouldSave > 0)).toBe(true);
  db.close();
});
