import type { Json } from '../values/json.ts';

/** Shorter values are no keys, and would be found in ordinary words. */
const SHORTEST = 8;

/** Tells whether a text holds a configured key. Manifests are shared and stored; keys are neither. */
export class SecretCheck {
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret.length >= SHORTEST);
  }

  /** False when there is nothing to look for, so that callers may skip the search. */
  get active(): boolean {
    return this.#secrets.length > 0;
  }

  inText(text: string): boolean {
    for (const secret of this.#secrets) if (text.includes(secret)) return true;
    return false;
  }

  /** Whether a key stands anywhere in the value, in names or in texts. */
  inValue(value: Json): boolean {
    if (!this.active) return false;
    if (typeof value === 'string') return this.inText(value);
    if (typeof value !== 'object' || value === null) return false;
    if (Array.isArray(value)) return value.some((item: Json) => this.inValue(item));
    return Object.entries(value).some(([key, item]) => this.inText(key) || this.inValue(item));
  }
}

/** What is said of it. The key itself is never shown. */
export const SECRET_MESSAGE =
  'holds one of the configured API keys; remove it (keys come from the environment or .env, never from a manifest) and, if the file was shared, replace the key';
