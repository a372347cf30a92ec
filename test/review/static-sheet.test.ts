import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TERMINAL_PAYLOADS } from '../report/hostile.ts';
import { startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums, type Watched } from './support/contact-sheet.ts';

let browser: Browser;
let workshop: Workshop;
let sheet: Watched;

/** What a spreadsheet would run, what breaks a line of CSV, and what would be markup. */
const NOTES = ['=1+1', '@SUM(A1)', "'=already", 'two\nlines, and "quotes"', '</script><script>alert(1)</script>', ' \t-2', '＝full width'];

beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  const rows = NOTES.map((note, index) => ({ n: index, note }));
  workshop.write('m.yaml', {
    name: 'spring',
    rows,
    id: 'job {{ n }} #%?',
    output: 'deep/job {{ n }} %',
    prompt: 'a {{ note }}',
    model: 'ulazai/image',
    jobs: [
      {},
      { id: 'film', rows: [{ n: 0 }], model: 'ulazai/veo3_fast', prompt: 'a film', output: 'film', params: { aspect_ratio: '16:9' } },
    ],
  });
  await workshop.document(['run', 'm.yaml', '--yes']);
  const { code, stderr } = await workshop.run(['review', '--static', 'sheet']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('8 outputs of spring are in sheet')]);
  // Whatever it shows from now on, it does not come from the queue or the outputs.
  rmSync(join(workshop.folder, 'out'), { recursive: true });
  sheet = await openSheet(browser, pathToFileURL(join(workshop.folder, 'sheet/index.html')).href);
  await sums(sheet.page, '8 outputs: 0 picked, 0 rejected, 8 undecided');
});
afterAll(async () => {
  await browser.close();
  await closeWorkshops();
});

const download = async (page: Page): Promise<string> => {
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save decisions.csv' }).click()]);
  return readFileSync(await saved.path(), 'utf8');
};

test('opens from disk, with every picture and film, and asks nobody', async () => {
  await eventually('all is seen', async () =>
    Boolean(
      await sheet.page.evaluate(
        `[...document.querySelectorAll('.cell img')].filter((image) => image.naturalWidth > 0).length === 7 && document.querySelector('.cell video')?.readyState >= 1`,
      ),
    ),
  );
  expect(sheet).toMatchObject({ faults: [], elsewhere: [] });
  expect(await sheet.page.evaluate('window.ran')).toBe(0);
  await sheet.page.getByRole('button', { name: 'Figures' }).click();
  await sheet.page.getByRole('heading', { name: 'Money' }).waitFor();
  expect(await sheet.page.getByRole('button', { name: /Pause|Regenerate/ }).count()).toBe(0);
  // It says when it was made, and nothing of a moment that has passed.
  await sheet.page.getByRole('heading', { name: /^As it stood on .*\d/ }).waitFor();
  expect(await sheet.page.getByRole('heading', { name: /Limits|On their way|unning/ }).count()).toBe(0);
  await sheet.page.getByRole('button', { name: 'Contact sheet' }).click();
});

test('keeps decisions over a reload, undoes them, and saves the very file that the program writes', async () => {
  const { page } = sheet;
  // The same is done to the queue, by way of the program.
  const served = await serveSheet(workshop);
  const live = await openSheet(browser, served.url);
  await sums(live.page, '8 outputs');
  for (const at of [page, live.page]) {
    await at.getByRole('combobox', { name: 'Group by' }).selectOption('none');
    for (const [index, note] of NOTES.entries()) {
      await at.locator('.cell').nth(index).click();
      await at.keyboard.press(index % 2 === 0 ? 'x' : 'p');
      await at.keyboard.press('n');
      await at.getByLabel('Note', { exact: true }).fill(note);
      await at.getByLabel(/Another prompt/).fill(`${note}!`);
      await at.getByRole('button', { name: 'Save', exact: true }).click();
      await at.locator('dialog').waitFor({ state: 'detached' });
    }
    await at.locator('.cell').last().click();
    await at.keyboard.press('s');
    await at.keyboard.press('x');
    await at.keyboard.press('u');
    // The star too is taken back, and made again.
    await at.keyboard.press('u');
    await sums(at, '3 picked, 4 rejected, 1 undecided');
    await at.reload();
    await sums(at, '3 picked, 4 rejected, 1 undecided');
    await at.locator('.cell').last().locator('[aria-label=starred]').waitFor({ state: 'detached' });
    await at.keyboard.press('y');
    await at.locator('.cell').last().locator('[aria-label=starred]').waitFor();
    await sums(at, '3 picked, 4 rejected, 1 undecided');
    await at.reload();
    await sums(at, '3 picked, 4 rejected, 1 undecided');
  }
  const text = await download(page);
  expect(text).toBe(await download(live.page));
  expect(text.split('\r\n')).toHaveLength(10);
  expect((await workshop.run(['review', '--export', 'd.csv'])).code).toBe(0);
  expect(readFileSync(join(workshop.folder, 'd.csv'), 'utf8')).toBe(text);
  await served.stop();
});

test('starts from the decisions that were made before', async () => {
  expect(TERMINAL_PAYLOADS.length).toBeGreaterThan(0);
  const { code, stderr, stdout } = await workshop.run(['review', '--static', 'second', '--json']);
  expect(code).toBe(0);
  // The files were deleted above: it says so, and shows none that is not there.
  expect(stderr).toMatch(/8 files are no longer on disk/);
  expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1, review: { batch: 'spring', outputs: 0, missing: { length: 8 } } });
});

test('a folder that holds something is left as it is', async () => {
  const before = readdirSync(join(workshop.folder, 'sheet')).sort();
  const { code, stderr } = await workshop.run(['review', '--static', 'sheet']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('is not empty')]);
  expect(readdirSync(join(workshop.folder, 'sheet')).sort()).toEqual(before);
  expect(existsSync(join(workshop.folder, 'sheet/index.html'))).toBe(true);
});

test('--export and --static exclude each other; a batch that is not there is named with those that are', async () => {
  expect((await workshop.run(['review', '--export', 'a', '--static', 'b'])).code).toBe(2);
  const { code, stderr } = await workshop.run(['review', 'nope', '--export', 'a']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('stored: spring')]);
});
