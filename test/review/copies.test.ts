import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums } from './support/contact-sheet.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await closeWorkshops();
});

test('copies stand side by side under names of their own, and a lone output says that it is one', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'copies',
    model: 'ulazai/image',
    jobs: [
      { rows: [{ sku: 'a' }], id: '{{ sku }}', prompt: 'a {{ sku }}', copies: 2 },
      { id: 'lone', prompt: 'another one' },
    ],
  });
  await workshop.document(['run', 'm.yaml', '--yes']);
  const served = await serveSheet(workshop);
  const { page, faults } = await openSheet(browser, served.url);
  await sums(page, '3 outputs');
  await page.locator('.cell').first().click();
  await page.keyboard.press('c');
  await page.getByRole('heading', { name: '2 side by side' }).waitFor();
  expect((await page.locator('.side-by-side h3').allTextContents()).map((title) => title.trim())).toEqual([
    'ulazai/image, attempt 1, copy 1',
    'ulazai/image, attempt 1, copy 2',
  ]);
  await page.keyboard.press('Escape');
  await page.locator('.cell').last().click();
  await page.keyboard.press('c');
  await page.getByRole('heading', { name: 'Nothing else is made from this prompt yet' }).waitFor();
  expect((await page.locator('.side-by-side h3').innerText()).trim()).toBe('ulazai/image, attempt 1');
  expect(faults).toEqual([]);
  await served.stop();
});
