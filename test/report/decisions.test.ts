import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decision, renderDecisions } from '../../src/report/decisions.ts';
import { readDecisions } from '../../src/report/read-decisions.ts';
import { readPage } from '../docs/doc-files.ts';

const decision: Decision = {
  id: 'mug-1',
  attempt: 1,
  output: 'mugs/mug-1.png',
  decision: 'reject',
  star: false,
  note: 'two handles',
  prompt: 'a mug, one handle',
};

test('what is written is read again, whatever the texts hold', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((each) => each.trim() !== '');
  const line = text.map((each) => each.trim()).filter((each) => each !== '');
  const row = fc.record({
    id: line,
    attempt: fc.option(fc.integer({ min: 1, max: 99_999 })),
    output: fc.option(line),
    decision: fc.constantFrom('pick' as const, 'reject' as const, null),
    star: fc.boolean(),
    note: fc.option(text),
    prompt: fc.option(fc.constantFrom('=1+1', "'=1+1", '-a pear', '@home', 'a "pear", cut\nin two', ...['ü', 'ｱ', '😀'])),
  });
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ({ id }) => id }), (rows) => {
      const { decisions, problems } = readDecisions(renderDecisions(rows), 'decisions.csv');
      expect(problems).toEqual([]);
      expect(decisions.map(({ line: _, ...rest }) => rest)).toEqual(rows);
    }),
  );
});

test('no cell is a formula to a spreadsheet', () => {
  const csv = renderDecisions([{ ...decision, note: '=HYPERLINK("http://example.com")', prompt: '+1' }]);
  expect(csv).toContain(`"'=HYPERLINK(""http://example.com"")",'+1`);
});

test('a spreadsheet’s file is read: a byte order mark, other columns, another order, empty rows', () => {
  const csv = '\ufeffNote,Decision,ID,Reviewer\r\n"blurry, dark",Reject,a,Jo\r\n,,,\r\n,PICK,b,Jo\r\n,,c,Jo\r\n';
  expect(readDecisions(csv, 'd.csv')).toEqual({
    problems: [],
    decisions: [
      { id: 'a', attempt: null, output: null, decision: 'reject', star: false, note: 'blurry, dark', prompt: null, line: 2 },
      { id: 'b', attempt: null, output: null, decision: 'pick', star: false, note: null, prompt: null, line: 4 },
      { id: 'c', attempt: null, output: null, decision: null, star: false, note: null, prompt: null, line: 5 },
    ],
  });
});

test('two files of one job are two rows; the same row twice is a fault', () => {
  const two = renderDecisions([
    { ...decision, output: 'a-1.png' },
    { ...decision, output: 'a-2.png', decision: 'pick' },
  ]);
  expect(readDecisions(two, 'd.csv').problems).toEqual([]);
  expect(readDecisions('id,decision\na,reject\na,pick\n', 'd.csv').problems).toMatchObject([{ line: 3, field: 'id' }]);
});

test('every fault is said, with its line and what is allowed', () => {
  const csv = 'id,attempt,decision,star\na,one,reject,\nb,0,throw away,perhaps\n,1,pick,\n';
  const { problems } = readDecisions(csv, 'd.csv');
  expect(problems.map(({ line, field }) => `${line} ${field}`)).toEqual(['2 attempt', '3 attempt', '3 decision', '3 star', '4 id']);
  expect(problems[2]!.message).toBe('found "throw away"; allowed: pick, reject, or nothing');
  expect(readDecisions('name,verdict\na,pick\n', 'd.csv').problems.map(({ field }) => field)).toEqual(['id', 'decision']);
  expect(readDecisions('', 'd.csv').problems.map(({ field }) => field)).toEqual(['id', 'decision']);
  expect(readDecisions('id,decision\n"a,reject\n', 'd.csv').problems).toHaveLength(1);
});

test('the file that the documentation shows is one', () => {
  const [shown] = readPage('docs/choosing.md').blocks.filter(({ info }) => info === 'decisions');
  const { decisions, problems } = readDecisions(shown!.text, 'decisions.csv');
  expect(problems).toEqual([]);
  expect(renderDecisions(decisions).replaceAll('\r\n', '\n')).toBe(shown!.text);
});

test('no other program takes a line break in a note or prompt for the end of its row', () => {
  const row = { ...decision, note: 'first\nsecond', prompt: 'one\rtwo' };
  expect(renderDecisions([row])).toContain('"first\nsecond","one\rtwo"\r\n');
});

test.each([
  ['a comma without quotation marks', 'a,reject,a fox, in snow', '4 cells, but the header has 3 columns'],
  ['half a row', 'white studio', '1 cells, but the header has 3 columns'],
])('a row with %s is refused: what would be made of it is not what was meant', (_, row, says) => {
  const { decisions, problems } = readDecisions(`id,decision,prompt\r\n${row}\r\n`, 'd.csv');
  expect(decisions).toEqual([]);
  expect(problems).toMatchObject([{ line: 2, message: expect.stringContaining(says) }]);
});
