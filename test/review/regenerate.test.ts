import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, serveSheet, sums } from './support/contact-sheet.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(closeWorkshops);

test('what is rejected is queued again for the price that was shown, and nothing else; its next attempt starts undecided', async () => {
  const workshop = await sandboxWorkshop();
  const rows = ['a', 'b', 'c', 'd'].map((sku) => ({ sku }));
  workshop.write('m.yaml', {
    name: 'spring',
    budget: 250,
    model: 'ulazai/image',
    rows,
    id: '{{ sku }}',
    prompt: 'a {{ sku }}',
    jobs: [{}, { id: 'film', rows: [{ sku: 'f' }], model: 'ulazai/veo3_fast', prompt: 'a film', params: { aspect_ratio: '16:9' } }],
  });
  await workshop.document(['run', 'm.yaml', '--yes']);
  const submissions = workshop.submissions();
  const served = await serveSheet(workshop);
  const { page, faults } = await openSheet(browser, served.url);
  await sums(page, '5 outputs');
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('none');
  const cell = (name: string) => page.locator('.cell').filter({ has: page.getByText(name, { exact: true }) });
  const button = page.getByRole('button', { name: /^Regenerate rejected/ });
  expect(await button.isDisabled()).toBe(true);
  await cell('a').click();
  await page.keyboard.press('x');
  await cell('b').click();
  await page.keyboard.press('p');
  await cell('c').click();
  await page.keyboard.press('x');
  await page.keyboard.press('n');
  await page.getByLabel(/Another prompt/).fill('a much better c');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await cell('film').click();
  await page.keyboard.press('x');
  await sums(page, '1 picked, 3 rejected');

  await page.getByRole('button', { name: 'Regenerate rejected (3)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 jobs would get a new paid attempt, for 146 credits of ulazai in all').waitFor();
  expect(await dialog.locator('.jobs li').allTextContents()).toEqual([
    'a, attempt 2',
    'c, attempt 2, with another prompt: a much better c',
    'film, attempt 2',
  ]);
  // What there is to pay it from: 162 of the cap are spent, and the account was asked when the run ended.
  await dialog.getByText('Cap of the batch at ulazai: 88 of 250 credits left').waitFor();
  await dialog.getByText('This does not fit: the next resume needs a higher --max-cost').waitFor();
  await dialog.getByText(/Balance when it was last told, .*: 2,338 credits\./).waitFor();
  // Asked and not agreed to: nothing is queued.
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(workshop.query(`SELECT count(*) FROM jobs WHERE state = 'queued'`)).toBe(0);

  await page.getByRole('button', { name: 'Regenerate rejected (3)' }).click();
  await dialog.getByRole('button', { name: 'Queue 3 jobs for 146 credits of ulazai' }).click();
  await dialog.getByText('3 jobs queued for a new attempt').waitFor();
  expect(workshop.query(`SELECT group_concat(id) FROM (SELECT id FROM jobs WHERE state = 'queued' ORDER BY seq)`)).toBe('a,c,film');
  expect(workshop.submissions()).toBe(submissions);
  await dialog.getByRole('button', { name: 'Close' }).click();
  // A second time there is nothing to be queued, and each says why.
  await page.getByRole('button', { name: 'Regenerate rejected (0)' }).waitFor();
  expect(await button.isDisabled()).toBe(true);
  await cell('a').getByText('attempt 2 queued', { exact: true }).waitFor();
  expect(await page.locator('.cell .again').count()).toBe(3);

  expect((await workshop.run(['resume', '--max-cost', '400'])).code).toBe(0);
  await sums(page, '8 outputs: 1 picked, 3 rejected, 4 undecided');
  // Each has its second attempt: the first rejects count no more, and one of the second does.
  await page.locator('.cell .again').first().waitFor({ state: 'detached' });
  expect(await button.innerText()).toBe('Regenerate rejected (0)');
  await page.locator('.cell').filter({ hasText: 'a attempt 2' }).click();
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  await dialog.getByText('1 job would get a new paid attempt').waitFor();
  expect(await dialog.locator('.jobs li').allTextContents()).toEqual(['a, attempt 3']);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('u');
  await sums(page, '3 rejected');
  expect(workshop.submissions()).toBe(submissions + 3);
  expect(workshop.chargesByPrompt().get('a much better c')).toBe(1);
  expect(workshop.chargesByPrompt().get('a b')).toBe(1);
  // 4 pictures, then 2 again, came to one that is wanted; two films to none.
  await sums(page, 'so far: ulazai/image 48 credits, ulazai/veo3_fast none yet (260 credits spent)');
  // Both attempts of it stand side by side, also where the prompt is another one.
  await cell('c').first().click();
  await page.keyboard.press('c');
  await page.locator('.side-by-side h3', { hasText: 'attempt 2' }).waitFor();
  expect(await page.locator('.side-by-side h3').count()).toBe(2);
  expect(faults).toEqual([]);
  await served.stop();
});

test('what was rejected a moment ago is regenerated too, though its decision is still on its way to the disk', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', { name: 'spring', model: 'ulazai/image', rows: [{ sku: 'a' }], id: '{{ sku }}', prompt: 'a {{ sku }}' });
  await workshop.document(['run', 'm.yaml', '--yes']);
  const served = await serveSheet(workshop);
  const { page } = await openSheet(browser, served.url);
  await sums(page, '1 output');
  let store = () => {};
  const held = new Promise<void>((resolve) => {
    store = resolve;
  });
  await page.route('**/api/decisions', async (route) => {
    await held;
    await route.continue();
  });
  await page.locator('.cell').click();
  await page.keyboard.press('x');
  const asked = page.waitForRequest('**/api/regenerate');
  await page.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  await page.getByText('Asking for the price').waitFor();
  store();
  await asked;
  await page.getByRole('button', { name: 'Queue 1 job for 8 credits of ulazai' }).waitFor();
  await served.stop();
});

