import { basename } from 'node:path';
import { Agent, type Dispatcher, FormData } from 'undici';
import type { ApiAnswer, ApiRequest } from '../job-type/outcomes.ts';
import { type ClosableConnector, closableConnector } from './closable-connector.ts';
import { type Departing, type Departure, watchDepartures } from './departure.ts';
import { faultCode, faultText } from './fault-text.ts';
import { flatHeaders } from './flat-headers.ts';
import { KeySeal } from './key-seal.ts';
import { parseJson } from './parse-json.ts';
import { readBody } from './read-body.ts';
import type { SendOptions, SendResult } from './send-result.ts';

/** How a client is built. */
export interface ApiClientOptions {
  /** Without a trailing slash. The key goes to this origin and to no other. */
  readonly baseUrl: string;
  /** The word before the key: `Bearer`. */
  readonly authScheme: string;
  /** Null: requests go without a key. */
  readonly key: string | null;
  /** Default 10 seconds. */
  readonly connectTimeoutMs?: number;
  /** The largest answer that is read, packed or unpacked. Default 8 MiB. */
  readonly maxAnswerBytes?: number;
  /** Default `nightshift`. */
  readonly userAgent?: string;
}

/** A message has room for so many characters of a body. */
const TEXT_CHARS = 2_000;
/** A connection kept longer may have been closed by the server in the meantime, and a request on it is lost for no reason. */
const KEEP_ALIVE_MS = 1_000;

/** The wire to one provider: sends exactly once, follows no redirect, and reads answers whole, without the key should they echo it. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #base: URL;
  readonly #submitAgent: Agent;
  readonly #agent: Agent;
  readonly #watchedSubmit: Dispatcher;
  readonly #watched: Dispatcher;
  readonly #maxAnswerBytes: number;
  readonly #seal: KeySeal;
  readonly #connector: ClosableConnector;

  constructor(options: ApiClientOptions) {
    this.#base = new URL(options.baseUrl);
    if (this.#base.protocol !== 'https:' && this.#base.protocol !== 'http:')
      throw new TypeError(`Cannot use the base URL ${options.baseUrl}: it must begin with https:// or http://`);
    this.#options = options;
    this.#seal = new KeySeal(options.key);
    this.#maxAnswerBytes = options.maxAnswerBytes ?? 8 * 1024 * 1024;
    this.#connector = closableConnector({ timeout: options.connectTimeoutMs ?? 10_000, allowH2: false });
    const common = { connect: this.#connector.connect, allowH2: false };
    // A fresh connection for every submission: one that was kept could be dead already, and the job's fate unknown.
    this.#submitAgent = new Agent({ ...common, pipelining: 0 });
    this.#agent = new Agent({ ...common, keepAliveTimeout: KEEP_ALIVE_MS, keepAliveMaxTimeout: KEEP_ALIVE_MS });
    this.#watchedSubmit = this.#submitAgent.compose(watchDepartures);
    this.#watched = this.#agent.compose(watchDepartures);
  }

  /** Sends one request, once. Never rejects for what happens on the way; throws a TypeError for a path that is not one. */
  async send(request: ApiRequest, options: SendOptions): Promise<SendResult> {
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    return await this.#exchange(request.method, this.#url(request.path, request.query), body, options);
  }

  /** Sends one file as multipart form data. The file's name goes without its folders. */
  async upload(
    path: string,
    field: string,
    file: { readonly name: string; readonly bytes: Buffer; readonly mediaType: string },
    options: Omit<SendOptions, 'kind'>,
  ): Promise<SendResult> {
    const form = new FormData();
    form.append(field, new Blob([new Uint8Array(file.bytes)], { type: file.mediaType }), basename(file.name));
    return await this.#exchange('POST', this.#url(path), form, { ...options, kind: 'other' });
  }

  /** Closes every connection at once, those too that are still being made: they would keep the process alive. */
  async close(): Promise<void> {
    this.#connector.close();
    await Promise.all([this.#submitAgent.destroy(), this.#agent.destroy()]);
  }

  #url(path: string, query: Readonly<Record<string, string>> = {}): URL {
    const url = path.startsWith('/') ? new URL(this.#options.baseUrl + this.#seal.open(path)) : null;
    if (url?.origin !== this.#base.origin)
      throw new TypeError(`Cannot send to ${JSON.stringify(path)}: a path must begin with a slash and stay at ${this.#base.origin}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #exchange(method: ApiRequest['method'], url: URL, body: string | FormData | null, options: SendOptions): Promise<SendResult> {
    const end = new AbortController();
    const stop = (): void => end.abort(Object.assign(new Error('called off'), { code: 'ABORTED' }));
    const timer = setTimeout(() => {
      end.abort(Object.assign(new Error(`no whole answer within ${options.timeoutMs} ms`), { code: 'TIMEOUT' }));
    }, options.timeoutMs);
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    const departure: Departure = { left: false };
    const agent = options.kind === 'submit' ? this.#watchedSubmit : this.#watched;
    try {
      end.signal.throwIfAborted();
      return {
        kind: 'answer',
        answer: await unlessEnded(this.#ask(agent, method, url, body, options.timeoutMs, departure, end.signal), end.signal),
      };
    } catch (error) {
      const where = `${method} ${url.host}${url.pathname}`;
      const result = { message: this.#seal.close(`${where}: ${faultText(error)}`), code: faultCode(error) };
      return departure.left ? { kind: 'lost', ...result } : { kind: 'not_sent', ...result };
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
    }
  }

  async #ask(
    agent: Dispatcher,
    method: ApiRequest['method'],
    url: URL,
    body: string | FormData | null,
    timeoutMs: number,
    departure: Departure,
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const answer = await agent.request({
      departure,
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: this.#headers(typeof body === 'string'),
      body,
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    } satisfies Departing as Dispatcher.RequestOptions);
    const headers = flatHeaders(answer.headers);
    const text = await readBody(answer.body, headers['content-encoding'], this.#maxAnswerBytes);
    const json = parseJson(text);
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.#seal.close(value)])),
      json: json === undefined ? undefined : this.#seal.closeJson(json),
      text: this.#seal.close(text).slice(0, TEXT_CHARS),
    };
  }

  #headers(json: boolean): Record<string, string> {
    const { key, authScheme, userAgent } = this.#options;
    return {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': userAgent ?? 'nightshift',
      ...(json && { 'content-type': 'application/json' }),
      ...(key !== null && { authorization: `${authScheme} ${key}` }),
    };
  }
}

/**
 * Gives up as soon as the signal aborts. undici settles an aborted request only once it is connected; since it never
 * writes one that was aborted before, there is nothing to wait for.
 */
async function unlessEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  let onAbort: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
