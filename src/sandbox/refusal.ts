import type { JsonObject } from '../values/json.ts';

/** An answer other than success. It is thrown, so that checks can stop a handler wherever they stand. */
export class Refusal extends Error {
  readonly status: number;
  /** Fields beside `success: false` and `error`. */
  readonly extra: JsonObject;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, extra: JsonObject = {}, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.extra = extra;
    this.headers = headers;
  }
}
