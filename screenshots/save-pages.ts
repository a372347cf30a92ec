import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Surroundings } from './record-terminal.ts';
import { savePicture } from './save-picture.ts';

const VIEW = { viewport: { width: 1200, height: 760 }, deviceScaleFactor: 1, colorScheme: 'light' } as const;

/** The top of the HTML report, opened from disk. */
export async function saveReport(browser: Browser, file: string, picture: string): Promise<void> {
  const page = await browser.newPage({ ...VIEW, viewport: { width: 1200, height: 1100 } });
  await page.goto(pathToFileURL(file).href);
  await settled(page);
  await savePicture(await page.screenshot(), picture);
  await page.close();
}

/** The contact sheet of the batch last run: the sheet with decisions, one output large, two side by side, and the live view. */
export async function saveSheet(browser: Browser, surroundings: Surroundings, picture: (name: string) => string): Promise<void> {
  const served = spawn('nightshift', ['review', '--sandbox', '--no-open'], { ...surroundings, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(served, 'close');
  try {
    const [url] = (await once(createInterface(served.stdout), 'line')) as [string];
    const page = await browser.newPage(VIEW);
    page.setDefaultTimeout(10_000);
    await page.goto(url);
    await page.locator('.sums').filter({ hasText: '56 outputs' }).waitFor();
    await settled(page);
    const save = async (name: string) => {
      await settled(page);
      await savePicture(await page.screenshot(), picture(name));
    };
    // Decisions as a person makes them: pick, pick and star, reject.
    for (const key of ['ArrowRight', 'p', 'ArrowRight', 'p', 's', 'ArrowRight', 'x', 'ArrowRight', 'p']) await page.keyboard.press(key);
    await page.locator('.sums').filter({ hasText: '3 picked, 1 rejected' }).waitFor();
    await save('contact-sheet');
    await page.keyboard.press('Enter');
    await save('large-view');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    // With the buttons below the two.
    await page.setViewportSize({ width: 1200, height: 830 });
    await save('side-by-side');
  } finally {
    served.kill('SIGINT');
    await ended;
  }
}

/** Resolves when every picture that can be seen is there and drawn. Throws after ten seconds. */
async function settled(page: Page): Promise<void> {
  // Pictures further down are loaded when they are scrolled to. Asked frame by frame: the page allows no other script to wait in it.
  await page.evaluate(`new Promise((done, fail) => {
    const last = performance.now() + 10_000;
    const seen = (image) => { const { top, bottom } = image.getBoundingClientRect(); return bottom > 0 && top < innerHeight; };
    let quiet = 0;
    const look = () => {
      quiet = [...document.images].some((image) => seen(image) && !image.complete) ? 0 : quiet + 1;
      if (quiet === 20) done();
      else if (performance.now() > last) fail(new Error('some pictures never came'));
      else requestAnimationFrame(look);
    };
    look();
  })`);
}
