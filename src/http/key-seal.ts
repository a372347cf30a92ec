import { createHmac } from 'node:crypto';
import type { Json } from '../values/json.ts';
import { isJsonObject } from '../values/json.ts';
import { base64Forms, escapePattern, writtenForms } from '../values/secret-forms.ts';

/** A shorter key could stand in an id or a URL by accident. */
const SHORTEST_KEY = 8;
/** What is nested deeper is read by nobody. */
const DEEPEST = 200;
const NOT_TO_BE_OPENED = '[secret]';

/**
 * Some servers echo the key: in errors, in headers, in the URLs of results. What an answer holds is stored and shown, so a mark stands
 * in the place of the key before anybody sees the answer, and before any text is cut, which would leave half a key. The mark says
 * nothing of the key, and nobody without the key can make one: a URL that holds it can be given back to the provider as it was.
 */
export class KeySeal {
  readonly #key: string;
  readonly #mark: string;
  readonly #written: ReadonlySet<string>;
  readonly #pattern: RegExp | null;

  constructor(key: string | null) {
    this.#key = key ?? '';
    this.#mark = `secret-${createHmac('sha256', this.#key).update('nightshift key seal').digest('hex').slice(0, 16)}`;
    this.#written = new Set(writtenForms(this.#key));
    const forms = [...new Set([...this.#written, ...base64Forms(this.#key)])].sort((a, b) => b.length - a.length);
    this.#pattern = this.#key.length < SHORTEST_KEY ? null : new RegExp(forms.map(escapePattern).join('|'), 'g');
  }

  /** The text with a mark in the place of the key, in whatever form it stood there. */
  close(text: string): string {
    if (this.#pattern === null) return text;
    return text.replace(this.#pattern, (form) => (this.#written.has(form) ? this.#mark : NOT_TO_BE_OPENED));
  }

  /** The same for every string of an answer, names too. What has no key in it stays the same value. */
  closeJson(json: Json, depth = 0): Json {
    if (this.#pattern === null) return json;
    if (typeof json === 'string') return this.close(json);
    if (depth > DEEPEST) return null;
    if (Array.isArray(json)) return json.map((entry: Json) => this.closeJson(entry, depth + 1));
    if (!isJsonObject(json)) return json;
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [this.close(name), this.closeJson(value, depth + 1)]));
  }

  /** A URL or a path with the key where its mark stands. For the provider's own origin, and for no other. */
  open(url: string): string {
    return this.#pattern === null ? url : url.replaceAll(this.#mark, () => encodeURIComponent(this.#key));
  }
}
