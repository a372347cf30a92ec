import { readFileSync } from 'node:fs';
import type { ApiAnswer } from '../../src/job-type/outcomes.ts';
import type { Json } from '../../src/values/json.ts';

interface Recorded {
  readonly source: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly text?: string;
}

/** A recorded answer: `fixture('ulazai/image/create')`. */
export function fixture(name: string): ApiAnswer {
  const recorded = JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as Recorded;
  return answer(recorded.status, recorded.body, recorded.headers ?? {}, recorded.text);
}

/** An answer made up for a test; without a body it is not JSON. */
export function answer(status: number, body?: Json, headers: Readonly<Record<string, string>> = {}, text?: string): ApiAnswer {
  return { status, headers, json: body, text: text ?? (body === undefined ? '' : JSON.stringify(body)) };
}
