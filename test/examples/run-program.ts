import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

export const root = resolve(import.meta.dirname, '../..');
export const main = join(root, 'dist/src/cli/main.js');

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the built program with Node, as somebody without any key would. */
export async function runScript(script: string, argv: readonly string[], cwd: string): Promise<Ended> {
  if (!existsSync(main)) throw new Error('These tests run the built program: npm run build');
  const child = spawn(process.execPath, [script, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** A copy of `examples/` in a folder of its own, so that running them leaves nothing in the repository. */
export function copyExamples(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-examples-'));
  // What somebody's own run left in the repository is not part of the examples.
  const isOwn = (path: string) => !/[\\/](?:out|\.nightshift)(?:[\\/]|$)/.test(path.slice(root.length));
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true, filter: isOwn });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
