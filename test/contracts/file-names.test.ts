import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { cli, type Left } from '../cli/surroundings.ts';
import { sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

/** Names that a row may bring, as they would stand in `output`. */
const NAMES = [
  ...[
    '../x',
    '../../x',
    '../../../../../../etc/x',
    'a/../x',
    'a/../../x',
    'a/b/../../../x',
    './../x',
    'a/./../../x',
    '..',
    '.',
    '...',
    '....//x',
    '..;/x',
    '.. /x',
    ' ../x',
    '..%2fx',
    '%2e%2e/x',
  ],
  ...[
    '..\\x',
    'a\\..\\..\\x',
    '..\\..\\x',
    '\\x',
    '\\\\host\\share\\x',
    '\\\\?\\C:\\x',
    '\\\\.\\COM1',
    'a\\b',
    'a\\\\b',
    '.\\x',
    '/..\\x',
    '．．/x',
    '‥/x',
    '…/x',
    '..\u2215x',
    '..\u29f8x',
  ],
  ...[
    '/x',
    '//x',
    '///etc/passwd',
    '/etc/passwd',
    '/dev/null',
    '~',
    '~/x',
    '~root/x',
    'C:\\x',
    'C:x',
    'c:/x',
    'C:',
    'file:///etc/x',
    'http://evil.example/x',
    '$HOME/x',
    '`id`',
    '$(id)',
    '%APPDATA%\\x',
  ],
  ...[
    'con',
    'CON',
    'Con.txt',
    'prn',
    'aux',
    'AUX.tar.gz',
    'nul',
    'NUL ',
    'com1',
    'COM9.png',
    'com¹',
    'lpt1',
    'LPT9',
    'lpt³',
    'conin$',
    'CONOUT$',
    'con/x',
    'x/nul',
    'x/aux.y',
    'CLOCK$',
    'con .txt',
    'nul.',
  ],
  ...[
    'x.',
    'x..',
    'x ',
    ' x',
    'x. ',
    'x .',
    '.x',
    '..x',
    'x./y',
    'x /y',
    ' x /y',
    '. x',
    '\u00a0x',
    'x\u00a0',
    '\u3000x',
    '-x',
    '--yes',
    '-rf',
    '.nightshift/x',
    '.git/hooks/post-commit',
    '.env',
    '.ssh/authorized_keys',
  ],
  ...[
    'a:b',
    'a::$DATA',
    'a:b:$DATA',
    'a<b',
    'a>b',
    'a"b',
    'a|b',
    'a?b',
    'a*b',
    '*',
    '?',
    '<>',
    'a/b:c',
    'a;b',
    'a&b',
    "a'b",
    'a,b',
    'a=b',
    'a#b',
    'a%b',
    'a!b',
    'a@b',
    'a[b]',
    'a{b}',
    'a^b',
    'a+b',
  ],
  ...[
    'a\0b',
    '\0',
    'a\0/../../x',
    'a\nb',
    'a\rb',
    'a\tb',
    'a\u0007b',
    'a\u001b[31mb',
    'a\u007fb',
    'a\u0085b',
    'a\u009bb',
    'a\u2028b',
    'a\u2029b',
  ],
  ...[
    'a\u202egnp.exe',
    '\u202ex',
    'a\u200fb',
    'a\u2066b\u2069',
    'a\u200bb',
    'a\ufeffb',
    '\ufeffa',
    'a\u00adb',
    'a\u2060b',
    'a\u180eb',
    'a\u{e0041}b',
  ],
  ...[
    'e\u0301',
    '\u00e9',
    '\u212b',
    'A\u030a',
    'ﬁ',
    'İ',
    'ß',
    'ſ',
    '\u1100\u1161',
    'ひ\u3099',
    '👩‍🚀',
    '日本語',
    'שלום',
    'مرحبا',
    '\ud800',
    'a\udc00b',
    'Z͑ͫ̓a̴l̷g̶o',
  ],
  ...[
    'x'.repeat(300),
    'é'.repeat(300),
    '日'.repeat(300),
    '👩‍🚀'.repeat(60),
    `${'x'.repeat(254)}y`,
    'x'.repeat(5_000),
    `${'d'.repeat(300)}/x`,
    `${'a/'.repeat(12)}x`,
    `${'a/'.repeat(40)}x`,
    `${'d'.repeat(200)}/`.repeat(10),
    `${'x'.repeat(190)}.`,
    `${'x'.repeat(250)}.png`,
  ],
  ...[
    '',
    ' ',
    '/',
    'a/',
    'a//b',
    '//',
    'a/ /b',
    'a/./b',
    './x',
    'x.part',
    'x.a1',
    'x-1',
    'x-preview',
    'x.png',
    'x.jpg',
    'queue.db',
    'index.html',
    'x.exe',
    'x.png.',
    'desktop.ini',
    'Thumbs.db',
    '__proto__',
    'constructor',
    'toString',
    'undefined',
    'null',
    'NaN',
  ],
] as const;

/** Every file below a folder with its content's hash, links as links. */
function tree(root: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(root, path), entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'link'];
      }),
  );
}

