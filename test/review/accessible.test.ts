import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { seriousFindings } from './support/axe.ts';
import { openSheet, type Served, serveSheet, sums } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

let browser: Browser;
let workshop: Workshop;
beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  await manyOutputs(workshop, { many: 40 });
});
afterAll(async () => {
  await browser.close();
  await closeWorkshops();
});

describe.each(['light', 'dark'] as const)('in %s colours axe finds nothing serious', (colorScheme) => {
  let served: Served;
  let page: Page;
  beforeAll(async () => {
    served = await serveSheet(workshop);
    ({ page } = await openSheet(browser, served.url));
    await page.emulateMedia({ colorScheme });
    await sums(page, '40 outputs');
  });
  afterAll(() => served.stop());

  test('on the sheet, with something selected, picked, rejected, starred and noted', async () => {
    await page.locator('.cell').first().click();
    await page.keyboard.press('p');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('x');
    await page.keyboard.press('s');
    await page.keyboard.press('n');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Note', { exact: true }).fill('a note');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('in the large view, side by side, among the keys, and live', async () => {
    await page.keyboard.press('Enter');
    await page.locator('.stage img').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('c');
    await page.locator('.side-by-side').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByRole('heading', { name: 'Money' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // In a narrow window nothing is cut, and the filters leave the room to the pictures.
    await page.setViewportSize({ width: 380, height: 800 });
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate("document.querySelector('.live').scrollWidth <= document.querySelector('.live').clientWidth")).toBe(true);
    await page.getByRole('button', { name: 'Contact sheet' }).click();
    await page.locator('.cell').first().waitFor();
    expect(await page.evaluate("document.querySelector('.sheet').clientHeight")).toBeGreaterThan(500);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('combobox', { name: 'Decision' }).selectOption('pick');
    await page.getByRole('button', { name: 'Filters (1)' }).click();
    await page.getByRole('combobox', { name: 'Decision' }).waitFor({ state: 'hidden' });
    expect(await seriousFindings(page)).toEqual([]);
  });
});
