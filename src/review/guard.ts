import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** 256 bits that nobody can guess. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Lets in the browser that was given the address, and nobody else. The token of the address works once and becomes a cookie; each request is
 * for this very host and port (a name that was led here by DNS is not), none comes from another page's origin, other ports of this
 * machine included, and every write says that it comes from this one.
 */
export class Guard {
  #token: string | null;
  readonly #session = newSecret();
  readonly #port: () => number;

  /** `port` is known once the server listens. */
  constructor(token: string, port: () => number) {
    this.#token = token;
    this.#port = port;
  }

  readonly middleware: MiddlewareHandler = async (context, next) => {
    const refused = this.#refusal(context);
    if (refused !== null) return answer(context, refused);
    await next();
    for (const [name, value] of HEADERS) if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    return undefined;
  };

  #refusal(context: Context): string | null {
    const { method, path } = context.req;
    const host = context.req.header('host') ?? '';
    if (host !== `127.0.0.1:${this.#port()}` && host !== `localhost:${this.#port()}`) return 'This host name is not served here.';
    const site = context.req.header('sec-fetch-site') ?? 'none';
    const opened = method === 'GET' && path === '/' && context.req.header('sec-fetch-dest') === 'document';
    // Opening the page by a link is no harm; whatever else another page asks for is refused, and so is being framed (see HEADERS).
    if (site !== 'same-origin' && site !== 'none' && !opened) return 'Requests of other pages are refused.';
    if (method !== 'GET' && method !== 'HEAD' && context.req.header('origin') !== `http://${host}`)
      return 'Writes of other origins are refused.';
    // A look ahead, as some programs take before they open an address, does not spend it.
    const redeemed = method === 'GET' && path === '/' && this.#redeem(context.req.query('token') ?? '');
    if (same(getCookie(context, this.#cookie()) ?? '', this.#session)) return null;
    return redeemed ? this.#letIn(context) : STALE;
  }

  /** Whether this is the token, which is then spent. */
  #redeem(given: string): boolean {
    if (this.#token === null || !same(given, this.#token)) return false;
    this.#token = null;
    return true;
  }

  #letIn(context: Context): null {
    setCookie(context, this.#cookie(), this.#session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return null;
  }

  /** Cookies know no ports: two contact sheets at once need two names. */
  #cookie(): string {
    return `nightshift_${this.#port()}`;
  }
}

const STALE = 'The address of this page works once, in one browser. Run the command that printed it again for a new one.';

/** For every answer that has not its own. */
const HEADERS = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
] as const;

function answer(context: Context, why: string): Response {
  for (const [name, value] of HEADERS) context.header(name, value);
  return context.text(why, 403);
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
