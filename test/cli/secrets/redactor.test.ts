import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RedactingStream } from '../../../src/cli/secrets/redacting-stream.ts';
import { Redactor } from '../../../src/cli/secrets/redactor.ts';

const KEY = 'ulz_live_8f3Kq/2+Zx=Vw"9 äT7pLm';

function redactorOf(...values: string[]): Redactor {
  const redactor = new Redactor();
  redactor.add(values);
  return redactor;
}

describe('the redactor', () => {
  const redactor = redactorOf(KEY);
  const bytes = Buffer.from(KEY);
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', KEY],
    ['URL-encoded', encodeURIComponent(KEY)],
    ['URL-encoded in lower case', encodeURIComponent(KEY).replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())],
    ['as a form sends it', new URLSearchParams({ key: KEY }).toString().slice(4)],
    ['inside of JSON', JSON.stringify({ key: KEY })],
    ['in base64', bytes.toString('base64')],
    ['in base64url', bytes.toString('base64url')],
    ['in base64 after one byte', Buffer.concat([Buffer.from(':'), bytes]).toString('base64')],
    ['in base64 after two bytes', Buffer.concat([Buffer.from('u:'), bytes, Buffer.from('!')]).toString('base64')],
    ['cut off', KEY.slice(0, 15)],
    ['cut to eight characters', KEY.slice(0, 8)],
  ];

  test.each(forms)('replaces a key %s', (_, text) => {
    const redacted = redactor.redact(`before ${text} after ${text}`);
    expect(redacted).toContain('[secret]');
    for (const [, form] of forms) expect(redacted).not.toContain(form);
    expect(redacted).not.toContain(KEY.slice(0, 8));
    expect(redacted).toMatch(/^before .*after /s);
  });

  test('leaves everything else alone, and short values too, which would be ordinary words', () => {
    expect(redactor.redact('a prompt about ulz and live keys')).toBe('a prompt about ulz and live keys');
    expect(redactorOf('', 'a', 'photo').redact('a photo')).toBe('a photo');
  });

  test('keeps working as more keys become known', () => {
    const growing = redactorOf('first-secret-value');
    growing.add(['second-secret-value']);
    expect(growing.redact('first-secret-value second-secret-value')).toBe('[secret] [secret]');
  });

  test('replaces a key that begins as another one ends', () => {
    expect(redactorOf('abcdef', 'abcdefghij').redact('abcdefghij')).toBe('[secret]');
  });
});

describe('a redacting stream', () => {
  function collector() {
    let text = '';
    const sink = new Writable({
      highWaterMark: 4,
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        setImmediate(done);
      },
    });
    return { sink, text: () => text };
  }

  test('lets no key through however it is cut into writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 30 }), fc.boolean(), async (cuts, asBytes) => {
        const { sink, text } = collector();
        const stream = new RedactingStream(sink, redactorOf(KEY));
        // Bytes are cut inside of characters too.
        const whole = `key=${KEY}; again ${KEY}${KEY} and ${KEY.slice(0, 5)}, end: ä€`;
        let rest: string | Buffer = asBytes ? Buffer.from(whole) : whole;
        for (let index = 0; rest.length > 0; index++) {
          const length = cuts[index % cuts.length] ?? 1;
          stream.write(rest.slice(0, length));
          rest = rest.slice(length);
        }
        stream.end();
        await once(stream, 'finish');
        expect(text()).toBe(`key=[secret]; again [secret][secret] and ${KEY.slice(0, 5)}, end: ä€`);
      }),
      { numRuns: 60 },
    );
  });

  test('knows a key that ends as it begins, and one that goes on where another ends', async () => {
    const { sink, text } = collector();
    const stream = new RedactingStream(sink, redactorOf('abc-abc-ab', 'abc-abc-abcdef'));
    for (const part of ['abc-abc-ab', ' abc-abc-ab', 'cdef abc', '-abc-ab', '\n']) stream.write(part);
    stream.end();
    await once(stream, 'finish');
    expect(text()).toBe('[secret] [secret] [secret]\n');
  });

  test('does not take the end of a whole key for the beginning of the next', async () => {
    const { sink, text } = collector();
    const stream = new RedactingStream(sink, redactorOf('abcdab'));
    for (const part of ['abcdab', '\n']) stream.write(part);
    stream.end();
    await once(stream, 'finish');
    expect(text()).toBe('[secret]\n');
  });

  test('holds nothing back of text that cannot become a key', async () => {
    const { sink, text } = collector();
    const stream = new RedactingStream(sink, redactorOf(KEY));
    await new Promise((resolve) => stream.write('progress 12 %\n', resolve));
    expect(text()).toBe('progress 12 %\n');
  });

  test('goes on when the reader has gone away', async () => {
    const sink = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) });
    const stream = new RedactingStream(sink, redactorOf(KEY));
    for (let line = 0; line < 3; line++) await new Promise((resolve) => stream.write('line\n', resolve));
    stream.end();
    await once(stream, 'finish');
    expect(stream.errored).toBeNull();
    expect(stream.failure).toBeNull();
  });

  test.skipIf(!existsSync('/dev/full'))('goes on when what it writes to is full, and says so when it is asked', async () => {
    const stream = new RedactingStream(createWriteStream('/dev/full'), redactorOf(KEY));
    for (let line = 0; line < 3; line++) await new Promise((resolve) => stream.write('line\n', resolve));
    stream.end();
    await once(stream, 'finish');
    expect(stream.errored).toBeNull();
    expect(stream.failure?.message).toContain('ENOSPC');
  });
});
