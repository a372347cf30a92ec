import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { failedJob, sampleInput, sampleJob, sampleNight } from '../report/sample-report.ts';
import { startBrowser } from '../support/browser.ts';
import { reportPage } from '../support/report-page.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(closeWorkshops);

/** A picture of one pixel. */
const DOT = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/** Opens a page from disk, as somebody who double-clicks it would. */
async function open(file: string, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[]; remote: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1_200, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  const remote: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => !/^(?:file|data):/.test(request.url()) && remote.push(request.url()));
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  return { page, faults, remote };
}

async function written(text: Promise<string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'report.html');
  writeFileSync(file, await text);
  return file;
}

/** Findings of axe, all but the minor ones, with what they are about. */
async function findings(page: Page): Promise<readonly string[]> {
  const axe = (await import('axe-core')).default.source;
  const found = (await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found.violations.filter(({ impact }) => impact !== 'minor').map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

const rows = (page: Page) => page.locator('#jobs tbody tr');

test('the report of a run opens from disk: charts, small pictures that are seen, a film that plays, and nothing from elsewhere', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  workshop.write('m.yaml', {
    name: 'batch',
    jobs: [
      { id: 'pear one', model: 'ulazai/image', prompt: 'a pear', output: 'fruit/{{ id }} #1' },
      { id: 'film', model: 'ulazai/veo3_fast', prompt: 'a pear turns' },
    ],
  });
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  const { page, faults, remote } = await open(join(workshop.folder, 'out/batch', run.report!));
  expect(await page.locator('.chart canvas').count()).toBe(5);
  await expect
    .poll(() => page.locator('#pictures img:not(.on-paper)').evaluate((image: { naturalWidth: number }) => image.naturalWidth))
    .toBeGreaterThan(100);
  expect(await page.locator('#pictures img:not(.on-paper)').getAttribute('src')).toMatch(/^data:image\/webp/);
  const film = page.locator('#pictures video');
  await expect.poll(() => film.evaluate((video: { duration: number }) => video.duration)).toBeGreaterThan(1);
  await film.evaluate((video: { play(): Promise<void> }) => video.play());
  await expect.poll(() => film.evaluate((video: { currentTime: number }) => video.currentTime)).toBeGreaterThan(0.15);
  // What the poster stood for is there.
  expect((await film.getAttribute('poster')) ?? '').toBe('');
  const link = await page.locator('#jobs a').first().getAttribute('href');
  expect(decodeURIComponent(link!)).toMatch(/out\/batch\/fruit\/pear one #1\.png$/);
  expect({ faults, remote }).toEqual({ faults: [], remote: [] });
});

test('where a person asked for another prompt, the report, the jobs and the results of the run name that one: it made the file', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  workshop.write('m.yaml', { name: 'batch', jobs: [{ id: 'fruit', model: 'ulazai/image', prompt: 'a manifest pear' }] });
  await workshop.document(['run', 'm.yaml', '--yes']);
  workshop.write('d.csv', 'id,attempt,decision,prompt\nfruit,1,reject,a brighter plum\n');
  expect((await workshop.run(['regenerate', '--from', 'd.csv', '--yes'])).code).toBe(0);
  const run = await workshop.document(['resume', '--yes']);
  expect(await workshop.jobs()).toMatchObject([{ attempt: 2, params: { prompt: 'a brighter plum' } }]);
  const results = JSON.parse(await readFile(join(workshop.folder, 'out/batch/run_results.json'), 'utf8'));
  expect(results.run_results.results).toMatchObject([{ attempt: 2, params: { prompt: 'a brighter plum' } }]);
  const { page } = await open(join(workshop.folder, 'out/batch', run.report!));
  expect(await rows(page).textContent()).toContain('a brighter plum');
  expect(await rows(page).textContent()).not.toContain('a manifest pear');
  await page.getByLabel('Find').fill('brighter');
  await expect.poll(() => page.locator('#jobs output').textContent()).toBe('1 to 1 of 1 jobs');
});

test('a report that was taken elsewhere shows its pictures, and of a film a poster with what is known of it', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/veo3_fast', id: 'film', prompt: 'a pear turns', rows: [{ n: 1 }] });
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  const { page } = await open(await written(readFile(join(workshop.folder, 'out/batch', run.report!), 'utf8')));
  const poster = page.locator('#pictures .film img');
  await expect.poll(() => poster.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(0);
  expect(decodeURIComponent((await poster.getAttribute('src'))!)).toMatch(/^data:image\/svg\+xml,.*>film\.mp4<.*>\d+ s, [\d.]+ kB</s);
  expect(await page.locator('#pictures').innerText()).toContain('Films play from the output folder');
});

test('charts: one for each unit of money, the rate and the slots of each provider, all times UTC wherever the reader is', async () => {
  const night = sampleNight();
  const links = { address: () => null, thumb: () => null, slots: (provider: string) => (provider === 'ulazai' ? 5 : null) };
  const context = await browser.newContext({ timezoneId: 'America/New_York', viewport: { width: 1_400, height: 2_000 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  // What is written on the canvases.
  await page.addInitScript(`window.drawn = []; {
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { window.drawn.push(text); return fillText.call(this, text, ...rest); };
  }`);
  await page.goto(pathToFileURL(await written(reportPage(night, links))).href);
  const titles = await page.locator('.chart figcaption').allTextContents();
  expect(titles).toEqual([
    'Spent, less what came back, in credits, UTC',
    'Spent, less what came back, in points, UTC',
    'Finished so far, UTC',
    'Finished a minute, UTC',
    'In flight, from submission to completion, UTC',
    'Time from submission to completion',
  ]);
  const drawn = async () => (await page.evaluate('window.drawn')) as string[];
  await expect.poll(drawn).toEqual(expect.arrayContaining(['22:30', '23:00', '1 Mar', 'credits', 'points', 'jobs', 'jobs a minute']));
  expect((await drawn()).filter((text) => /[ap]m$|^17:|^18:/.test(text))).toEqual([]);

  const flying = page.locator('.chart').nth(4);
  expect(await flying.locator('.u-label').allTextContents()).toEqual(['at', 'ulazai', 'slots of ulazai', 'mayanio']);
  // One colour for what belongs together, and the bound is marked by a line of dashes where the jobs have a box.
  const marks = (await page.evaluate(
    `[...document.querySelectorAll('.chart:nth-child(5) .u-marker')].map((mark) => getComputedStyle(mark).borderBottomStyle + mark.clientHeight)`,
  )) as string[];
  expect(marks[2]).toBe('dashed0');
  expect(marks[1]).not.toBe(marks[2]);
  expect(await flying.locator('.u-value').first().isVisible()).toBe(false);
  const height = async () => (await flying.boundingBox())!.height;
  const before = await height();
  await flying.locator('.u-over').hover();
  await expect
    .poll(() => flying.locator('.u-value').allTextContents())
    .toEqual([expect.stringMatching(/^1 Mar 2026, 22:\d\d UTC$/), '0', '5', '0']);
  expect(await height()).toBe(before);
});

test('at 1,200 pixels every column of the jobs is there, to its last digit', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  const models = ['ulazai/image', 'ulazai/veo3_fast'];
  workshop.write('m.yaml', {
    name: 'batch',
    jobs: models.map((model, at) => ({
      id: `spring-catalog-mug-white-studio-${at}`,
      model,
      prompt: 'A mug of white stoneware on an oak table at dawn, soft light from the left, a shallow depth of field',
    })),
  });
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  const { page } = await open(join(workshop.folder, 'out/batch', run.report!));
  expect(await rows(page).count()).toBe(2);
  const widths = await page
    .locator('#jobs .scroll')
    .evaluate((table: { scrollWidth: number; clientWidth: number }) => [table.scrollWidth, table.clientWidth] as const);
  expect(widths[0]).toBeLessThanOrEqual(widths[1]);
});

test('ten thousand jobs: a screenful exists, any column sorts, text and state filter, pages turn', async () => {
  const jobs = Array.from({ length: 10_000 }, (_, at) =>
    at % 100 === 0
      ? failedJob({ message: `it broke ${at}` }, { id: `job-${at}` })
      : sampleJob({
          id: `job-${at}`,
          params: { prompt: `pear number ${at}` },
          completedAt: sampleJob().createdAt + 1_000 + ((at * 7919) % 10_000) * 10,
        }),
  );
  const { page, faults } = await open(await written(reportPage(sampleInput(jobs), { address: (path) => path, thumb: () => DOT })));
  expect(await rows(page).count()).toBe(50);
  await expect.poll(() => page.locator('#jobs output').textContent()).toBe('1 to 50 of 10,000 jobs');

  await page.getByRole('button', { name: 'Took' }).click();
  await page.getByRole('button', { name: 'Took' }).click();
  expect(await page.locator('#jobs th[aria-sort]').getAttribute('aria-sort')).toMatch(/ascending|descending/);
  const took = await rows(page)
    .locator('.tookMs')
    .evaluateAll((all) => all.map((cell) => Number.parseFloat((cell as { textContent: string }).textContent)));
  const sorted = [...took].sort((a, b) => a - b);
  expect([sorted, sorted.toReversed()]).toContainEqual(took);

  await page.getByLabel('Find').fill('pear number 4242');
  await expect.poll(() => rows(page).count()).toBe(1);
  expect(await rows(page).textContent()).toContain('job-4242');
  await page.getByLabel('Find').fill('');
  await page.getByLabel('State').selectOption('failed');
  await expect.poll(() => page.locator('#jobs output').textContent()).toBe('1 to 50 of 100 jobs');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect.poll(() => page.locator('#jobs output').textContent()).toBe('51 to 100 of 100 jobs');
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  expect(faults).toEqual([]);
});

test.each([
  ['light', 1_400],
  ['dark', 1_400],
  ['light', 380],
  ['dark', 380],
] as const)('axe has nothing against it, %s, %i pixels wide, whole prompts open or not', async (colorScheme, width) => {
  const night = sampleNight();
  const essay = sampleJob({ id: 'essay', params: { prompt: 'A mug of a thousand words. '.repeat(200) } });
  const input = { ...night, jobs: () => [...night.jobs(), essay] };
  const { page } = await open(await written(reportPage(input)), { colorScheme, bypassCSP: true, viewport: { width, height: 900 } });
  expect(await page.locator('.chart canvas').count()).toBeGreaterThan(2);
  expect(await findings(page)).toEqual([]);
  await page.getByText('Whole prompt').click();
  await expect.poll(async () => (await page.locator('.prompt[open]').innerText()).length).toBeGreaterThan(5_000);
  expect(await findings(page)).toEqual([]);
});

test('without scripts the figures, the failures and the jobs are there all the same', async () => {
  const { page } = await open(await written(reportPage(sampleNight())), { javaScriptEnabled: false });
  const text = await page.locator('body').innerText();
  for (const part of ['122 credits net', 'Failures by cause', 'maybe-1', 'mugs/mug-white-studio.png']) expect(text).toContain(part);
});

/** The width between the margins of A4, in pixels. */
const PAPER = 703;

test('on paper it is dark on white, nothing is cut or shrunk, and it says which rows are there and where the others are', async () => {
  const long = 'a-very-long-product-identifier-that-somebody-pasted-from-an-inventory-system';
  const jobs = Array.from({ length: 120 }, (_, at) =>
    sampleJob({ id: `${long}-${at}`, attempt: 2, params: { prompt: 'A mug of stoneware on an oak table at dawn, soft light' } }),
  );
  const links = { address: (path: string) => path, thumb: () => DOT };
  const { page } = await open(await written(reportPage(sampleInput(jobs), links)), {
    colorScheme: 'dark',
    viewport: { width: PAPER, height: 1_000 },
  });
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const style = (what: string) => page.evaluate(`getComputedStyle(document.body).${what}`);
  expect([await style('color'), Number.parseFloat(String(await style('fontSize')))]).toEqual(['rgb(27, 31, 36)', expect.closeTo(13.3, 1)]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PAPER);
  const cut = `[...document.querySelectorAll('th, td, canvas')].filter((each) => each.getBoundingClientRect().right > ${PAPER}).length`;
  expect(await page.evaluate(cut)).toBe(0);
  expect(await page.getByLabel('Find').isVisible()).toBe(false);
  const text = await page.locator('#jobs').innerText();
  for (const part of ['1 to 50 of 120 jobs', 'report spring-catalog --format csv', 'ulazai/image, attempt 2, 1 Mar 2026, 22:14 UTC'])
    expect(text).toContain(part);
  await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
  expect(await style('color')).toBe('rgb(230, 232, 235)');
});

test('the tables of models, failures and lengths sort by any column, and their sums stay below', async () => {
  const start = sampleJob().createdAt;
  const jobs = [
    sampleJob({ id: 'a', model: 'ulazai/image', submittedAt: start, completedAt: start + 900 }),
    sampleJob({ id: 'b', model: 'ulazai/kling-3.0', submittedAt: start, completedAt: start + 200_000, quote: 1_200e6, charged: 1_200e6 }),
    sampleJob({ id: 'c', model: 'ulazai/veo3', submittedAt: start, completedAt: start + 5_000, quote: 300e6, charged: 300e6 }),
  ];
  const { page, faults } = await open(await written(reportPage(sampleInput(jobs), { address: () => null, thumb: () => null })));
  const table = (title: string) => page.getByRole('region', { name: title }).locator('table');
  const models = (title: string) => table(title).locator('tbody td:first-child').allTextContents();
  const click = (title: string, head: string) => table(title).getByRole('button', { name: head }).click();
  const [cost, time] = ['Cost by model: ulazai, in credits', 'Time from submission to completion'];
  await click(cost, 'Charged');
  expect(await models(cost)).toEqual(['ulazai/kling-3.0', 'ulazai/veo3', 'ulazai/image']);
  expect(await table(cost).locator('th[aria-sort]').allTextContents()).toEqual(['Charged ▼']);
  await click(cost, 'Charged');
  expect(await models(cost)).toEqual(['ulazai/image', 'ulazai/veo3', 'ulazai/kling-3.0']);
  expect(await table(cost).locator('tfoot th').textContent()).toBe('Total');
  await click(time, 'Median');
  expect(await table(time).locator('tbody td:nth-child(3)').allTextContents()).toEqual(['3 min 20 sec', '5 sec', '900 ms']);
  await click(time, 'Model');
  expect(await models(time)).toEqual(['ulazai/image', 'ulazai/kling-3.0', 'ulazai/veo3']);
  expect(faults).toEqual([]);
});

test('where nothing matches it says so, and amounts of one unit say it once', async () => {
  const { page } = await open(await written(reportPage(sampleInput([sampleJob()]))));
  const table = page.locator('#jobs table');
  expect(await table.innerText()).toMatch(/Quoted, credits/);
  expect(await table.locator('tbody').innerText()).not.toContain('credits');
  await page.getByLabel('Find').fill('nothing of the kind');
  await expect.poll(() => table.locator('tbody').innerText()).toBe('No job matches.');
  expect(await page.locator('#jobs output').textContent()).toBe('No job matches');
});

test('--gallery writes the contact sheet beside the report, and decisions made there are those that regenerate takes', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  const rowsOf = [{ n: 1 }, { n: 2 }];
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows: rowsOf, id: 'p{{ n }}', prompt: 'pear {{ n }}' });
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect((await workshop.run(['report', '--format', 'html', '--gallery'])).code).toBe(2);
  const ran = await workshop.run(['report', '--format', 'html', '--gallery', '--output', 'see/night.html']);
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('see/night-gallery.html')]);
  const { page, faults, remote } = await open(join(workshop.folder, 'see/night.html'));
  await page.getByRole('link', { name: /Contact sheet/ }).click();
  const cells = page.getByRole('gridcell');
  await expect.poll(() => cells.count()).toBe(2);
  await expect
    .poll(() =>
      cells
        .first()
        .locator('img')
        .evaluate((image: { naturalWidth: number }) => image.naturalWidth),
    )
    .toBeGreaterThan(100);
  await cells.first().click();
  await page.keyboard.press('x');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /decisions\.csv/ }).click();
  await (await download).saveAs(join(workshop.folder, 'decisions.csv'));
  const again = await workshop.run(['regenerate', '--from', 'decisions.csv', '--yes', '--json']);
  expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
  expect(workshop.query("SELECT count(*) FROM jobs WHERE state = 'queued'")).toBe(1);
  expect({ faults, remote }).toEqual({ faults: [], remote: [] });
});
