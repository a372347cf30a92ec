import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RunningCli } from '../../support/built-cli.ts';
import { eventually } from '../../support/eventually.ts';
import type { Workshop } from '../../support/sandbox-workshop.ts';

/** A contact sheet that the built program serves. */
export interface Served {
  /** With the token. */
  readonly url: string;
  readonly origin: string;
  readonly cli: RunningCli;
  stop(): Promise<void>;
}

/** Starts `nightshift review` (or `watch`) on a workshop's batch, in a process of its own. */
export async function serveSheet(workshop: Workshop, argv: readonly string[] = ['review']): Promise<Served> {
  const cli = workshop.start([...argv, '--no-open', '--json']);
  await eventually('the page is served', () => {
    if (cli.child.exitCode !== null) throw new Error(`review ended with ${cli.child.exitCode}:\n${cli.stderr()}`);
    return cli.stdout().includes('http') && cli.stdout().trimEnd().endsWith('}');
  });
  const { url } = (JSON.parse(cli.stdout()) as { review: { url: string } }).review;
  return {
    url,
    origin: new URL(url).origin,
    cli,
    stop: async () => {
      cli.child.kill('SIGINT');
      await cli.ended;
    },
  };
}

/** A page with everything that must not happen in it: errors, requests elsewhere, scripts that ran. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly faults: string[];
  readonly elsewhere: string[];
}

/** Opens an address in a browser profile of its own. */
export async function openSheet(browser: Browser, url: string): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  const elsewhere: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(`${message.text()} ${message.location().url}`));
  const own = new URL(url).origin;
  page.on('request', (request) => {
    if (!/^(?:data|blob|file):/.test(request.url()) && new URL(request.url()).origin !== own) elsewhere.push(request.url());
  });
  await page.addInitScript(`window.ran = 0; for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.ran++; };`);
  await page.goto(url);
  return { page, context, faults, elsewhere };
}

/** Waits until the line of sums says this. */
export async function sums(page: Page, says: string | RegExp): Promise<void> {
  await page.locator('.sums').filter({ hasText: says }).waitFor();
}
