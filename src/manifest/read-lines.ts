import { createReadStream } from 'node:fs';
import type { ProblemList } from './problem-list.ts';
import { EncodingFault, Utf8Stream } from './text-encoding.ts';

/** As tables have them: also those of old spreadsheets. */
const LINE_END = /\r\n|\n|\r/;
const MAX_LINE_BYTES = 1024 * 1024;

/** What a file of lines is read with. */
export interface LineSource {
  readonly path: string;
  /** The file as the user named it. */
  readonly file: string;
  readonly problems: ProblemList;
}

/** One line that is not blank, without the blanks around it. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/** Reads the lines of a text file in bounded memory, some at a time; blank ones are skipped. `rule` says what a line is, for one that is too long. */
export async function* readLines({ path, file, problems }: LineSource, rule: string): AsyncGenerator<readonly Line[]> {
  const input = createReadStream(path, { highWaterMark: 64 * 1024 });
  const checked = input.pipe(new Utf8Stream());
  input.on('error', (error) => checked.destroy(error));
  let line = 0;
  let rest = '';
  // Chunks end anywhere in a character; a line never does. So bytes are decoded here and not by the stream's consumer.
  checked.setEncoding('utf8');
  try {
    for await (const chunk of checked as AsyncIterable<string>) {
      const text = rest + chunk;
      // It may be the first half of a CRLF.
      const held = text.endsWith('\r') ? '\r' : '';
      const texts = (held ? text.slice(0, -1) : text).split(LINE_END);
      rest = (texts.pop() ?? '') + held;
      const lines: Line[] = [];
      for (const raw of texts) {
        const text = trimmed(raw, ++line);
        if (text !== '') lines.push({ text, line });
      }
      if (lines.length > 0) yield lines;
      if (rest.length > MAX_LINE_BYTES) {
        problems.add({ file, line: line + 1, field: '', message: `a line of more than ${MAX_LINE_BYTES} bytes; ${rule}` });
        return;
      }
    }
    const last = trimmed(rest, line + 1);
    if (last !== '') yield [{ text: last, line: line + 1 }];
  } catch (error) {
    if (!(error instanceof EncodingFault)) throw error;
    problems.add({ file, line: error.line, field: '', message: error.message });
  } finally {
    input.destroy();
    checked.destroy();
  }
}

function trimmed(raw: string, line: number): string {
  return (line === 1 && raw.startsWith('\ufeff') ? raw.slice(1) : raw).trim();
}