/** A sandbox's workshop inside of a folder with files that must stay as they are, and the means to run a manifest there. */
async function walled(): Promise<{
  workshop: Workshop;
  wall: string;
  out: string;
  run: (manifest: object, ...argv: readonly string[]) => Promise<Left>;
}> {
  const workshop = await sandboxWorkshop({ balance: 100_000, enforceLimits: false, limits: '{ requests: 10000/1s, concurrency: 16 }' });
  onTestFinished(() => workshop.close());
  const wall = mkdtempSync(join(tmpdir(), 'nightshift-wall-'));
  onTestFinished(() => rmSync(wall, { recursive: true, force: true }));
  for (const name of ['x', 'x.png', 'home/x.png', 'home/.env', 'home/etc/x.png', 'home/out/x.png']) {
    mkdirSync(join(wall, name, '..'), { recursive: true });
    writeFileSync(join(wall, name), 'as it was');
  }
  const out = join(wall, 'home/out/batch');
  const run = async (manifest: object, ...argv: readonly string[]): Promise<Left> => {
    const path = workshop.write('m.yaml', manifest);
    return cli(argv.map((word) => (word === 'M' ? path : word)).concat('--out', out), { env: workshop.env, cwd: workshop.folder, compose });
  };
  return { workshop, wall, out, run };
}

/** Jobs with these outputs, each in a folder of its own where `apart`. */
function jobsNamed(names: readonly string[], apart: boolean): object {
  const rows = names.map((name, n) => ({ n, name }));
  return {
    name: 'batch',
    model: 'ulazai/image',
    rows,
    id: 'j{{ n }}',
    prompt: 'pear {{ n }}',
    output: apart ? 'f{{ n }}/{{ name }}' : '{{ name }}',
  };
}

