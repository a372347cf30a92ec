import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { startBrowser } from '../test/support/browser.ts';
import { recordTerminal } from './record-terminal.ts';
import { saveReport, saveSheet } from './save-pages.ts';
import { savePicture } from './save-picture.ts';
import { TerminalPage } from './terminal-page.ts';

/**
 * `npm run screenshots`: the pictures of the README, taken of the built program at work on examples/overnight-catalog in its sandbox.
 * A run in a real pseudo-terminal, the report that it writes, and the contact sheet in a browser.
 */
const root = process.cwd();
const pictures = resolve(root, 'docs/screenshots');
const COMMAND = 'nightshift run examples/overnight-catalog/catalog.yaml --sandbox';
const SIZE = { columns: 100, rows: 40 };

const folder = mkdtempSync(join(tmpdir(), 'nightshift-screenshots-'));
const browser = await startBrowser();
try {
  mkdirSync(pictures, { recursive: true });
  // What somebody's own run left beside the examples is not shown.
  const isOwn = (path: string) => !/[\\/](?:out|\.nightshift)(?:[\\/]|$)/.test(path.slice(root.length));
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true, filter: isOwn });
  mkdirSync(join(folder, 'bin'));
  const program = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/src/cli/main.js')}' "$@"\n`;
  writeFileSync(join(folder, 'bin/nightshift'), program, { mode: 0o755 });
  const surroundings = {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  };

  const recorded = await recordTerminal(COMMAND, SIZE, surroundings);
  const terminal = await TerminalPage.open(browser, SIZE, join(root, 'node_modules/@xterm/xterm'));
  await terminal.write(`\u001b[32m$\u001b[0m ${COMMAND}\r\n`);
  let saved = false;
  for (const piece of recorded) {
    await terminal.write(piece);
    if (saved || !/ (?:5\d|6\d|7\d) % \|.*\n.*left\n.*\n.*slots.*\n.*longest/.test(await terminal.text())) continue;
    await savePicture(await terminal.picture(), join(pictures, 'progress.webp'));
    saved = true;
  }
  if (!saved) throw new Error('The run showed no progress between 50 and 80 %: take the pictures again');
  await savePicture(await terminal.picture(), join(pictures, 'summary.webp'));

  await saveReport(browser, join(folder, '.nightshift/sandbox/reports/overnight-catalog.html'), join(pictures, 'report.webp'));
  await saveSheet(browser, surroundings, (name) => join(pictures, `${name}.webp`));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
