import { isUtf8 } from 'node:buffer';
import { Transform, type TransformCallback } from 'node:stream';
import { CR, LF, lineBreaks, lineBreaksInBytes } from './line-breaks.ts';
import type { ProblemList } from './problem-list.ts';

const NOT_UTF8 = 'is not UTF-8 text; save the file as UTF-8 (in a spreadsheet: "CSV UTF-8")';
const NUL = 'holds a NUL character: this is not a text file, or it is damaged';

/** Text that cannot be trusted to be what the user wrote; `line` is where. */
export class EncodingFault extends Error {
  override readonly name = 'EncodingFault';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** The bytes of a whole file as text, or null after a problem. UTF-8, or UTF-16 with its byte order mark. */
export function decodeText(bytes: Buffer, file: string, problems: ProblemList): string | null {
  const wide = wideEncoding(bytes);
  const fault = (line: number, message: string): null => {
    problems.add({ file, line, field: '', message });
    return null;
  };
  let text: string;
  try {
    text = new TextDecoder(wide ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return wide ? fault(1, `is not valid ${wide.toUpperCase()} text`) : fault(1 + lineBreaksInBytes(beforeBad(bytes)), NOT_UTF8);
  }
  const nul = text.indexOf('\0');
  return nul === -1 ? text : fault(1 + lineBreaks(text.slice(0, nul)), NUL);
}

/** What the byte order mark at the beginning of a file says; null without one of UTF-16. */
export function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

/** The bytes before the first line that is not UTF-8. */
function beforeBad(bytes: Buffer): Buffer {
  const [from, to] = badPiece(bytes, LF);
  const [fromCr] = badPiece(bytes.subarray(from, to), CR);
  return bytes.subarray(0, from + fromCr);
}

/** From where to where the first piece goes that is not UTF-8; every piece ends with the byte `end`. */
function badPiece(bytes: Buffer, end: number): readonly [from: number, to: number] {
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(end, from);
    const to = at === -1 ? bytes.length : at + 1;
    if (!isUtf8(bytes.subarray(from, to))) return [from, to];
    from = to;
  }
  return [bytes.length, bytes.length];
}

/**
 * Passes bytes on as checked UTF-8, chunk by chunk in bounded memory. UTF-16 with a byte order mark is converted. Fails with EncodingFault:
 * a silent U+FFFD would end up in a prompt that is paid for.
 */
export class Utf8Stream extends Transform {
  #lines = 0;
  #endedInCr = false;
  #rest: Buffer = Buffer.alloc(0);
  #wide: InstanceType<typeof TextDecoder> | null | undefined;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let bytes: Buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (this.#wide === undefined) {
      if (bytes.length < 2) {
        this.#rest = bytes;
        done();
        return;
      }
      const encoding = wideEncoding(bytes);
      this.#wide = encoding === null ? null : new TextDecoder(encoding, { fatal: true });
    }
    if (this.#wide) {
      this.#rest = Buffer.alloc(0);
      this.#pass(() => Buffer.from(this.#wide!.decode(bytes, { stream: true })), done);
      return;
    }
    const whole = bytes.length - unfinished(bytes);
    this.#rest = bytes.subarray(whole);
    bytes = bytes.subarray(0, whole);
    this.#pass(() => bytes, done);
  }

  override _flush(done: TransformCallback): void {
    this.#pass(() => (this.#wide ? Buffer.from(this.#wide.decode()) : this.#rest), done);
  }

  #pass(read: () => Buffer, done: TransformCallback): void {
    let bytes: Buffer;
    try {
      bytes = read();
    } catch {
      done(new EncodingFault(this.#lines + 1, 'is not valid UTF-16 text'));
      return;
    }
    if (!isUtf8(bytes)) {
      done(new EncodingFault(this.#lines + 1 + this.#breaksIn(beforeBad(bytes)), NOT_UTF8));
      return;
    }
    const nul = bytes.indexOf(0);
    if (nul !== -1) {
      done(new EncodingFault(this.#lines + 1 + this.#breaksIn(bytes.subarray(0, nul)), NUL));
      return;
    }
    this.#lines += this.#breaksIn(bytes);
    if (bytes.length > 0) this.#endedInCr = bytes.at(-1) === CR;
    done(null, bytes);
  }

  /** Of the bytes that come next: a CRLF that was cut in two is counted already. */
  #breaksIn(bytes: Buffer): number {
    return lineBreaksInBytes(bytes) - (this.#endedInCr && bytes[0] === LF ? 1 : 0);
  }
}

/** How many bytes at the end begin a character that the next chunk finishes. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