/** What no system can hold or would take for something else. */
function faultsOf(path: string): string[] {
  const faults: string[] = [];
  for (const part of path.split('/')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is checked
    if (/[<>:"\\|?*\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|\p{Cs}/u.test(part))
      faults.push(`${part}: a character`);
    if (/^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i.test(part)) faults.push(`${part}: a reserved name`);
    if (/[. ]$|^[. ]|^$/.test(part)) faults.push(`${part}: its ends`);
    if (Buffer.byteLength(part) > 200) faults.push(`${part}: too long`);
    if (part !== part.normalize('NFC')) faults.push(`${part}: not NFC`);
  }
  return faults;
}

describe(`${NAMES.length} names through an output template`, () => {
  test('are many, and each is another', () => {
    expect(new Set(NAMES).size).toBe(NAMES.length);
    expect(NAMES.length).toBeGreaterThanOrEqual(150);
  });

  test('are refused with exit code 2, or made safe: nothing is written outside of the output folder, and no file is another’s', {
    timeout: 180_000,
  }, async () => {
    const { workshop, wall, out, run } = await walled();
    const before = tree(wall);
    const safe: string[] = [];
    const refused: string[] = [];
    for (const name of NAMES) {
      const plan = await run(jobsNamed([name], false), 'plan', 'M', '--json');
      if (plan.code === 0) safe.push(name);
      else {
        expect([name, plan.code, plan.stderr]).toEqual([name, 2, expect.stringMatching(/output|id/)]);
        refused.push(name);
      }
    }
    expect([safe.length > 80, refused.length > 40]).toEqual([true, true]);
    for (const name of ['../x', '..\\x', '/etc/passwd', 'a\0b', '', '~/x', 'C:\\x']) expect(refused).toContain(name);

    const ran = await run(jobsNamed(safe, true), 'run', 'M', '--yes', '--json');
    expect([ran.code, ran.stderr]).toEqual([0, expect.anything()]);
    expect(workshop.submissions()).toBe(safe.length);

    const after = tree(wall);
    for (const [path, hash] of before) expect([path, after.get(path)]).toEqual([path, hash]);
    // What the run writes about itself has names of its own.
    const made = [...after.keys()].filter((path) => !before.has(path) && path !== 'home/out/batch/run_results.json');
    expect(made.filter((path) => !path.startsWith('home/out/batch/f'))).toEqual([]);
    expect(made).toHaveLength(safe.length);
    const paths = made.map((path) => relative(out, join(wall, path)));
    expect(paths.flatMap(faultsOf)).toEqual([]);
    // One file a job: the picture shows its prompt, so that no two are alike.
    expect(new Set(made.map((path) => after.get(path))).size).toBe(safe.length);
  });

  test.each([
    ['case', 'Pear', 'pear'],
    ['case, not ASCII', 'É', 'é'],
    ['composition', 'caf\u00e9', 'cafe\u0301'],
    ['composition of a folder', 'caf\u00e9/x', 'cafe\u0301/x'],
    ['case of a folder', 'A/x', 'a/x'],
    ['the way of the slash', 'a/b', 'a\\b'],
    ['a character that is replaced', 'a:b', 'a_b'],
    ['two characters that are replaced', 'a?b', 'a*b'],
    ['a control character', 'a\u0001b', 'a_b'],
    ['a character that turns around', 'a\u202eb', 'a_b'],
    ['dots at the end', 'x', 'x...'],
    ['blanks at the end', 'x', 'x  '],
    ['a reserved name', 'con', 'con_'],
    ['an empty part', 'a/b', 'a//b'],
    ['a part that says here', 'a/b', 'a/./b'],
    ['the extension', 'x', 'x.png'],
    ['the case of the extension', 'x', 'x.PNG'],
    ['the Ångström sign', '\u212b', '\u00c5'],
  ])('two that differ in %s only are one file: refused', async (_, one, other) => {
    const { workshop, run } = await walled();
    const ran = await run(jobsNamed([one, other], false), 'run', 'M', '--yes');
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is also that of the job at')]);
    expect(workshop.requests()).toBe(0);
  });

  test('long names that differ at their end stay two files', async () => {
    const { out, run } = await walled();
    const ran = await run(jobsNamed([`${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`], false), 'run', 'M', '--yes');
    expect(ran.code).toBe(0);
    expect([...tree(out).keys()].filter((path) => !path.endsWith('run_results.json'))).toHaveLength(2);
  });

  test('several files of a job, and a job of their name: refused', async () => {
    const { workshop, run } = await walled();
    const jobs = [
      { id: 'x', model: 'mayanio/nano-banana', prompt: 'a pear', params: { num_images: 2 } },
      { id: 'x-2', model: 'ulazai/image', prompt: 'a pear' },
    ];
    const ran = await run({ name: 'batch', jobs }, 'run', 'M', '--yes');
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is also that of the job at')]);
    expect(workshop.submissions()).toBe(0);
  });
});

describe('links and files of others in the way', () => {
  test.each(['folder', 'file', 'part', 'dangling'])('a link in the place of a %s leads nothing out of the output folder', async (kind) => {
    const { wall, out, run, workshop } = await walled();
    const secret = join(wall, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'pear.png'), 'as it was');
    mkdirSync(join(out, 'kept'), { recursive: true });
    if (kind === 'folder') symlinkSync(secret, join(out, 'sub'));
    if (kind === 'file') mkdirSync(join(out, 'sub'));
    if (kind === 'file') symlinkSync(join(secret, 'pear.png'), join(out, 'sub/pear.png'));
    if (kind === 'part') mkdirSync(join(out, 'sub'));
    if (kind === 'part') symlinkSync(join(secret, 'pear.png'), join(out, 'sub/pear.part'));
    if (kind === 'dangling') symlinkSync(join(wall, 'nowhere'), join(out, 'sub'));
    const ran = await run(jobsNamed(['sub/pear'], false), 'run', 'M', '--yes');
    expect(readFileSync(join(secret, 'pear.png'), 'utf8')).toBe('as it was');
    expect(readdirSync(secret)).toEqual(['pear.png']);
    expect(readdirSync(wall).sort()).toEqual(['home', 'secret', 'x', 'x.png']);
    // A link where the unfinished file goes is only in its own way; every other is for the user to move.
    if (kind === 'part') expect([ran.code, ran.stderr]).toEqual([0, expect.anything()]);
    else
      expect([ran.code, ran.stderr]).toEqual([
        expect.toSatisfy((code: number) => code !== 0),
        expect.stringMatching(/link|is there already|another file/),
      ]);
    if (kind === 'file') expect(workshop.submissions()).toBe(0);
  });

  test('a file of the name that nobody of the batch made is left alone, and nothing is paid for', async () => {
    const { out, run, workshop } = await walled();
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'pear.png'), 'as it was');
    const ran = await run(jobsNamed(['pear'], false), 'run', 'M', '--yes');
    expect(ran.code).toBe(2);
    expect(readFileSync(join(out, 'pear.png'), 'utf8')).toBe('as it was');
    expect(workshop.submissions()).toBe(0);
  });
});
