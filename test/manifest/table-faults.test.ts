import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

const YAML = 'model: ulazai/image\nprompt: "{{ prompt }}"\nrows: r.csv\n';
const rowsOf = (csv: string) => readManifest({ 'm.yaml': YAML, 'r.csv': csv });
const MARK = 'a quotation mark inside a cell; put the whole cell in quotes and double the mark ("")';
const BELOW = '; what comes below could not be read because of it';

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('a line is what an editor counts, also below cells of several lines: %s', async (_, end) => {
  const rows = Array.from({ length: 5 }, (_row, at) => `${at},"l1${end}l2"${end}`);
  const csv = `${end}n,prompt${end}${rows.join('')}ragged${end}${end}${end}6,"a${end}${end}b",7${end}"8${end}",x${end}9${end}`;
  const { jobs, lines } = await rowsOf(csv);
  expect(lines.map((line) => line.split(',')[0])).toEqual(['r.csv:13 : 1 cells', 'r.csv:16 : 3 cells', 'r.csv:21 : 1 cells']);
  expect(jobs.map(({ place }) => place.line)).toEqual([3, 5, 7, 9, 11, 19]);
});

test('lines are right where chunks of the file meet in a CRLF', async () => {
  // One of them cuts a CRLF inside a cell, one a CRLF behind it.
  for (const first of ['x', 'xx', 'xxx', 'xxxx', 'xxxxx', 'xxxxxx']) {
    const { lines } = await rowsOf(`prompt\r\n${first}\r\n${'"\r\n"\r\n'.repeat(30_000)}a,b\r\n`);
    expect(lines).toEqual([expect.stringMatching(/^r\.csv:60003 : 2 cells/)]);
  }
});

test('duplicate ids are named with their lines below cells with CRLF', async () => {
  const row = (id: string) => `${id},ulazai/image,"l1\r\nl2"\r\n`;
  const { jobs } = await readManifest({ 'm.csv': `id,model,prompt\r\n${['a', 'b', 'c', 'a'].map(row).join('')}` });
  expect(jobs.map(({ id, place }) => `${id} ${place.line}`)).toEqual(['a 2', 'b 4', 'c 6', 'a 8']);
});

test('faults of a header below empty lines are on its line', async () => {
  const nearly = await readManifest({ 'm.csv': '\r\n\r\nmodel,prompt,aspect_ration\r\nulazai/image,x,1:1\r\n' });
  expect(nearly.lines).toEqual([expect.stringMatching(/^m\.csv:3 aspect_ration: /)]);
  const noModel = await readManifest({ 'm.csv': '\n\nprompt,mood\nx,calm\n' });
  expect(noModel.lines).toEqual([expect.stringMatching(/^m\.csv:3 model: there is no column "model"/)]);
});

test('a broken quote is one fault, and rows and faults below it are found', async () => {
  const { jobs, lines } = await rowsOf('n,prompt\n1,"x" y\n2,good\n3\n4,"a 5" pipe"\n5,a 5" pipe, "cut"\n6,"fine, too"\n');
  expect(lines).toEqual([`r.csv:2 : ${MARK}`, expect.stringMatching(/^r\.csv:4 : 1 cells/), `r.csv:5 : ${MARK}`, `r.csv:6 : ${MARK}`]);
  expect(jobs.map(({ prompt }) => prompt)).toEqual(['good', 'fine, too']);
});

test('below a broken quote that leaves open where its row ends nothing is said', async () => {
  const { jobs, lines } = await rowsOf('n,prompt\n1,good\n2,"he said "hi", and then\nleft, slowly, for home"\n3,x,y\n');
  expect(lines).toEqual([`r.csv:3 : ${MARK}${BELOW}`]);
  expect(jobs.map(({ prompt }) => prompt)).toEqual(['good']);
});

test('a quote that is not closed is named where it is opened, not at the next quotation mark', async () => {
  const next = await rowsOf('n,prompt\r\n\r\n1,"open\r\n2,x\r\n3,"fine"\r\n4\r\n');
  expect(next.lines).toEqual([
    'r.csv:3 : a quote is opened here, and the next quotation mark, on line 5, is followed by text; close the quote, or double the mark that belongs to the text ("")',
    expect.stringMatching(/^r\.csv:6 : 1 cells/),
  ]);
  const never = await rowsOf('n,prompt\r\n\r\n1,"open\r\n2,x\r\n3\r\n');
  expect(never.lines).toEqual([
    `r.csv:3 : a quote is opened here and never closed; double a quotation mark that belongs to the text ("")${BELOW}`,
  ]);
});

test.each(['id,model,"prom"pt', 'id,mod"el,prompt'])('the broken header %s is the one fault', async (header) => {
  const { lines } = await readManifest({ 'm.csv': `${header}\na,ulazai/image,x\nb,ulazai/image\n` });
  expect(lines).toEqual([`m.csv:1 : ${MARK}${BELOW}`]);
});

test.each([
  ['all quoted', '"id";"model";"prompt"\n"a";"ulazai/image";"x"\n"b";"ulazai/image";"y"\n', 'semicolons'],
  ['a part quoted', 'id;"model";"prompt"\na;ulazai/image;"x, y"\n', 'semicolons'],
  ['only rows quoted', 'id;model;prompt\n"a";"ulazai/image";"x"\n', 'semicolons'],
  ['tabs', '"id"\t"model"\t"prompt"\n"a"\t"ulazai/image"\t"x"\n', 'tabs (name the file .tsv)'],
])('a CSV file with another separator is told so, once: %s', async (_, csv, separator) => {
  const { lines } = await readManifest({ 'm.csv': csv });
  const name = `id${separator === 'semicolons' ? ';model;' : '\tmodel\t'}prompt`;
  expect(lines).toEqual([
    `m.csv:1 : the header has one column, "${name}": the columns seem to be separated by ${separator}; CSV needs commas`,
  ]);
});

test('a record over the limit is one fault on its line; a quote is mentioned where there is one', async () => {
  const limit = 'a record of more than 1048576 bytes, which is the limit (1 MiB)';
  const large = 'q'.repeat(5_000_000);
  const quoted = `r.csv:2 : ${limit}; the cell that begins here is in quotes: probably its quote is never closed${BELOW}`;
  expect((await rowsOf(`prompt\n"${large}"\nx\n`)).lines).toEqual([quoted]);
  expect((await rowsOf(`prompt\n${large}\nx,y\n`)).lines).toEqual([`r.csv:2 : ${limit}; shorten it${BELOW}`]);
  expect((await rowsOf(`${large}\nx\n`)).lines).toEqual([`r.csv:1 : ${limit}; shorten it${BELOW}`]);
});
