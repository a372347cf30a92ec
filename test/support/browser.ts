import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Starts the machine's own Chromium, without a window. Throws with what to install where there is none. */
export async function startBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = [process.env.CHROMIUM ?? '', ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))].find(
    (path) => path !== '' && existsSync(path),
  );
  if (found === undefined) throw new Error('These tests need a browser: install chromium, or name the program in CHROMIUM');
  // Without its own sandbox it also starts as root in a container; the pages are ours.
  return chromium.launch({ executablePath: found, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
