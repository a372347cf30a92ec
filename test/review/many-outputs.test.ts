import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, type Served, serveSheet, sums, type Watched } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

const MANY = 10_000;

let browser: Browser;
let workshop: Workshop;
let served: Served;
let sheet: Watched;
beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  await manyOutputs(workshop, { many: MANY });
  served = await serveSheet(workshop);
  sheet = await openSheet(browser, served.url);
  await sums(sheet.page, '10,000 outputs: 0 picked, 0 rejected, 10,000 undecided');
});
afterAll(async () => {
  await served.stop();
  await browser.close();
  await closeWorkshops();
});

const cells = () => sheet.page.locator('.cell').count();
const scrollTo = (share: number) =>
  sheet.page.evaluate(
    `(() => { const list = document.querySelector('.sheet').firstElementChild; list.scrollTop = list.scrollHeight * ${share}; })()`,
  );
const lastName = async () => ((await sheet.page.locator('.cell .name').allTextContents()).at(-1) ?? '').trim();

test('of ten thousand outputs only those that are seen exist in the page, wherever one looks', async () => {
  for (const share of [0, 0.3, 0.7, 1]) {
    await scrollTo(share);
    await eventually('cells are there', async () => (await cells()) > 0);
    expect(await cells()).toBeLessThan(150);
  }
  await eventually('the last one is seen', async () => (await lastName()) === 'sku-02499-3');
  await eventually('its picture is seen', async () =>
    Boolean(await sheet.page.evaluate("[...document.querySelectorAll('.cell img')].at(-1)?.naturalWidth > 0")),
  );
});

test('scrolling through all of it draws frame by frame', async () => {
  // Each step waits for a frame: a sheet that drew everything would need seconds for each.
  const frames = (await sheet.page.evaluate(`(async () => {
    const list = document.querySelector('.sheet').firstElementChild;
    list.scrollTop = 0;
    let most = 0;
    for (let step = 1; step <= 100; step++) {
      list.scrollTop = (list.scrollHeight * step) / 100;
      await new Promise((done) => requestAnimationFrame(done));
      most = Math.max(most, document.querySelectorAll('.cell').length);
    }
    return most;
  })()`)) as number;
  expect(frames).toBeLessThan(200);
});

test('decisions far down are stored, counted and found again', async () => {
  await sheet.page.getByLabel('Search').fill('sku-02400 street');
  await sums(sheet.page, '1 shown');
  await sheet.page.locator('.cell').click();
  await sheet.page.keyboard.press('x');
  await sums(sheet.page, '1 rejected, 9,999 undecided');
  await expect.poll(() => workshop.query('SELECT count(*) FROM decisions'), { timeout: 10_000 }).toBe(1);
  await sheet.page.getByLabel('Search').fill('');
  await sheet.page.getByRole('combobox', { name: 'Decision' }).selectOption('reject');
  await sums(sheet.page, '1 shown');
  await sheet.page.getByRole('combobox', { name: 'Decision' }).selectOption('');
  await sheet.page.getByRole('combobox', { name: 'Group by' }).selectOption('var:scene');
  await sheet.page.locator('.title', { hasText: 'scene: studio' }).waitFor();
  expect(await sheet.page.locator('.title', { hasText: 'scene: studio' }).textContent()).toContain('2,500');
  expect(sheet.faults).toEqual([]);
});

test('the list comes in pages, none of them large', async () => {
  const sizes = (await sheet.page.evaluate(`(async () => {
    const sizes = [];
    for (let after = 0, more = true; more; ) {
      const page = await (await fetch('/api/outputs?after=' + after)).json();
      sizes.push(page.outputs.length);
      ({ next: after, more } = page);
    }
    return sizes;
  })()`)) as readonly number[];
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(MANY);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
});
