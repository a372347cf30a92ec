import { describe, expect, test } from 'vitest';
import { sidesOfManifest } from '../cli/both-sides.ts';

const FILES = { 'rows.csv': 'sku\nfox\n', 'a/rows.TXT': 'a fox\n' };
const entry = (keys: string): string => `model: ulazai/image\nprompt: a\n${keys}\n`;
const long = (count: number): string => 'x'.repeat(count);
const OWN = ['constructor', 'prototype', '__proto__'];

describe('the program and the schema both accept', () => {
  test.each([
    ...[`"${long(200)}"`, '"a b"', '" a\\n"', 'élan', '7', '"{{ \'a\' }}"'].map((id) => entry(`id: ${id}`)),
    ...['a/b', 'a\\b', '~x', 'x~/y', '.a', 'a.', '...a', './a', 'c:x', '"{{ copy }}/x"', 'a/.b', '" a "', 'ab:/c'].map((path) =>
      entry(`output: ${path}`),
    ),
    ...['rows.csv', 'a/rows.TXT'].map((rows) => entry(`rows: ${rows}`)),
    ...['99999999999999999999', '"99999999999999999999"'].map((id) => entry(`id: ${id}`)),
    entry('name: "99999999999999999999"\ntags: ["99999999999999999999"]'),
    entry('copies: "002"\npriority: " -5 "'),
    entry('matrix: { constructors: [1], include: [{ prototypes: 1 }] }'),
    'model: ulazai/image\njobs: [{ prompt: a }, { prompt: b, model: ulazai/veo3 }]',
  ])('%s', async (text) => {
    expect(await sidesOfManifest(text, FILES)).toEqual({ program: [], schema: [] });
  });
});

describe('the program and the schema both refuse', () => {
  test.each([
    ...[`"${long(201)}"`, '"a\\nb"', '"a\\tb"', '"a\\u2028b"'].map((id) => entry(`id: ${id}`)),
    ...['C:\\x', 'c:/x', '"C:"', '"~"', '~/x', '" ~/x"', 'a/', 'a\\', '.', '...', 'a/...', '". ."', './', '"a\\0b"', 'a/../b'].map((path) =>
      entry(`output: ${path}`),
    ),
    ...['.csv', 'a/.csv', 'csv'].map((rows) => entry(`rows: ${rows}`)),
    ...OWN.flatMap((name) =>
      [
        `params: { ${name}: 1 }`,
        `params: { others: { ${name}: 1 } }`,
        `rows: [{ ${name}: 1 }]`,
        `rows: [{ a: [{ ${name}: 1 }] }]`,
        `matrix: { ${name}: [1] }`,
        `matrix: { a: [{ ${name}: 1 }] }`,
        `matrix: { include: [{ ${name}: 1 }] }`,
      ].map(entry),
    ),
    'model: ulazai/image\njobs: [{ prompt: a }, { prompt: b, model: null }]',
    'model: ulazai/image\njobs: [{ prompt: b, model: }]',
    entry('name: 99999999999999999999'),
    entry('output: 99999999999999999999'),
    'model: ulazai/image\nprompt: 99999999999999999999',
    'model: 99999999999999999999\nprompt: a',
    entry('tags: [99999999999999999999]'),
    'model: ulazai/image\njobs: [{ prompt: 99999999999999999999 }]',
    '[{ model: ulazai/image, prompt: 99999999999999999999 }]',
    entry('copies: 99999999999999999999'),
    entry('copies: "99999999999999999999"'),
    entry('priority: "-99999999999999999999"'),
    entry('budget: 99999999999999999999'),
  ])('%s', async (text) => {
    const { program, schema } = await sidesOfManifest(text, FILES);
    expect(program).not.toEqual([]);
    expect(schema).not.toEqual([]);
  });
});

test.each(['5', '99999999999999999999', 'true'])(
  'text that is written as %s needs quotes, and is told so once with its line',
  async (written) => {
    const { program } = await sidesOfManifest(`model: ulazai/image\nname: ${written}\nprompt: ${written}\ntags: [a, ${written}]\n`);
    expect(program.map((line) => line.replace(/^.*?:/, ''))).toEqual([
      `2 name: found ${written}; must be text: put quotes around it`,
      `3 prompt: found ${written}; must be text: put quotes around it`,
      `4 tags[1]: found ${written}; must be text: put quotes around it`,
    ]);
  },
);

test('an entry without a model says what a model is', async () => {
  const { program } = await sidesOfManifest('model: ulazai/image\nprompt: a\njobs:\n  - { id: x }\n  - { id: y, model: null }\n');
  expect(program).toEqual([expect.stringMatching(/:5 jobs\[1\]\.model: found null; .*for example ulazai\/image/)]);
});
