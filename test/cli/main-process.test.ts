import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'dist/src/cli/main.js');
let folder: string;

beforeAll(() => {
  if (!existsSync(main)) throw new Error('These tests run the built program: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'nightshift-main-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(
  script: string,
  argv: readonly string[] = [],
): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [script, ...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  return child as ReturnType<typeof start>;
}

describe('a document of 20 MB', () => {
  test.each([
    ['ends well', 'well', 0],
    ['ends with an error', 'fail', 1],
  ])('arrives whole through a slow pipe when the command %s', async (_, how, code) => {
    const child = start(join(root, 'test/cli/long-document.mjs'), [how]);
    const ended = once(child, 'close');
    let received = '';
    // A reader slower than the writer: the pipe is full most of the time.
    for await (const chunk of child.stdout) {
      received += String(chunk);
      await new Promise(setImmediate);
    }
    const [exit] = (await ended) as [number];
    expect(exit).toBe(code);
    expect(received.length).toBeGreaterThan(19_900_000);
    expect((JSON.parse(received) as { jobs: unknown[] }).jobs).toHaveLength(1000);
  });

  test('a reader that leaves early ends nothing but the reading', async () => {
    const child = start(join(root, 'test/cli/long-document.mjs'));
    child.stdout.once('data', () => (child.stdout as unknown as { destroy(): void }).destroy());
    const [stderr, [exit]] = (await Promise.all([text(child.stderr), once(child, 'close')])) as [string, [number]];
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });
});

describe('the program', () => {
  test('ends with 2 on a usage error, and by itself', async () => {
    const child = start(main, ['run', 'm.yaml', '--max-cost', 'abc']);
    const [stderr, [exit]] = (await Promise.all([text(child.stderr), once(child, 'close')])) as [string, [number]];
    expect(exit).toBe(2);
    expect(stderr).toContain('"abc" is not an amount');
  });

  test('serves the sandbox until it is told to stop', async () => {
    const child = start(main, ['sandbox', '--port', '0', '--json', '--balance', '123']);
    let output = '';
    for await (const chunk of child.stdout) {
      output += String(chunk);
      if (output.endsWith('}\n')) break;
    }
    let said = '';
    for await (const chunk of child.stderr) {
      said += String(chunk);
      if (said.includes('image-to-3d')) break;
    }
    // The lines for the configuration, at its speed of 60.
    expect(said).toContain('limits: { requests: 100/1000ms, studio_submits: 24/60000ms }');
    expect(said).toContain('poll: { min: 34ms, max: 1000ms }');
    const { sandbox } = JSON.parse(output) as { sandbox: { url: string; keys: { ulazai: string } } };
    const answer = await fetch(`${sandbox.url}/payments/api/credits/`, { headers: { authorization: `Bearer ${sandbox.keys.ulazai}` } });
    expect(JSON.stringify(await answer.json())).toContain('123');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});
