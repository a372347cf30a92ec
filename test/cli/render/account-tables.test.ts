import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import type { ModelEntry } from '../../../src/cli/documents.ts';
import { renderModels } from '../../../src/cli/render/account-tables.ts';

const colors = picocolors.createColors(false);
const model = (name: string, price: number | null, summary: string): ModelEntry => ({
  model: name,
  provider: 'ulazai',
  summary,
  unit: 'credits',
  price,
  price_per_second: null,
  source: price === null ? null : 'documents',
  prices: [{ when: {}, amount: price, per_second: null, publishing_saves: 0, source: price === null ? null : 'documents' }],
  parameters: [],
  other_parameters: false,
  listed_by: null,
});
const models = [
  model('ulazai/image', 8, 'An image from a prompt, with the default model or any image slug'),
  model('ulazai/studio/kling_3_0_motion_control', null, 'Kling 3.0 motion control'),
];

test.each([80, 100, 140])('the models fit into %d columns, with every name and price on one line', (width) => {
  const lines = renderModels({ schema_version: 1, models }, { width, colors }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(lines.some((line) => /^ulazai\/image\s+8 credits\s+documents/.test(line))).toBe(true);
  expect(lines.some((line) => /^ulazai\/studio\/kling_3_0_motion_control\s+unknown/.test(line))).toBe(true);
  expect(lines.join(' ').includes('Kling 3.0 motion control')).toBe(width >= 100);
  if (width >= 100) expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('any image slug');
});
