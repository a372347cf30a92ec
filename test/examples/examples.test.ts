import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileTypeFromFile } from 'file-type';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PlanDocument } from '../../src/plan/plan-document.ts';
import type { RunDocument } from '../../src/report/run-document.ts';
import { copyExamples, main, root, runScript } from './run-program.ts';

// Each example mostly waits for its sandbox, so they run side by side; the time says "hangs", never "is slow".
vi.setConfig({ testTimeout: 240_000 });

let examples: ReturnType<typeof copyExamples>;
beforeAll(() => {
  examples = copyExamples();
});
afterAll(() => examples.remove());

const nightshift = (...argv: string[]) => runScript(main, argv, examples.folder);

function parse<Document>(stdout: string): Document {
  return JSON.parse(stdout) as Document;
}

/** Every file below a folder, by its path there, without what a run writes about itself. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile() && !/(?:^|\/)(?:run_results\.json|failed\.csv)$/.test(path))
    .sort();
}

async function mediaTypes(folder: string): Promise<Record<string, string | undefined>> {
  const types = filesIn(folder).map(async (path) => [path, (await fileTypeFromFile(join(folder, path)))?.mime] as const);
  return Object.fromEntries(await Promise.all(types));
}

describe.concurrent('examples/overnight-catalog', () => {
  test('fits the account of a new sandbox, makes every picture and film, and nothing a second time', async () => {
    const plan = await nightshift('plan', 'examples/overnight-catalog/catalog.yaml', '--sandbox', '--json');
    expect(plan.code).toBe(0);
    expect(parse<PlanDocument>(plan.stdout)).toMatchObject({
      jobs: { total: 56, new: 56 },
      cost: { ulazai: { to_pay: 1184, unpriced_jobs: 0, balance: 2500, shortfall: 0 } },
      problems: [],
    });

    const { code, stdout } = await nightshift('run', 'examples/overnight-catalog/catalog.yaml', '--sandbox', '--json');
    expect(code).toBe(0);
    expect(parse<RunDocument>(stdout)).toMatchObject({
      stopped: 'completed',
      jobs: { total: 56, done: 56 },
      money: { ulazai: { quoted: 1184, charged: 1184, balance_before: 2500, balance_after: 1316, difference: 0 } },
      requests: { submit: 56, throttled: 0 },
    });
    const types = await mediaTypes(join(examples.folder, 'out/sandbox/overnight-catalog'));
    expect(Object.keys(types)).toHaveLength(56);
    expect(types).toMatchObject({
      'kitchen/mug-01-oak-table.png': 'image/png',
      'kitchen/mug-01-oak-table-2.png': 'image/png',
      'outdoor/lantern-08-film.mp4': 'video/mp4',
    });

    const again = await nightshift('run', 'examples/overnight-catalog/catalog.yaml', '--sandbox', '--json');
    expect(again.code).toBe(0);
    expect(parse<RunDocument>(again.stdout)).toMatchObject({ money: { ulazai: { charged: 1184 } }, requests: { submit: 0 } });
  });
});

describe.concurrent('examples/prompt-collection', () => {
  test('is a manifest of five lines', () => {
    const lines = readFileSync(join(root, 'examples/prompt-collection/prompts.yaml'), 'utf8').trimEnd().split('\n');
    // The first names the schema, for editors.
    expect(lines.filter((line) => !line.startsWith('#'))).toHaveLength(5);
  });

  test('makes a picture of every prompt', async () => {
    const { code, stdout } = await nightshift(
      'run',
      'examples/prompt-collection/prompts.yaml',
      '--sandbox',
      '--json',
      '--db',
      'prompts.db',
    );
    expect(code).toBe(0);
    expect(parse<RunDocument>(stdout)).toMatchObject({ jobs: { total: 22, done: 22 }, money: { ulazai: { charged: 176 } } });
    const types = await mediaTypes(join(examples.folder, 'out/sandbox/prompt-collection'));
    expect(Object.values(types)).toEqual(Array.from({ length: 22 }, () => 'image/png'));
  });
});

describe.concurrent('examples/cost-estimate', () => {
  test('prices every model without a key, and says which price it does not know', async () => {
    const { code, stdout } = await nightshift('plan', 'examples/cost-estimate/estimate.yaml');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ulazai\/studio\/wan_2_6 +5 +220 +1,100 credits/);
    expect(stdout).toMatch(/mayanio\/ltx-2 +5 .*not known/);
    expect(stdout).toContain('the price of 5 jobs is not known');
    const json = await nightshift('estimate', 'examples/cost-estimate/estimate.yaml', '--json');
    expect(parse<PlanDocument>(json.stdout)).toMatchObject({
      jobs: { total: 70 },
      cost: {
        ulazai: { to_pay: 8910, unpriced_jobs: 0, balance: null, shortfall: null },
        mayanio: { to_pay: 90, unpriced_jobs: 5, balance: null },
      },
    });
  });

  test('leaves nothing behind', async () => {
    const before = filesIn(join(examples.folder, 'examples/cost-estimate'));
    await nightshift('plan', 'examples/cost-estimate/estimate.yaml');
    expect(filesIn(join(examples.folder, 'examples/cost-estimate'))).toEqual(before);
  });
});

describe.concurrent('examples/every-model', () => {
  test('makes one job of every family, in both kinds of money', async () => {
    const { code, stdout } = await nightshift('run', 'examples/every-model/every-model.yaml', '--sandbox', '--json');
    expect(code).toBe(0);
    expect(parse<RunDocument>(stdout)).toMatchObject({
      jobs: { total: 15, done: 15 },
      money: {
        ulazai: { unit: 'credits', quoted: 974, charged: 974, difference: 0 },
        mayanio: { unit: 'points', quoted: 56, charged: 56, balance_after: 444 },
      },
      outputs: { files: 17 },
    });
    expect(await mediaTypes(join(examples.folder, 'examples/every-model/out/sandbox/every-model'))).toMatchObject({
      'image.png': 'image/png',
      'veo.mp4': 'video/mp4',
      'kling-frames.mp4': 'video/mp4',
      'mayanio-images-2.png': 'image/png',
      'mayanio-3d.glb': 'model/gltf-binary',
      'mayanio-3d-preview.jpg': 'image/jpeg',
    });
  });
});

describe.concurrent('examples/resume-interrupted', () => {
  test('is finished after Ctrl-C and kill -9 without a credit paid twice', async () => {
    const { code, stdout } = await runScript(join(root, 'examples/resume-interrupted/run.mjs'), [], examples.folder);
    expect(stdout).toMatch(/^Run 1, Ctrl-C: .*exit 130$/m);
    expect(stdout).toMatch(/^Run 2, kill -9: .*killed$/m);
    expect(stdout).toMatch(/^Run 3, to the end: .*exit 0$/m);
    expect(stdout).toContain('24 jobs at 8 credits are 192 credits; the sandbox took 192; 24 files are on disk.');
    expect(code).toBe(0);
  });
});

test('every example is run here, or on the packed package where it imports it', () => {
  const here = readFileSync(import.meta.filename, 'utf8');
  const packed = readFileSync(join(root, 'test/package/library.test.ts'), 'utf8');
  const folders = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    const scripts = readdirSync(join(root, 'examples', name)).filter((file) => file.endsWith('.mjs'));
    const imports = scripts.filter((file) => /from 'nightshift'/.test(readFileSync(join(root, 'examples', name, file), 'utf8')));
    if (imports.length === 0) expect(here).toContain(`describe.concurrent('examples/${name}'`);
    for (const file of imports) expect(packed).toContain(`examples/${name}/${file}`);
  }
  const overview = readFileSync(join(root, 'examples/README.md'), 'utf8');
  for (const { name } of folders) expect(overview).toContain(`](${name}/)`);
});
