import { expect, test } from 'vitest';
import { readDecisions } from '../../src/report/read-decisions.ts';

const linesOf = (csv: string) => readDecisions(csv, 'd.csv').problems.map(({ line, field }) => `${line} ${field}`);

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('faults of decisions.csv are on the line of an editor, below notes of several lines: %s', (_, end) => {
  const noted = Array.from({ length: 5 }, (_row, at) => `a${at},pick,"l1${end}l2"${end}`).join('');
  const csv = `${end}id,decision,note${end}${noted}${end},pick,${end}a1,pick,"again${end}"${end}b,perhaps,${end}`;
  expect(linesOf(csv)).toEqual(['14 id', '15 id', '17 decision']);
  expect(readDecisions(csv, 'd.csv').problems[1]!.message).toContain('stands on line 5 already');
  expect(linesOf(`${end}${end}name,verdict${end}`)).toEqual(['3 id', '3 decision']);
  const [broken] = readDecisions(`id,decision,note${end}${noted}b,pick,"x" y${end}`, 'd.csv').problems;
  expect(broken).toMatchObject({ line: 12, message: expect.stringContaining('at line 12') });
});

test('line ends of two systems in one decisions.csv end lines alike', () => {
  expect(linesOf('id,decision,note\na,pick,"x\r\ny"\r\nb,pick,z\r\nc,perhaps,\n')).toEqual(['5 decision']);
});
