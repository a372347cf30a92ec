import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from './confirm-spend.ts';
import { UsageError } from './usage-error.ts';

/** Longer lines are no passwords. */
const LONGEST = 4_096;

/**
 * A password from the prompt, unseen, or from the first line of standard input where nobody is at the terminal. `twice` asks for it again, since
 * a slip would lock the new account. Throws a UsageError when none comes.
 */
export async function askPassword(terminal: Terminal, twice: boolean): Promise<string> {
  const { input, output } = terminal;
  if (input.isTTY !== true || output.isTTY !== true) return given(await firstLine(input));
  const password = given(await unseen('Password: ', terminal));
  if (twice && (await unseen('The same again: ', terminal)) !== password)
    throw new UsageError('The two passwords are not the same. Nothing was sent.');
  return password;
}

function given(password: string): string {
  if (password !== '') return password;
  throw new UsageError('A password is needed, from the prompt or as the first line of standard input. Nothing was sent.');
}

async function unseen(question: string, { input, output }: Terminal): Promise<string> {
  output.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const ended = new AbortController();
  reader.once('SIGINT', () => ended.abort());
  reader.once('close', () => ended.abort());
  try {
    return await reader.question('', { signal: ended.signal });
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    return '';
  } finally {
    reader.close();
    output.write('\n');
  }
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += chunk.toString();
    if (text.includes('\n') || text.length > LONGEST) break;
  }
  const line = (text.split('\n')[0] ?? '').replace(/\r$/, '');
  if (line.length <= LONGEST) return line;
  throw new UsageError(`The first line of standard input has more than ${LONGEST} characters: that is no password. Nothing was sent.`);
}
