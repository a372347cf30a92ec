import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HTML_PAYLOADS } from '../report/hostile.ts';
import { startBrowser } from '../support/browser.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, type Served, serveSheet, sums, type Watched } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

let browser: Browser;
let workshop: Workshop;
let evil: TestServer;
let served: Served;
let sheet: Watched;
const payloads = (): readonly string[] => HTML_PAYLOADS.map((text) => text.replaceAll('https://evil.example', evil.url));

beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  evil = await serve((_, response) => response.writeHead(200, { 'access-control-allow-origin': '*' }).end('alert(1)'));
  const texts = payloads();
  await manyOutputs(workshop, {
    name: 'hostile',
    many: texts.length,
    job: (index) => {
      const text = texts[index]!;
      return { id: `${index}${text}`, model: text, params: { prompt: text }, vars: { [`v${text}`]: text, same: text }, tags: [text] };
    },
  });
  served = await serveSheet(workshop);
  sheet = await openSheet(browser, served.url);
  await sums(sheet.page, `${texts.length} outputs`);
});
afterAll(async () => {
  await served.stop();
  await evil.close();
  await browser.close();
  await closeWorkshops();
});

/** Elements that only markup out of a text could have made, and whatever ran. */
const harm = () =>
  sheet.page.evaluate(`({
    ran: window.ran,
    strange: [...document.querySelectorAll('#page *')].filter((element) =>
      /^(SCRIPT|IFRAME|OBJECT|EMBED|SVG|MATH|LINK|STYLE|BASE|META|MARQUEE|DETAILS|BODY|ISINDEX)$/i.test(element.tagName) ||
      [...element.attributes].some(({ name }) => /^on|^(srcset|action|formaction|srcdoc|background|ping)$/i.test(name)) ||
      (element.hasAttribute('src') && !/^\\/(media|thumb)\\/\\d+/.test(element.getAttribute('src')))
    ).map((element) => element.outerHTML.slice(0, 100)),
  })`);
const UNHARMED = { ran: 0, strange: [] };

test(`${HTML_PAYLOADS.length} payloads as ids, prompts, models, tags, names and values of variables, and notes are text, wherever they are shown`, async () => {
  const { page } = sheet;
  for (const group of ['row', 'model', 'tag', 'job', 'var:same']) {
    await page.getByRole('combobox', { name: 'Group by' }).selectOption(group);
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      await page.evaluate(`document.querySelector('.sheet').firstElementChild.scrollTop = 1e6 * ${share} * ${share}`);
      expect(await harm()).toEqual(UNHARMED);
    }
  }
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('none');
  await page.getByRole('grid', { name: 'Outputs' }).focus();
  await page.keyboard.press('Home');
  await page.locator('.cell.selected').waitFor();
  // Through the large view, output by output, with a note of the same kind on some.
  await page.keyboard.press('Enter');
  for (const [index, text] of payloads().entries()) {
    await page
      .locator('aside dd', { hasText: text.trim().slice(0, 12) })
      .first()
      .waitFor();
    if (index % 10 === 0) {
      await page.keyboard.press('n');
      await page.getByLabel('Note', { exact: true }).fill(text);
      await page.getByLabel(/Another prompt/).fill(`${text} again`);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
    expect(await harm()).toEqual(UNHARMED);
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('c');
  expect(await harm()).toEqual(UNHARMED);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Live' }).click();
  await page.getByRole('heading', { name: 'Money' }).waitFor();
  expect(await harm()).toEqual(UNHARMED);
  expect({ elsewhere: sheet.elsewhere, arrived: evil.requests.length, faults: sheet.faults }).toEqual({
    elsewhere: [],
    arrived: 0,
    faults: [],
  });
});

test('an address that is made up shows text, too', async () => {
  const { page } = sheet;
  const text = '"><img src=x onerror=alert(1)> of no output';
  const query = new URLSearchParams({ q: text, model: text, tag: text, group: `var:${text}`, decision: text, open: text, size: text });
  await page.goto(`${served.origin}/?${query}`);
  await page.getByText('No output matches these filters').waitFor();
  expect(await harm()).toEqual(UNHARMED);
  expect(sheet.faults).toEqual([]);
});
