import { Agent } from 'undici';
import { type ClosableConnector, closableConnector } from './closable-connector.ts';
import { faultCode, faultText } from './fault-text.ts';
import { flatHeaders } from './flat-headers.ts';
import { MediaError } from './media-error.ts';
import { HostPolicy, type HostPolicyOptions } from './private-hosts.ts';

/** How a client is built. */
export interface MediaClientOptions extends HostPolicyOptions {
  /** An answer that stands still for so long is given up. Default 60 seconds. */
  readonly stallMs?: number;
  /** Default 10 seconds. */
  readonly connectTimeoutMs?: number;
}

/** What to ask for besides the URL. */
export interface MediaRequest {
  readonly signal?: AbortSignal;
  /** Go on from this byte, if the file is still the one that this strong ETag names. */
  readonly resume?: { readonly from: number; readonly etag: string };
}

/** An answer whose body is still to be read. */
export interface MediaAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws a MediaError when it breaks off. To be read to the end, or given up with `discard`. */
  readonly body: AsyncIterable<Buffer>;
  /** Closes the connection without reading on. */
  discard(): void;
}

const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Fetches result files. It never holds a key, so that none can reach a file host. Every hop of a redirect is checked anew. */
export class MediaClient {
  readonly #policy: HostPolicy;
  readonly #agent: Agent;
  readonly #stallMs: number;
  readonly #connector: ClosableConnector;

  constructor(options: MediaClientOptions) {
    this.#policy = new HostPolicy(options);
    this.#stallMs = options.stallMs ?? 60_000;
    this.#connector = closableConnector({
      timeout: options.connectTimeoutMs ?? 10_000,
      lookup: this.#policy.lookup,
      allowH2: false,
    });
    this.#agent = new Agent({
      connect: this.#connector.connect,
      allowH2: false,
      keepAliveTimeout: 4_000,
    });
  }

  /** The answer to a GET of the URL, redirects followed. Throws a MediaError. */
  async open(url: string, request: MediaRequest = {}): Promise<MediaAnswer> {
    let at = parse(url);
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      this.#policy.check(at);
      const answer = await this.#get(at, request);
      const location = answer.headers.location;
      if (!REDIRECTS.has(answer.status) || location === undefined) return answer;
      answer.discard();
      at = parse(location, at);
    }
    throw new MediaError(`Cannot fetch from ${at.host}: more than ${MOST_REDIRECTS} redirects`, 'TOO_MANY_REDIRECTS', true);
  }

  /** Closes every connection at once, those too that are still being made. */
  async close(): Promise<void> {
    this.#connector.close();
    await this.#agent.destroy();
  }

  async #get(url: URL, { signal, resume }: MediaRequest): Promise<MediaAnswer> {
    try {
      const { statusCode, headers, body } = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: {
          accept: '*/*',
          // Packed bytes could not be resumed, and could unpack to anything.
          'accept-encoding': 'identity',
          'user-agent': 'nightshift',
          ...(resume && { range: `bytes=${resume.from}-`, 'if-range': resume.etag }),
        },
        ...(signal && { signal }),
        headersTimeout: this.#stallMs,
        bodyTimeout: this.#stallMs,
      });
      const discard = (): void => {
        body.on('error', () => undefined).destroy();
      };
      return { status: statusCode, headers: flatHeaders(headers), body: readable(body, url), discard };
    } catch (error) {
      throw asMediaError(error, url);
    }
  }
}

async function* readable(body: AsyncIterable<Buffer>, url: URL): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw asMediaError(error, url);
  }
}

/** Names the host only: a signed URL is a secret. */
function asMediaError(error: unknown, url: URL): MediaError {
  if (error instanceof MediaError) return error;
  return new MediaError(`${url.host}: ${faultText(error)}`, faultCode(error), false, error);
}

function parse(url: string, base?: URL): URL {
  if (URL.canParse(url, base?.href)) return new URL(url, base);
  throw new MediaError('Cannot fetch a result: its URL is not one', 'BAD_URL', true);
}
