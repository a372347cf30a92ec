import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, type Served, serveSheet, sums } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

// A page of another port of this machine, in the very browser that was let in: for cookies it is the same site.
let browser: Browser;
let workshop: Workshop;
let served: Served;
let other: TestServer;
let page: Page;
let output: number;

beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  await manyOutputs(workshop, { many: 2 });
  output = workshop.query<number>('SELECT min(id) FROM outputs');
  served = await serveSheet(workshop);
  const sheet = await openSheet(browser, served.url);
  await sums(sheet.page, '2 outputs');
  other = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>other</title><body>'),
  );
  page = await sheet.context.newPage();
  await page.goto(other.url);
});
afterAll(async () => {
  await served.stop();
  await other.close();
  await browser.close();
  await closeWorkshops();
});

/** What the other page gets, as its script sees it. */
const tries = (script: string): Promise<unknown> => page.evaluate(`(async () => { const at = '${served.origin}'; ${script} })()`);

test('reads nothing by fetch', async () => {
  for (const path of ['/', '/api/outputs', '/api/decisions.csv', `/media/${output}`]) {
    expect(await tries(`return fetch(at + '${path}', { credentials: 'include' }).then((r) => r.text(), (e) => e.name)`)).toBe('TypeError');
    const opaque = `const r = await fetch(at + '${path}', { credentials: 'include', mode: 'no-cors' }).catch((e) => e); return [r.type ?? r.name, r.status ?? 0]`;
    expect(await tries(opaque)).not.toContain(200);
  }
});

test('sees no picture, no film, no news, and cannot frame the page', async () => {
  for (const path of [`/media/${output}`, `/thumb/${output}`]) {
    const seen = await tries(
      `return new Promise((done) => { const image = new Image(); image.onload = () => done('seen'); image.onerror = () => done('refused'); image.src = at + '${path}'; })`,
    );
    expect(seen).toBe('refused');
  }
  expect(
    await tries(
      `return new Promise((done) => { const s = new EventSource(at + '/api/news', { withCredentials: true }); s.onopen = () => done('open'); s.onerror = () => done('refused'); })`,
    ),
  ).toBe('refused');
  await tries(
    `const frame = document.createElement('iframe'); frame.src = at + '/'; document.body.append(frame); await new Promise((done) => { frame.onload = done; })`,
  );
  const framed = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await framed?.locator('.sums').count()).toBe(0);
});

test('writes nothing, by fetch, by form or by beacon', async () => {
  const body = JSON.stringify({ changes: [{ output, decision: 'reject' }] });
  await tries(
    `await fetch(at + '/api/decisions', { method: 'POST', credentials: 'include', mode: 'no-cors', body: '${body}' }).catch(() => {})`,
  );
  await tries(
    `await fetch(at + '/api/decisions', { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '${body}' }).catch(() => {})`,
  );
  await tries(`navigator.sendBeacon(at + '/api/decisions', '${body}')`);
  const answered = page.waitForResponse(
    (response) => response.url().endsWith('/api/decisions') && response.request().isNavigationRequest(),
  );
  await tries(
    `const form = document.createElement('form'); form.method = 'post'; form.enctype = 'text/plain'; form.action = at + '/api/decisions'; document.body.append(form); form.submit()`,
  );
  expect((await answered).status()).toBe(403);
  expect(workshop.query('SELECT count(*) FROM decision_changes')).toBe(0);
});
