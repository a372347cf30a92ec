import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums } from './support/contact-sheet.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(closeWorkshops);

/** Two jobs; `p1` was made anew for an edit, which was taken back: its result is that of attempt 1 again. */
async function takenBack(): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  for (const fruit of ['pear', 'plum', 'pear']) {
    const jobs = [`a ${fruit}`, 'a bowl'].map((prompt, at) => ({ id: `p${at + 1}`, model: 'ulazai/image', prompt }));
    workshop.write('m.yaml', { name: 'spring', jobs });
    await workshop.document(['run', 'm.yaml', '--yes']);
  }
  return workshop;
}

const cell = (page: Page, attempt: number) =>
  page.locator('.cell').filter({ has: page.getByText(attempt === 1 ? 'p1' : `p1 attempt ${attempt}`, { exact: true }) });

test('after an edit was taken back, the first result counts: it is what the filter shows, and what is made again when it is rejected', async () => {
  const workshop = await takenBack();
  const served = await serveSheet(workshop);
  const { page, faults } = await openSheet(browser, served.url);
  await sums(page, '3 outputs');
  await page.getByRole('combobox', { name: 'Attempts' }).selectOption('those that count');
  await sums(page, '2 shown');
  expect(await page.locator('.cell').filter({ hasText: 'attempt 2' }).count()).toBe(0);
  await page.getByRole('combobox', { name: 'Attempts' }).selectOption('all');
  await page.locator('.cell').nth(2).waitFor();

  // What is superseded is not made again, and the button does not promise it.
  await cell(page, 2).click();
  await page.keyboard.press('x');
  await sums(page, '1 rejected');
  await page.getByRole('button', { name: 'Regenerate rejected (0)' }).waitFor();
  await cell(page, 1).click();
  await page.keyboard.press('x');
  await sums(page, '2 rejected');
  await page.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 job would get a new paid attempt').waitFor();
  expect(await dialog.locator('.jobs li').allTextContents()).toEqual(['p1, attempt 3']);
  await dialog.getByRole('button', { name: 'Queue 1 job for 8 credits of ulazai' }).click();
  await dialog.getByText('1 job queued for a new attempt').waitFor();
  expect(workshop.query(`SELECT group_concat(id) FROM jobs WHERE state = 'queued'`)).toBe('p1');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Regenerate rejected (0)' }).waitFor();
  // The new attempt is the one that counts from then on.
  expect((await workshop.run(['resume', '--yes'])).code).toBe(0);
  await sums(page, '4 outputs');
  await page.getByRole('combobox', { name: 'Attempts' }).selectOption('those that count');
  await sums(page, '2 shown');
  expect(await page.locator('.cell').filter({ hasText: 'attempt 3' }).count()).toBe(1);
  expect(faults).toEqual([]);
  await served.stop();
});

test('a static sheet knows as well which attempt counts', async () => {
  const workshop = await takenBack();
  expect(await workshop.run(['review', '--static', 'sheet'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('3 outputs of spring'),
  });
  const { page } = await openSheet(browser, pathToFileURL(join(workshop.folder, 'sheet/index.html')).href);
  await sums(page, '3 outputs');
  await page.getByRole('combobox', { name: 'Attempts' }).selectOption('those that count');
  await sums(page, '2 shown');
  expect(await page.locator('.cell').filter({ hasText: 'attempt 2' }).count()).toBe(0);
});
