import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeTerminal } from '../../src/report/escape-terminal.ts';
import { TERMINAL_PAYLOADS } from './hostile.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

describe('escapeTerminal', () => {
  it.each(TERMINAL_PAYLOADS)('leaves nothing that a terminal obeys in %j', (payload) => {
    expect(escapeTerminal(`x${payload}y`)).not.toMatch(UNSAFE);
  });

  it('leaves none in any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => !UNSAFE.test(escapeTerminal(text))));
  });

  it('keeps what people wrote: accents, CJK, emoji with joiners, right-to-left letters', () => {
    for (const text of ['Crème brûlée', '茶碗', '👩‍👩‍👧 family', 'שלום', 'a [31m b']) expect(escapeTerminal(text)).toBe(text);
  });

  it('takes colour out whole and makes one line of several', () => {
    expect(escapeTerminal('\u001b[31mred\u001b[0m\r\nnext\tcell')).toBe('red next cell');
  });
});
