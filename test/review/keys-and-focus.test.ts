import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, type Served, serveSheet, sums } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

const MANY = 400;

let browser: Browser;
let workshop: Workshop;
let served: Served;
let page: Page;
let faults: readonly string[];
beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  await manyOutputs(workshop, { many: MANY });
  served = await serveSheet(workshop);
  ({ page, faults } = await openSheet(browser, served.url));
  await sums(page, '400 outputs');
});
afterAll(async () => {
  expect(faults).toEqual([]);
  await served.stop();
  await browser.close();
  await closeWorkshops();
});

/** The name of the selected output that is on the screen; null when it is elsewhere. */
const seen = () =>
  page.evaluate(`(() => {
    const cell = document.querySelector('.cell.selected');
    const [at, frame] = [cell?.getBoundingClientRect(), document.querySelector('.sheet').getBoundingClientRect()];
    if (!cell || at.top < frame.top - 2 || at.bottom > frame.bottom + 2) return null;
    return cell.querySelector('.name').textContent.trim();
  })()`) as Promise<string | null>;
const isSeen = (name: string) => eventually(`${name} is selected and seen`, async () => (await seen()) === name);
/** What has the focus, by its role and its class. */
const focused = () => page.evaluate(`[document.activeElement.getAttribute('role'), document.activeElement.className].join(' ')`);
const hasFocus = (what: string) => eventually(`${what} has the focus`, async () => String(await focused()).includes(what));

test('Home, End and the page keys take the selection with them, and what is decided is brought into view', async () => {
  await page.locator('.cell').first().click();
  await page.keyboard.press('End');
  await isSeen('sku-00099-3');
  await page.keyboard.press('p');
  await sums(page, '1 picked');
  await page.keyboard.press('Home');
  await isSeen('sku-00000-0');
  await page.keyboard.press('PageDown');
  await eventually('a page on', async () => (await seen()) !== 'sku-00000-0' && (await seen()) !== null);
  await page.keyboard.press('PageUp');
  await isSeen('sku-00000-0');
  // Scrolled away by hand, the selection stays: the grid still names a cell that is there, and a decision on it shows itself.
  await page.locator('.sheet').hover();
  await eventually('it is scrolled away', async () => {
    // The page may still be on its way to the last key.
    await page.mouse.wheel(0, 6_000);
    return (await seen()) === null;
  });
  expect(
    await page.evaluate(`document.getElementById(document.querySelector('[role=grid]').getAttribute('aria-activedescendant')) !== null`),
  ).toBe(true);
  await page.keyboard.press('p');
  await isSeen('sku-00000-0');
  await sums(page, '2 picked');
});

test('a key held down decides once, and caps lock does not matter', async () => {
  await page.keyboard.press('Home');
  await page.keyboard.down('x');
  for (const _ of [1, 2, 3]) await page.keyboard.down('x');
  await page.keyboard.up('x');
  await sums(page, '1 picked, 1 rejected');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+P');
  await sums(page, '2 picked, 1 rejected');
  // An arrow may be held down.
  await page.keyboard.press('Home');
  for (const _ of [1, 2, 3]) await page.keyboard.down('ArrowRight');
  await page.keyboard.up('ArrowRight');
  await isSeen('sku-00000-3');
});

test('whatever covers the sheet has the focus, and gives it back', async () => {
  await page.locator('.cell').first().click();
  await hasFocus('grid');
  await page.keyboard.press('Enter');
  await hasFocus('large');
  await page.keyboard.press('c');
  await hasFocus('compare');
  await page.keyboard.press('Escape');
  await hasFocus('large');
  await page.keyboard.press('n');
  await page.getByLabel('Note', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await hasFocus('large');
  await page.keyboard.press('Escape');
  await hasFocus('grid');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await hasFocus('grid');
});

test('what is typed right after the key of a dialog decides nothing behind it', async () => {
  await page.locator('.cell').nth(1).click();
  const before = await page.locator('.sums').textContent();
  await page.evaluate(
    `for (const key of ['n', 'x']) document.querySelector('[role=grid]').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))`,
  );
  await page.getByLabel('Note', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await hasFocus('grid');
  expect(await page.locator('.sums').textContent()).toBe(before);
});

test('the views are seen at once, also from the large view', async () => {
  await page.keyboard.press('Enter');
  await page.locator('.stage').waitFor();
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await page.locator('.stage').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Money' }).waitFor();
  await page.getByRole('button', { name: 'Contact sheet' }).click();
  await page.locator('.cell').first().waitFor();
  expect(await page.locator('.stage').count()).toBe(0);
});

test('going back leads through what was looked at, not through what was typed or stepped over, and never out of the page first', async () => {
  await page.goto(`${served.origin}/`);
  await sums(page, '400 outputs');
  const address = () => new URL(page.url()).search;
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('none');
  await page.getByLabel('Search').pressSequentially('beach');
  await sums(page, '100 shown');
  await page.locator('.cell').first().click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const third = address();
  expect(third).toMatch(/open=\d+/);
  await page.keyboard.press('c');
  await page.locator('.side-by-side').waitFor();
  await page.goBack();
  await page.locator('.stage').waitFor();
  expect(address()).toBe(third);
  await page.goBack();
  await page.locator('.stage').waitFor({ state: 'detached' });
  expect(address()).toBe('?group=none&q=beach');
  await sums(page, '100 shown');
  await page.goForward();
  await page.locator('.stage').waitFor();
  // The keys are about what is seen.
  await page.keyboard.press('s');
  await page.locator('aside [aria-label=starred]').waitFor();
  await page.goBack();
  await page.goBack();
  await sums(page, '400 outputs: ');
  expect(address()).toBe('');
});
