import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { TerminalSize } from './record-terminal.ts';

const THEME = { background: '#14161a', foreground: '#d8dce3', green: '#5fd07a', yellow: '#f5b26b', red: '#ff8b82', cyan: '#5ad4dc' };

/** A terminal (xterm.js) on a page of a browser: it shows what a program wrote as a person would have seen it. */
export class TerminalPage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** @param xterm the folder of the package @xterm/xterm */
  static async open(browser: Browser, size: TerminalSize, xterm: string): Promise<TerminalPage> {
    const page = await browser.newPage({ viewport: { width: 1100, height: 1000 }, deviceScaleFactor: 1.5 });
    await page.setContent(`<body style="margin:0;background:${THEME.background}"><div id="shown" style="padding:14px 16px"></div>`);
    await page.addStyleTag({ path: join(xterm, 'css/xterm.css') });
    await page.addScriptTag({ path: join(xterm, 'lib/xterm.js') });
    const options = { cols: size.columns, rows: size.rows, theme: THEME, fontFamily: 'DejaVu Sans Mono, monospace', fontSize: 14 };
    await page.evaluate(`terminal = new Terminal(${JSON.stringify(options)}); terminal.open(document.getElementById('shown'))`);
    return new TerminalPage(page);
  }

  /** Resolves when it is shown. */
  async write(text: string): Promise<void> {
    await this.#page.evaluate(`new Promise((shown) => terminal.write(${JSON.stringify(text)}, shown))`);
  }

  /** What can be read on it, without empty lines at its end. */
  async text(): Promise<string> {
    const lines = `Array.from({ length: terminal.rows }, (_, row) =>
      terminal.buffer.active.getLine(terminal.buffer.active.baseY + row).translateToString(true))`;
    return ((await this.#page.evaluate(`${lines}.join('\\n')`)) as string).trimEnd();
  }

  /** A PNG of the lines that hold something. */
  async picture(): Promise<Buffer> {
    const used = (await this.text()).split('\n').length;
    const { width, height } = (await this.#page.evaluate(`(() => {
      const { width, height } = document.querySelector('.xterm-screen').getBoundingClientRect();
      // Two frames later everything that was written is drawn.
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn({ width, height: height / terminal.rows }))));
    })()`)) as { width: number; height: number };
    return this.#page.screenshot({ clip: { x: 0, y: 0, width: width + 32, height: Math.ceil(used * height) + 28 } });
  }
}
