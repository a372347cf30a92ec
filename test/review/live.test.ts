import { isDeepStrictEqual } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums } from './support/contact-sheet.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(closeWorkshops);

test('a running batch is seen as it goes: outputs as they are saved, money, limits, events; decisions made meanwhile hold nothing up', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 100/200ms, concurrency: 2 }' });
  // The sandbox holds every submission after the fourth back until the page has been looked at.
  let submitted = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method === 'POST' && path.includes('/generate')) {
      submitted += 1;
      if (submitted > 4) await released;
    }
    return null;
  });
  const rows = Array.from({ length: 12 }, (_, index) => ({ sku: `s${index}` }));
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows, id: '{{ sku }}', prompt: 'a {{ sku }}', budget: 500 });
  const run = workshop.start(['run', 'm.yaml', '--yes', '--json']);
  await eventually('four files are saved', () => workshop.files('out/night').length === 4);

  const served = await serveSheet(workshop, ['watch']);
  const { page, faults } = await openSheet(browser, served.url);
  await page.getByRole('heading', { name: /Running, by process \d+/ }).waitFor();
  await page.getByText('4 files.').waitFor();
  const money = page.getByRole('row', { name: /^ulazai/ }).first();
  // 4 charged, 2 on their way.
  await eventually('the money is that of six', async () => {
    const shown = await money.locator('td').allTextContents();
    return isDeepStrictEqual(shown, ['96', '16', '32', '0', '32', '0', '500', 'credits']);
  });
  await page.getByText('ulazai: jobs at once').waitFor();
  await eventually('two are on their way', async () => (await page.locator('.events').first().locator('li').count()) === 2);
  await eventually('four have ended', async () => (await page.locator('.events').last().locator('li').count()) === 4);

  await page.getByRole('button', { name: 'Contact sheet' }).click();
  await sums(page, '4 outputs');
  await page.locator('.cell').first().click();
  await page.keyboard.press('p');
  await sums(page, '1 picked');
  // The price can be looked at, and that the run at work would make it; see regenerate.test.ts for the yes.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  await page.getByRole('button', { name: 'Queue 1 job for 8 credits of ulazai' }).waitFor();
  await page.getByText('The run at work makes them at once, within its cap').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('u');
  release();
  // Nobody reloads anything.
  await sums(page, '12 outputs: 1 picked, 0 rejected, 11 undecided');
  const { code, stderr } = await run.ended;
  expect([code, stderr]).toEqual([0, expect.anything()]);
  await page.getByRole('button', { name: 'Live' }).click();
  await page.getByRole('heading', { name: 'Not running now' }).waitFor();
  await page.getByText('12 jobs: 12 done. 12 files.').waitFor();
  // The one that was picked has cost all that was spent.
  await sums(page, 'Per accepted output so far: ulazai/image 96 credits');
  expect(faults).toEqual([]);
  expect(workshop.query('SELECT count(*) FROM decisions WHERE decision IS NOT NULL')).toBe(1);
  expect(workshop.spent()).toMatchObject({ net: 96 });
  await page.close();
  await served.stop();
  await between.close();
});

test('the page says what the terminal says: pace and end, what holds the run up, every kind of slots, and that nobody works it any more', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 1000/200ms, concurrency: 3 }', speed: 400 });
  let submitted = 0;
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method !== 'POST' || !path.includes('/generate')) return null;
    submitted += 1;
    if (submitted <= 6) return null;
    // From then on nothing at all is sent.
    await eventually('six are done', () => workshop.query<number>(`SELECT count(*) FROM jobs WHERE state = 'done'`) === 6);
    return { status: 429, headers: { 'retry-after': '600' }, body: { error: 'slow down' } };
  });
  const rows = Array.from({ length: 30 }, (_, index) => ({ sku: `s${index}` }));
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows, id: '{{ sku }}', prompt: 'a {{ sku }}' });
  const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('it is throttled', () => run.events().some(({ event }) => event === 'throttled'));

  const served = await serveSheet(workshop, ['watch']);
  const { page, faults } = await openSheet(browser, served.url);
  await page.getByText(/ulazai throttled until \d\d:\d\d:\d\d/).waitFor();
  await page.getByText(/^\d[\d.]* jobs\/min, \d.* min left, until \d\d:\d\d:\d\d to \d\d:\d\d:\d\d$/).waitFor();
  await page.getByText('ulazai: jobs at once').waitFor();
  await page.getByText('ulazai: sora jobs at once').waitFor();

  run.child.kill('SIGKILL');
  await run.ended;
  await page.getByText('nobody works it; `nightshift resume night` goes on').waitFor();
  expect(await page.getByText('throttled').count()).toBe(0);
  expect(await page.getByText(' left').count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
  await served.stop();
  await between.close();
});

