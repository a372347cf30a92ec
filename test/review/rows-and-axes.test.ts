import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums } from './support/contact-sheet.ts';

let browser: Browser;
let workshop: Workshop;

/**
 * What values alone do not tell: the two mugs differ in one column as if it were an axis, the light is an axis of one value, and the prompt says
 * nothing of the row.
 */
const MANIFEST = {
  name: 'spring',
  rows: [
    { sku: 'mug', title: 'Mug' },
    { sku: 'mug', title: 'Cup' },
  ],
  matrix: { light: ['daylight'], view: ['front', 'back'], engine: ['ulazai/image', 'ulazai/image/nano_banana_2'] },
  model: '{{ engine }}',
  id: '{{ title }}-{{ view }}-{{ engine | slugify }}',
  prompt: 'product photo, {{ light }}, {{ view }}',
  params: { images: ['https://example.com/{{ title }}.png'] },
};

beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  workshop.write('m.yaml', MANIFEST);
  await workshop.document(['run', 'm.yaml', '--yes']);
});
afterAll(async () => {
  await browser.close();
  await closeWorkshops();
});

const titles = (page: Page) => page.locator('.title [role=rowheader]').allTextContents();
const groupBy = (page: Page) => page.getByRole('combobox', { name: 'Group by', exact: true });

/** The same on each of the three pages that show a contact sheet. */
async function check(page: Page): Promise<void> {
  await sums(page, '8 outputs');
  expect((await groupBy(page).locator('option').allTextContents()).slice(2)).toEqual([
    'row',
    'light (matrix)',
    'view (matrix)',
    'engine (matrix)',
    'sku',
    'title',
    'model',
    'tag',
    'job',
  ]);
  await groupBy(page).selectOption('row');
  expect(await titles(page)).toEqual(['mug · Mug', 'mug · Cup']);
  await groupBy(page).selectOption('var:view');
  expect(await titles(page)).toEqual(['view: front', 'view: back']);
  await groupBy(page).selectOption('none');
  // Cup, from behind: of its own row what was made from the same prompt, by both models.
  await page.locator('.cell', { hasText: 'Cup-back-ulazai-image' }).first().click();
  await page.keyboard.press('c');
  const shown = page.locator('.side-by-side article');
  await shown.first().waitFor();
  expect(await shown.locator('p').filter({ hasText: 'view: back' }).allTextContents()).toEqual([
    'light: daylight, view: back, engine: ulazai/image',
    'light: daylight, view: back, engine: ulazai/image/nano_banana_2',
  ]);
  expect(await shown.filter({ hasText: 'Mug-' }).count()).toBe(0);
}

describe('rows and axes of the matrix are those of the manifest', () => {
  test('in review', async () => {
    const served = await serveSheet(workshop);
    const { page } = await openSheet(browser, served.url);
    await check(page);
    await served.stop();
  });

  test('in review --static', async () => {
    expect((await workshop.run(['review', '--static', 'sheet'])).code).toBe(0);
    const { page } = await openSheet(browser, pathToFileURL(join(workshop.folder, 'sheet/index.html')).href);
    await check(page);
  });

  test('in report --gallery', async () => {
    expect((await workshop.run(['report', '--format', 'html', '--gallery', '--output', 'r.html'])).code).toBe(0);

    const { page } = await openSheet(browser, pathToFileURL(join(workshop.folder, 'r-gallery.html')).href);
    await check(page);
  });
});
