import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readPage } from '../docs/doc-files.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';
import { type Packed, packAndUnpack } from './packed.ts';

const root = resolve(import.meta.dirname, '../..');
let packed: Packed;
beforeAll(() => {
  packed = packAndUnpack();
});
afterAll(() => packed.remove());
afterEach(closeWorkshops);

/** Writes a program into the project and runs it with Node; its standard output. */
function runProgram(name: string, text: string, ...argv: string[]): string {
  writeFileSync(join(packed.project, name), text);
  return execFileSync(process.execPath, [name, ...argv], { cwd: packed.project, encoding: 'utf8', env: { PATH: process.env.PATH } });
}

test('the example of the documentation plans, runs and reports, and says what it made', () => {
  const manifest = readFileSync(join(root, 'examples/library/postcards.yaml'), 'utf8');
  writeFileSync(join(packed.project, 'postcards.yaml'), manifest);
  const said = runProgram('make-postcards.mjs', readFileSync(join(root, 'examples/library/make-postcards.mjs'), 'utf8'), 'night');
  expect(said).toContain('3 new jobs, 24 credits of ulazai');
  expect(said.match(/^made \w+$/gm)?.sort()).toEqual(['made bergen', 'made kyoto', 'made lisbon']);
  expect(said).toContain('24 credits net');
  expect(readdirSync(join(packed.project, 'night/out/sandbox/postcards')).filter((name) => name.endsWith('.png'))).toHaveLength(3);
});

test('without leave to spend nothing is sent, and the error says what to give', async () => {
  const workshop = await sandboxWorkshop({});
  workshop.write('one.yaml', { model: 'ulazai/image', id: 'one', prompt: 'a pear' });
  const program = `
    import { isUsageFault, run } from 'nightshift';
    for (const spending of [{}, { maxCost: -1 }, { maxCost: { mayanio: 5 } }, { maxCost: 7 }, { maxCost: 8 }]) {
      const ended = await run('one.yaml', { cwd: process.argv[2], ...spending }).catch((error) => error);
      console.log(isUsageFault(ended) ? ended.message : ended.kind + ' ' + ended.exitCode);
    }`;
  writeFileSync(join(packed.project, 'careless.mjs'), program);
  // Not synchronously: the sandbox that answers lives in this process.
  const { stdout } = await promisify(execFile)(process.execPath, ['careless.mjs', workshop.folder], {
    cwd: packed.project,
    env: { PATH: process.env.PATH, ...workshop.env },
  });
  expect(stdout.trim().split('\n')).toEqual([
    'This would spend 8 credits of ulazai for 1 job. Give maxCost, yes: true, or a budget in the manifest. Nothing was sent.',
    'maxCost: found -1; allowed: an amount from 0, such as 40 or 12.5',
    'refused 2',
    'refused 8',
    'ended 0',
  ]);
  expect(workshop.submissions()).toBe(1);
});

test('the program of docs/library.md does what its comments say', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  const rows = [{ sku: 'mug' }, { sku: 'bowl' }];
  workshop.write('catalog.yaml', { name: 'catalog', model: 'ulazai/image', rows, id: '{{ sku }}', prompt: 'a {{ sku }}' });
  const [block] = readPage('docs/library.md').blocks.filter(({ language }) => language === 'js');
  workshop.write('program.mjs', block!.text);
  symlinkSync(join(packed.project, 'node_modules'), join(workshop.folder, 'node_modules'));
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], {
    cwd: workshop.folder,
    env: { PATH: process.env.PATH, ...workshop.env },
  });
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^2 16 [\d.]+$/);
  expect(lines).toEqual(expect.arrayContaining(['job mug submitting', 'job bowl done', '0 2 # Cost report: catalog']));
});

test('its types are complete: a program that uses them wrongly does not compile, one that does compiles', () => {
  symlinkSync(join(root, 'node_modules/@types'), join(packed.project, 'node_modules/@types'));
  const compile = (name: string, text: string): string => {
    writeFileSync(join(packed.project, name), text);
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--skipLibCheck'];
    try {
      return execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...flags, name], {
        cwd: packed.project,
        encoding: 'utf8',
      });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(
    compile(
      'right.mts',
      `import { type PlanDocument, type RunDocument, jobs, plan, report, run } from 'nightshift';
       const planned: PlanDocument = await plan('m.yaml', { maxCost: { ulazai: 40 } });
       const outcome = await run('m.yaml', { yes: true, onEvent: (event) => void event.event.length });
       const document: RunDocument | null = outcome.kind === 'ended' ? outcome.document : null;
       const net: number | undefined = document?.money.ulazai?.net;
       const ids: string[] = (await jobs(null)).map((job) => job.id);
       const text: string = await report(planned.batch, 'md');
       export { ids, net, text };`,
    ),
  ).toBe('');
  expect(compile('wrong.mts', `import { run } from 'nightshift';\nconst outcome = await run(7);\noutcome.document.jobs;`)).toMatch(
    /not assignable to parameter of type 'string'[\s\S]*'document' does not exist/,
  );
});

test('the package holds the program, its examples, its documents and its schemas, and nothing that is only ours', () => {
  const outside = packed.files.filter((path) => !/^(?:dist\/|examples\/|docs\/|schema\/|package\.json$|README\.md$|LICENSE$)/.test(path));
  expect(outside).toEqual([]);
  expect(packed.files.filter((path) => /(?:^|\/)(?:out|\.nightshift|\.env|test|bench)(?:\/|$)/.test(path))).toEqual([]);
});
