import { base64Forms, escapePattern, writtenForms } from '../../values/secret-forms.ts';

/** What stands where a secret stood. */
export const REDACTED = '[secret]';

/** Shorter values are ordinary words: replacing them would ruin every text and protect nothing. */
const SHORTEST_SECRET = 6;
/** From this length on a beginning of the value is replaced too, since messages are cut and APIs echo `sk_live_abc…`. */
const LONG_SECRET = 20;
const PREFIX = 8;

/**
 * Replaces known secret values, and the forms they travel in, wherever they stand. By value and not by name: a list
 * of field names misses headers in errors, URLs, nested causes and texts.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  readonly #prefixed = new Set<string>();
  readonly #revealed = new Set<string>();
  /** Complete forms only. */
  #whole: RegExp | null = null;
  /** Complete forms and beginnings. */
  #pattern: RegExp | null = null;

  /** Makes these values known from here on. Empty and very short ones are left out. */
  add(values: Iterable<string>): void {
    for (const value of values) {
      if (value.length < SHORTEST_SECRET) continue;
      for (const form of formsOf(value)) this.#forms.add(form);
      if (value.length >= LONG_SECRET) this.#prefixed.add(value);
    }
    const whole = [...this.#forms].sort((a, b) => b.length - a.length).map(escapePattern);
    const cut = [...this.#prefixed].map(beginningPattern);
    this.#whole = whole.length === 0 ? null : new RegExp(whole.join('|'), 'g');
    this.#pattern = whole.length === 0 ? null : new RegExp([...whole, ...cut].join('|'), 'g');
  }

  /** Lets one value through that is about to be told: a new key, which begins as the known one does. A value that is itself known stays secret. */
  reveal(value: string): void {
    if (value !== '' && !this.#forms.has(value)) this.#revealed.add(value);
  }

  /** The text with every known secret replaced by `[secret]`. */
  redact(text: string): string {
    const pattern = this.#pattern;
    if (pattern === null) return text;
    const told = [...this.#revealed].find((value) => text.includes(value));
    if (told === undefined) return text.replace(pattern, REDACTED);
    return text
      .split(told)
      .map((part) => part.replace(pattern, REDACTED))
      .join(told);
  }

  /**
   * How many characters at the end of a text may be the beginning of a secret whose rest is yet to come: a stream
   * holds these back until it has seen more.
   */
  openEnd(text: string): number {
    const complete = this.#whole === null ? [] : [...text.matchAll(this.#whole)];
    // A key may end as it begins: what lies inside of a complete one is no new beginning.
    const isInside = (at: number) => complete.some((match) => match.index < at && at < match.index + match[0].length);
    let longest = 0;
    for (const form of this.#forms) {
      for (let length = Math.min(form.length - 1, text.length); length > longest; length--) {
        if (!text.endsWith(form.slice(0, length)) || isInside(text.length - length)) continue;
        longest = length;
        break;
      }
    }
    return longest;
  }
}

/** The value itself, and as URLs, JSON and base64 carry it. */
function formsOf(value: string): string[] {
  return [...writtenForms(value), ...base64Forms(value)].filter((form) => form.length >= SHORTEST_SECRET);
}

/** Matches the first eight characters and as much of the rest as follows. */
function beginningPattern(value: string): string {
  let rest = '';
  for (const character of [...value.slice(PREFIX)].reverse()) rest = `(?:${escapePattern(character)}${rest})?`;
  return escapePattern(value.slice(0, PREFIX)) + rest;
}
