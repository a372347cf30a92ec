import { didYouMean } from '../../manifest/nearest-name.ts';
import { DURATION_FORMS, parseDuration } from '../../values/duration.ts';
import { UsageError } from '../usage-error.ts';

/** A whole number in decimal digits. Throws a UsageError for anything else: `1e3`, `0x10` and `1,000` included. */
export function parseCountFlag(flag: string, text: string, bounds: { readonly min: number; readonly max: number }): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return value;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: allowed is a whole number from ${bounds.min} to ${bounds.max}`);
}

/** A decimal number within bounds. Throws a UsageError for anything else. */
export function parseNumberFlag(flag: string, text: string, bounds: { readonly min: number; readonly max: number }): number {
  const value = /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return value;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: allowed is a number from ${bounds.min} to ${bounds.max}, such as 0.5`);
}

/** A duration (`250ms`, `2s`, `5m`, `8h`, `1h30m`) in milliseconds, longer than nothing. */
export function parseDurationFlag(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: allowed is a duration such as ${DURATION_FORMS}`);
}

/** A path: not empty, and without the NUL byte that no file system takes. */
export function parsePathFlag(flag: string, text: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: a path is needed`);
}

/** One of a set of words. */
export function parseWordFlag<Word extends string>(flag: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: allowed are ${words.join(', ')}${didYouMean(text, words)}`);
}

/** The name of a batch, as it is looked up in the queue. */
export function parseBatchName(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (text.trim() !== '' && text.length <= 200 && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return text;
  throw new UsageError(
    `batch ${JSON.stringify(text)}: a name of 1 to 200 printable characters is needed; the command "status" names the last one`,
  );
}
