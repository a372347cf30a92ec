import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { openSheet, type Served, serveSheet, sums, type Watched } from './support/contact-sheet.ts';

let browser: Browser;
let workshop: Workshop;
let served: Served;
let sheet: Watched;

const MANIFEST = {
  name: 'spring',
  model: 'ulazai/image',
  rows: [
    { sku: 'mug', title: 'Mug' },
    { sku: 'lamp', title: 'Lamp' },
  ],
  matrix: { scene: ['studio', 'beach'] },
  id: '{{ sku }}-{{ scene }}',
  prompt: '{{ title }}, {{ scene }}',
  tags: ['{{ scene }}'],
  jobs: [
    {},
    {
      id: '{{ sku }}-film',
      matrix: {},
      model: 'ulazai/veo3_fast',
      prompt: '{{ title }}, studio',
      params: { aspect_ratio: '16:9' },
      tags: [],
    },
  ],
};

beforeAll(async () => {
  browser = await startBrowser();
  workshop = await sandboxWorkshop();
  workshop.write('m.yaml', MANIFEST);
  await workshop.document(['run', 'm.yaml', '--yes']);
  served = await serveSheet(workshop);
  sheet = await openSheet(browser, served.url);
  await sums(sheet.page, '6 outputs: 0 picked, 0 rejected, 6 undecided');
});
afterAll(async () => {
  await served.stop();
  await browser.close();
  await closeWorkshops();
});
// Nothing that a person does may end in an error, or ask another machine.
afterEach(() => {
  expect({ faults: sheet.faults, elsewhere: sheet.elsewhere }).toEqual({ faults: [], elsewhere: [] });
});

const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await sheet.page.keyboard.press(key);
};
const stored = (): Record<string, string> =>
  JSON.parse(
    workshop.query<string>(
      `SELECT json_group_object(j.id, coalesce(d.decision, '') || iif(d.star, '*', '') || coalesce(' ' || d.note, '') || coalesce(' > ' || d.prompt, ''))
        FROM decisions d JOIN outputs o ON o.id = d.output_id JOIN attempts a ON a.id = o.attempt_id JOIN jobs j ON j.seq = a.job_seq
        WHERE d.decision IS NOT NULL OR d.star OR d.note IS NOT NULL OR d.prompt IS NOT NULL`,
    ),
  ) as Record<string, string>;
const storedAs = (what: Record<string, string>) => expect.poll(stored, { timeout: 10_000 }).toEqual(what);
const inPage = (what: string, holds: string) => eventually(what, async () => (await sheet.page.evaluate(holds)) === true);
const selected = () => sheet.page.locator('.cell.selected .name');
const titles = () => sheet.page.locator('.title [role=rowheader]').allTextContents();
const names = async () => (await sheet.page.locator('.cell .name').allTextContents()).map((name) => name.trim());

test('the token leaves the address, and reloading keeps the way in', async () => {
  expect(sheet.page.url()).not.toContain('token');
  await sheet.page.reload();
  await sums(sheet.page, '6 outputs');
});

test('every output is on it, small, under its row; small pictures lie with the state, not among the outputs', async () => {
  await inPage(
    'every picture is seen',
    "[...document.querySelectorAll('.cell img')].filter((image) => image.naturalWidth > 0).length === 4",
  );
  await inPage(
    'every film is there',
    "[...document.querySelectorAll('.cell video')].filter((video) => video.readyState >= 1).length === 2",
  );
  expect(await names()).toEqual(['mug-studio', 'mug-beach', 'mug-film', 'lamp-studio', 'lamp-beach', 'lamp-film']);
  expect(workshop.files('out/spring')).toHaveLength(6);
  expect(workshop.files('.nightshift/thumbs').filter((name) => name.endsWith('-400.webp'))).toHaveLength(4);
});

