import { afterEach, expect, test, vi } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { pages } from './doc-files.ts';
import { shellWords } from './shell-words.ts';

vi.setConfig({ testTimeout: 240_000 });
afterEach(closeWorkshops);

/** Commands that go on until they are stopped: that they exist and take their flags is tested with the other command lines. */
const GO_ON = ['sandbox', 'review', 'watch'];

/** Our own command lines in the `sh` blocks of a page, in their order. Other programs are not run. */
function linesOf(page: ReturnType<typeof pages>[number]): readonly (readonly string[])[] {
  const lines = page.blocks.filter(({ language, info }) => language === 'sh' && info !== 'shown').flatMap(({ text }) => text.split('\n'));
  return lines
    .flatMap((line) => line.split(' && '))
    .map(shellWords)
    .filter(([program, command]) => program === 'nightshift' && !GO_ON.includes(command ?? ''))
    .map(([, ...argv]) => argv)
    .filter((argv) => !argv.includes('--watch'));
}

/** What the pages speak of: `catalog.yaml`, and in all but the README, which runs it itself, a batch that was run. */
async function prepared(path: string): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed: 300 });
  const catalog = { name: 'catalog', model: 'ulazai/image', id: '{{ sku }}', prompt: 'a {{ sku }} on a table' };
  if (path === 'docs/changes-and-selectors.md') {
    // A catalogue whose prompts were edited after they were made.
    const scenes = ['studio', 'oak table', 'beach at dawn'];
    const edited = { ...catalog, rows: scenes.map((scene, index) => ({ sku: `mug-0${index + 1}`, scene })), tags: ['hero'] };
    workshop.write('catalog.yaml', edited);
    expect((await workshop.run(['run', 'catalog.yaml', '--yes'])).code).toBe(0);
    workshop.write('catalog.yaml', { ...edited, prompt: 'a {{ sku }} on the table' });
    return workshop;
  }
  workshop.write('catalog.yaml', { ...catalog, rows: [{ sku: 'mug' }, { sku: 'bowl' }] });
  if (path !== 'README.md') expect((await workshop.run(['run', 'catalog.yaml', '--yes'])).code).toBe(0);
  return workshop;
}

const withLines = pages().flatMap((page) => {
  const lines = linesOf(page);
  return lines.length === 0 ? [] : [[page.path, lines] as const];
});

test.each(withLines.filter(([path]) => !path.startsWith('examples/')))('%s: every command line that it shows runs', async (path, lines) => {
  const workshop = await prepared(path);
  for (const argv of lines) {
    const { code, stderr } = await workshop.run(argv);
    expect([argv.join(' '), code, code === 0 ? '' : stderr]).toEqual([argv.join(' '), 0, '']);
  }
});
