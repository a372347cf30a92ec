import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The queue room compiled to JavaScript, so that real processes can run it: Node 20 reads no TypeScript. */
export interface CompiledQueue {
  /** Writes a program beside it and starts it; `../src/queue/…` resolves to the compiled room. */
  start(program: string, ...args: readonly string[]): ChildProcess;
  remove(): void;
}

/** Inside node_modules, so that the programs find better-sqlite3. */
export function compileQueue(): CompiledQueue {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'queue-test-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.build.json'),
      compilerOptions: { rootDir: ROOT, outDir: folder, declaration: false, noCheck: true },
      include: [],
      files: [join(ROOT, 'src/queue/run-lock.ts')],
    }),
  );
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  let programs = 0;
  return {
    start(program, ...args) {
      const file = join(folder, `program-${programs++}.js`);
      writeFileSync(file, program);
      return fork(file, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The next message of a process; rejects when it ends without one. */
export function message(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.once('message', (said) => resolve(said as Record<string, unknown>));
    child.once('close', (code, signal) => reject(new Error(`it ended without a word: ${code ?? signal}`)));
  });
}

/** Resolves when a process has ended. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
