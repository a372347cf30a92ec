import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

let browser: Browser;
let workshop: Workshop;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  workshop = await sandboxWorkshop();
  await manyOutputs(workshop, { many: 8 });
});
afterEach(closeWorkshops);

test('eight tabs open, show their pictures and hear of each decision, also when the first is closed', async () => {
  const served = await serveSheet(workshop);
  const first = await openSheet(browser, served.url);
  await sums(first.page, '8 outputs');
  const tabs: Page[] = [first.page];
  for (let more = 1; more < 8; more++) {
    const tab = await first.context.newPage();
    tab.setDefaultTimeout(15_000);
    await tab.goto(served.origin);
    await sums(tab, '8 outputs');
    await tab.locator('.cell img').first().waitFor();
    tabs.push(tab);
  }
  const last = tabs.at(-1)!;
  await last.locator('.cell').first().click();
  await last.keyboard.press('p');
  for (const tab of tabs) await sums(tab, '1 picked');
  await first.page.close();
  await last.keyboard.press('ArrowRight');
  await last.keyboard.press('x');
  for (const tab of tabs.slice(1)) await sums(tab, '1 picked, 1 rejected');
  expect(first.faults).toEqual([]);
  await served.stop();
  for (const tab of tabs.slice(1)) await tab.getByRole('status').filter({ hasText: 'no longer answers' }).waitFor();
});

test('a decision of another tab that cannot be read is read again; nothing is said not to be stored', async () => {
  const served = await serveSheet(workshop);
  const first = await openSheet(browser, served.url);
  await sums(first.page, '8 outputs');
  const other = await first.context.newPage();
  await other.goto(served.origin);
  await sums(other, '8 outputs');
  let asked = 0;
  await other.route('**/api/decisions?*', (route) => (++asked === 1 ? route.abort() : route.continue()));
  await first.page.locator('.cell').first().click();
  await first.page.keyboard.press('p');
  await sums(other, '1 picked');
  expect(asked).toBeGreaterThan(1);
  expect(await other.getByRole('alert').count()).toBe(0);
  await served.stop();
});