test('somebody who decides all the time holds no run up, and loses no decision to it', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 1000/100ms }' });
  // The fortieth submission is on its way until some decisions have been made.
  let submitted = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method === 'POST' && path.includes('/generate')) {
      submitted += 1;
      if (submitted === 40) await released;
    }
    return null;
  });
  const rows = Array.from({ length: 60 }, (_, index) => ({ sku: `s${index}` }));
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows, id: '{{ sku }}', prompt: 'a {{ sku }}' });
  const run = workshop.start(['run', 'm.yaml', '--yes', '--json']);
  await eventually('a file is saved', () => workshop.files('out/night').length > 0);
  const served = await serveSheet(workshop);
  const { page } = await openSheet(browser, served.url);
  await page.locator('.cell').first().waitFor();
  const output = workshop.query<number>('SELECT min(id) FROM outputs');
  const writing = page.evaluate(`(async () => {
    const answers = [];
    window.enough = false;
    for (let at = 0; !window.enough; at++) {
      const body = JSON.stringify({ changes: [{ output: ${output}, note: 'note ' + at }] });
      const answer = await fetch('/api/decisions', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      answers.push(answer.status);
    }
    return answers;
  })()`) as Promise<number[]>;
  await eventually('some decisions are made', () => workshop.query<number>('SELECT count(*) FROM decision_changes') > 5);
  release();
  const { code } = await run.ended;
  await page.evaluate('window.enough = true');
  const answers = await writing;
  expect(code).toBe(0);
  expect(answers.length).toBeGreaterThan(5);
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(workshop.query('SELECT count(*) FROM decision_changes')).toBe(answers.length);
  expect(workshop.query('SELECT note FROM decisions')).toBe(`note ${answers.length - 1}`);
  expect(workshop.spent().charged).toBe(480);
  await page.close();
  await served.stop();
  await between.close();
});

test('pause holds new submissions back at once, unpause lets them go on', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 1000/100ms, concurrency: 1 }' });
  // The third submission is on its way until the page has been paused.
  let submitted = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method === 'POST' && path.includes('/generate')) {
      submitted += 1;
      if (submitted === 3) await released;
    }
    return null;
  });
  const rows = Array.from({ length: 6 }, (_, index) => ({ sku: `s${index}` }));
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows, id: '{{ sku }}', prompt: 'a {{ sku }}' });
  const run = workshop.start(['run', 'm.yaml', '--yes', '--json']);
  await eventually('the third is submitted', () => submitted === 3);
  const served = await serveSheet(workshop, ['watch']);
  const { page, faults } = await openSheet(browser, served.url);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('Paused: what is in flight is collected').waitFor();
  release();
  // What was in flight has ended, its slot is free, and nothing took it.
  await page.getByText('Nothing is on its way.').waitFor();
  await page.getByText('6 jobs: 3 done, 3 queued.').waitFor();
  expect([submitted, run.child.exitCode]).toEqual([3, null]);
  await page.getByRole('button', { name: 'Unpause', exact: true }).click();
  expect((await run.ended).code).toBe(0);
  expect(submitted).toBe(6);
  await page.getByText('6 jobs: 6 done.').waitFor();
  expect(faults).toEqual([]);
  await page.close();
  await served.stop();
  await between.close();
});
