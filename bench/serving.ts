import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { childPath } from './child.ts';

/** A server of the bench in a process of its own. */
export interface Serving {
  readonly url: string;
  /** The next line that it says which begins with this word, without it. */
  said(word: string): Promise<string>;
  /** Sends it a line and waits for the answer that begins with the word. */
  ask(word: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts one of the children that serve: it says `port N` first. */
export async function serve(name: string, args: readonly string[] = []): Promise<Serving> {
  const child: ChildProcess = spawn(process.execPath, [childPath(name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const waiting: { readonly word: string; readonly hear: (rest: string) => void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const [word = '', rest = ''] = line.split(' ');
    const index = waiting.findIndex((each) => each.word === word);
    if (index === -1) lines.push(line);
    else waiting.splice(index, 1)[0]!.hear(rest);
  });
  const said = (word: string): Promise<string> => {
    const index = lines.findIndex((line) => line.startsWith(`${word} `));
    if (index !== -1) return Promise.resolve(lines.splice(index, 1)[0]!.slice(word.length + 1));
    return new Promise((hear) => waiting.push({ word, hear }));
  };
  const url = `http://127.0.0.1:${await said('port')}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('close', () => resolve());
      child.kill('SIGKILL');
    });
  const ask = (word: string): Promise<string> => {
    child.stdin!.write(`${word}\n`);
    return said(word);
  };
  return { url, said, ask, close };
}