test('a price that is another one by the time of the yes queues nothing', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'spring',
    model: 'ulazai/image',
    rows: [{ sku: 'a' }, { sku: 'b' }],
    id: '{{ sku }}',
    prompt: 'a {{ sku }}',
  });
  await workshop.document(['run', 'm.yaml', '--yes']);
  const served = await serveSheet(workshop);
  const { page, context } = await openSheet(browser, served.url);
  await sums(page, '2 outputs');
  await page.locator('.cell').first().click();
  await page.keyboard.press('x');
  await sums(page, '1 rejected');
  await page.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('for 8 credits of ulazai in all').waitFor();
  // Meanwhile the other one is rejected in another tab, and the first made again from there.
  // The first tab does not hear of it.
  await page.route('**/api/status', (route) => route.abort());
  const other = await context.newPage();
  await other.goto(served.origin);
  await sums(other, '1 rejected');
  await other.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  await other
    .getByRole('dialog')
    .getByRole('button', { name: /^Queue 1 job/ })
    .click();
  await other.getByText('1 job queued').waitFor();
  await dialog.getByRole('button', { name: /^Queue 1 job/ }).click();
  await dialog.getByRole('alert').filter({ hasText: 'The price is another one now' }).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  // A dialog that has nothing to offer says why without being asked.
  await page.getByRole('button', { name: 'Regenerate rejected (1)' }).click();
  await dialog.getByText('Nothing of it can be made again now.').waitFor();
  expect(await dialog.getByText('it is queued already, for its attempt 2').isVisible()).toBe(true);
  expect(workshop.query(`SELECT count(*) FROM jobs WHERE state = 'queued'`)).toBe(1);
  await served.stop();
});

/**
 * A run of six pictures, two of which wait to be submitted until they are let go. Its cap is a flag's, which `set` raises: nothing goes above a
 * budget of the manifest but the flag of a later command.
 */
async function heldRun(workshop: Workshop, cap: number) {
  let submitted = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method === 'POST' && path.includes('/generate')) {
      submitted += 1;
      if (submitted === 5 || submitted === 6) await released;
    }
    return null;
  });
  const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((sku) => ({ sku }));
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows, id: '{{ sku }}', prompt: 'a {{ sku }}' });
  const run = workshop.start(['run', 'm.yaml', '--max-cost', String(cap), '--json']);
  await eventually('four files are saved', () => workshop.files('out/night').length === 4);
  return { run, release, between };
}