describe('by keys alone', () => {
  test('pick, reject, star; each is stored at once; the same again takes it back', async () => {
    await press('ArrowRight', 'p', 'ArrowRight', 'x', 's', 'ArrowDown', 'x', 'x');
    await storedAs({ 'mug-studio': 'pick', 'mug-beach': 'reject*' });
    await sums(sheet.page, '1 picked, 1 rejected, 4 undecided');
    // 32 credits of pictures came to one that is wanted, 260 of films to none.
    await sums(sheet.page, 'Per accepted output so far: ulazai/image 32 credits, ulazai/veo3_fast none yet (260 credits spent)');
  });

  test('a note and another prompt', async () => {
    await press('ArrowLeft');
    await sheet.page.keyboard.press('n');
    await sheet.page.getByLabel('Note', { exact: true }).fill('too dark');
    await sheet.page.getByLabel(/Another prompt/).fill('a brighter one');
    await sheet.page.getByRole('button', { name: 'Save', exact: true }).click();
    await eventually('it is stored', () => Object.values(stored()).some((text) => text.includes('too dark > a brighter one')));
    await press('u');
    await eventually('it is taken back', () => !Object.values(stored()).some((text) => text.includes('too dark')));
  });

  test('Escape never throws away what was written, nor closes what is behind the note', async () => {
    const note = sheet.page.getByLabel('Note', { exact: true });
    const question = sheet.page.getByRole('alert').filter({ hasText: 'This is not saved yet' });
    const dialog = sheet.page.locator('dialog');
    await press('Enter');
    await sheet.page.locator('.stage').waitFor();
    // Nothing written: it closes at once, and a key held down closes no more than that.
    await press('n');
    await note.waitFor();
    await sheet.page.keyboard.down('Escape');
    await sheet.page.keyboard.down('Escape');
    await sheet.page.keyboard.up('Escape');
    await dialog.waitFor({ state: 'detached' });
    await press('n');
    await note.pressSequentially('too bright');
    await press('Escape');
    await question.waitFor();
    // However often: the browser would close a dialog at the second Escape in a row.
    await press('Escape', 'Escape');
    await question.waitFor();
    await press('Escape');
    await question.waitFor({ state: 'detached' });
    await eventually('the note has the focus again', async () =>
      Boolean(await sheet.page.evaluate("document.activeElement?.tagName === 'TEXTAREA'")),
    );
    await sheet.page.keyboard.type(' here');
    await eventually('it is written on', async () => (await note.inputValue()) === 'too bright here');
    await press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await eventually('it is stored', () => Object.values(stored()).some((text) => text.includes('too bright here')));
    await press('n');
    await note.fill('something else');
    await press('Escape');
    await sheet.page.getByRole('button', { name: 'Discard', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(Object.values(stored()).some((text) => text.includes('something else'))).toBe(false);
    await sheet.page.locator('.stage').waitFor();
    await press('u', 'Escape');
    await sheet.page.locator('.stage').waitFor({ state: 'detached' });
    await eventually('it is taken back', () => !Object.values(stored()).some((text) => text.includes('too bright')));
  });

  test('undo goes back step by step, also after a reload', async () => {
    await sheet.page.reload();
    await sums(sheet.page, '1 picked, 1 rejected');
    // The two of the reject that was taken back, then the star, the reject and the pick.
    await press('u', 'u');
    await storedAs({ 'mug-studio': 'pick', 'mug-beach': 'reject*' });
    await press('Control+z');
    await storedAs({ 'mug-studio': 'pick', 'mug-beach': 'reject' });
    await press('u', 'u');
    await storedAs({});
    // And forward again, by each of its keys, also after a reload.
    await press('y');
    await storedAs({ 'mug-studio': 'pick' });
    await sheet.page.reload();
    await sums(sheet.page, '1 picked, 0 rejected');
    await press('Control+y', 'Control+Shift+z');
    await storedAs({ 'mug-studio': 'pick', 'mug-beach': 'reject*' });
    await press('u', 'u', 'u');
    await storedAs({});
    await press('u');
    await sums(sheet.page, '0 picked, 0 rejected, 6 undecided');
  });

  test('large view, next, back', async () => {
    await press('ArrowRight', 'Enter');
    const stage = sheet.page.locator('.stage img');
    await stage.waitFor();
    await sheet.page.locator('aside h2', { hasText: 'mug-studio' }).waitFor();
    await press('ArrowRight', 'ArrowRight');
    await sheet.page.locator('aside h2', { hasText: 'mug-film' }).waitFor();
    // It plays: time passes in it.
    await inPage('time passes in the film', "document.querySelector('.stage video')?.currentTime > 0.1");
    await press('Escape');
    await stage.waitFor({ state: 'detached' });
    expect((await selected().textContent())?.trim()).toBe('mug-film');
  });

  test('side by side: what is made from the same prompt, by whichever model; a decision there counts', async () => {
    await press('c');
    const shown = sheet.page.locator('.side-by-side article');
    await shown.first().waitFor();
    expect(await shown.locator('h3').allTextContents()).toEqual([
      expect.stringContaining('ulazai/image, attempt 1'),
      expect.stringContaining('ulazai/veo3_fast, attempt 1'),
    ]);
    // Of all that stands there only what is selected plays.
    await inPage('the film plays', "document.querySelector('.side-by-side video').paused === false");
    await press('ArrowLeft');
    await inPage('the film stands', "document.querySelector('.side-by-side video').paused");
    await press('p', 'ArrowRight', 'x', 'Escape');
    await storedAs({ 'mug-studio': 'pick', 'mug-film': 'reject' });
    await shown.first().waitFor({ state: 'detached' });
  });
});

test('whoever wants no motion starts a film by hand', async () => {
  await sheet.page.emulateMedia({ reducedMotion: 'reduce' });
  await press('Enter');
  await inPage('its first frame is there', "document.querySelector('.stage video')?.readyState >= 2");
  expect(await sheet.page.evaluate("(({ paused, loop }) => [paused, loop])(document.querySelector('.stage video'))")).toEqual([
    true,
    false,
  ]);
  await press('Escape');
  await sheet.page.emulateMedia({ reducedMotion: 'no-preference' });
});

describe('filters', () => {
  const choose = (label: string, value: string) => sheet.page.getByRole('combobox', { name: label, exact: true }).selectOption(value);

  test('groups by row, by an axis of the matrix, by model and by tag', async () => {
    await choose('Group by', 'row');
    expect(await titles()).toEqual(['mug · Mug', 'lamp · Lamp']);
    await choose('Group by', 'var:scene');
    expect(await titles()).toEqual(['scene: studio', 'scene: beach', 'without scene']);
    await choose('Group by', 'model');
    expect(await titles()).toEqual(['ulazai/image', 'ulazai/veo3_fast']);
    await choose('Group by', 'tag');
    expect(await titles()).toEqual(['studio', 'beach', 'without a tag']);
  });

  test('stand in the address, and are there again after a reload', async () => {
    await choose('Group by', 'none');
    await choose('Model', 'ulazai/image');
    await sheet.page.getByLabel('Search').fill('beach lamp');
    await sums(sheet.page, '1 shown');
    await expect
      .poll(() => Object.fromEntries(new URL(sheet.page.url()).searchParams))
      .toEqual({ group: 'none', model: 'ulazai/image', q: 'beach lamp' });
    await sheet.page.reload();
    await sums(sheet.page, '1 shown');
    expect(await names()).toEqual(['lamp-beach']);
    await sheet.page.getByLabel('Search').fill('nothing like it');
    await sheet.page.getByText('No output matches these filters').waitFor();
    await sheet.page.getByRole('button', { name: 'Clear filters' }).click();
    await sums(sheet.page, '6 outputs: ');
    expect(new URL(sheet.page.url()).search).toBe('?group=none');
    expect(await sheet.page.title()).toBe('spring · nightshift review');
  });

  test('an output that leaves the sheet by its decision leaves the selection on the next', async () => {
    await choose('Decision', 'open');
    expect(await names()).toEqual(['mug-beach', 'lamp-studio', 'lamp-beach', 'lamp-film']);
    await sheet.page.locator('.cell').first().click();
    await press('x', 'p');
    await eventually('two are gone', async () => (await names()).join() === 'lamp-beach,lamp-film');
    await storedAs({ 'mug-studio': 'pick', 'mug-beach': 'reject', 'mug-film': 'reject', 'lamp-studio': 'pick' });
    await choose('Decision', '');
  });
});

test('decisions.csv is the same from the button and from the command, and says what the database says', async () => {
  const [saved] = await Promise.all([
    sheet.page.waitForEvent('download'),
    sheet.page.getByRole('button', { name: 'Save decisions.csv' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('decisions.csv');
  const text = readFileSync(await saved.path(), 'utf8');
  expect(text).toBe(
    [
      'id,attempt,output,decision,star,note,prompt',
      'mug-studio,1,mug-studio.png,pick,,,',
      'mug-beach,1,mug-beach.png,reject,,,',
      'lamp-studio,1,lamp-studio.png,pick,,,',
      'mug-film,1,mug-film.mp4,reject,,,',
      '',
    ].join('\r\n'),
  );
  expect((await workshop.run(['review', '--export', 'd.csv'])).code).toBe(0);
  expect(readFileSync(`${workshop.folder}/d.csv`, 'utf8')).toBe(text);
});

test('another tab sees each decision as it is made', async () => {
  const other = await sheet.context.newPage();
  await other.goto(served.origin);
  await sums(other, '2 picked, 2 rejected');
  await sheet.page.locator('.cell').last().click();
  await press('p');
  await sums(other, '3 picked, 2 rejected');
  await other.close();
});

test('when nightshift has gone, the page says so and keeps no decision that was not stored', async () => {
  const lonely = await serveSheet(workshop);
  const { page } = await openSheet(browser, lonely.url);
  await sums(page, '3 picked');
  await lonely.stop();
  await page.getByRole('status').filter({ hasText: 'no longer answers' }).waitFor();
  await page.locator('.cell').first().click();
  await page.keyboard.press('x');
  // One line, which says what became of the decision.
  await page.getByRole('alert').filter({ hasText: 'no longer answers: this was not stored, what was decided before is' }).waitFor();
  expect(await page.getByText('no longer answers').count()).toBe(1);
  await sums(page, '3 picked');
  await page.close();
});