test('a run at work makes what was rejected: queued once however often it is asked for, paid once, also when the run is killed', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 100/200ms, concurrency: 2 }' });
  const { run, release, between } = await heldRun(workshop, 500);
  const served = await serveSheet(workshop);
  const { page, context, faults } = await openSheet(browser, served.url);
  await sums(page, '4 outputs');
  for (const _ of [0, 1]) {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('x');
  }
  await sums(page, '2 rejected');
  const other = await context.newPage();
  await other.goto(served.origin);
  await sums(other, '2 rejected');
  for (const each of [page, other]) {
    await each.getByRole('button', { name: 'Regenerate rejected (2)' }).click();
    await each.getByText('2 jobs would get a new paid attempt, for 16 credits of ulazai in all. The run at work makes them').waitFor();
  }
  // A yes in each tab, in the same moment: the second finds the price gone.
  const yes = (each: typeof page) => each.getByRole('button', { name: /^Queue 2 jobs/ }).click();
  await Promise.all([yes(page), yes(other)]);
  await eventually('both have their answer', async () => {
    const [queued, refused] = ['2 jobs queued for a new attempt', 'The price is another one now'];
    const texts = await Promise.all([page, other].map((each) => each.getByRole('dialog').innerText()));
    return texts.some((text) => text.includes(queued)) && texts.some((text) => text.includes(refused));
  });
  expect(workshop.query(`SELECT count(*) FROM regenerations`)).toBe(2);
  expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  // What was agreed to is on the disk: the run that would have made it is not needed.
  run.child.kill('SIGKILL');
  await run.ended;
  release();
  expect((await workshop.run(['resume', '--yes'])).code).toBe(0);
  await sums(page, '8 outputs');
  // The two that were on their way when it was killed are found, not paid for again.
  expect(Object.fromEntries(workshop.chargesByPrompt())).toEqual({ 'a a': 2, 'a b': 2, 'a c': 1, 'a d': 1, 'a e': 1, 'a f': 1 });
  await served.stop();
  await between.close();
});

test('a run at work makes what was queued as soon as it has room, and nothing is put before it that its cap does not leave', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 100/200ms, concurrency: 3 }' });
  const { run, release, between } = await heldRun(workshop, 58);
  const served = await serveSheet(workshop);
  const { page, faults } = await openSheet(browser, served.url);
  await sums(page, '4 outputs');
  for (const _ of [0, 1]) {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('x');
  }
  await page.getByRole('button', { name: 'Regenerate rejected (2)' }).click();
  const dialog = page.getByRole('dialog');
  // 48 of 58 are for the batch as it is: the run would stop at the second, and leave the rest of the night unmade.
  await dialog.getByText('`nightshift set ulazai.max-cost 64 --batch night` makes room for it').waitFor();
  expect(await dialog.getByRole('button', { name: /^Queue 2 jobs/ }).isDisabled()).toBe(true);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await workshop.run(['set', 'ulazai.max-cost', '64', '--batch', 'night'])).code).toBe(0);
  await page.getByRole('button', { name: 'Regenerate rejected (2)' }).click();
  await dialog.getByRole('button', { name: /^Queue 2 jobs/ }).click();
  await dialog.getByText('2 jobs queued for a new attempt: 16 credits of ulazai. The run at work makes them').waitFor();
  // The two that were on their way still are, and there is a slot beside them.
  await sums(page, '6 outputs');
  release();
  const { code, stdout } = await run.ended;
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ stopped: 'completed' })]);
  await sums(page, '8 outputs');
  expect(workshop.spent()).toMatchObject({ net: 64 });
  expect(workshop.query(`SELECT count(*) FROM jobs WHERE state <> 'done'`)).toBe(0);
  expect(faults).toEqual([]);
  await served.stop();
  await between.close();
});
