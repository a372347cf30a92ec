import { serve, type TestServer } from './http-server.ts';
import type { Workshop } from './sandbox-workshop.ts';

/** A request on its way to the sandbox. */
export interface Passing {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: Buffer;
}

/** What comes back. */
export interface PassedBack {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body: unknown;
}

/**
 * Puts a server between a workshop's configuration and its sandbox. `meddle` may answer in the sandbox's place, or change its answer;
 * what it gives null for passes untouched. To be closed by the test.
 */
export async function meddleWith(
  workshop: Workshop,
  meddle: (
    request: Passing,
    ask: () => Promise<{ readonly status: number; readonly json: Record<string, unknown> }>,
  ) => Promise<PassedBack | null>,
): Promise<TestServer> {
  const server = await serve((request, response, body) => {
    const passing = { method: request.method ?? 'GET', path: request.url ?? '/', body };
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        ['host', 'connection', 'content-length', 'transfer-encoding'].includes(name) || typeof value !== 'string' ? [] : [[name, value]],
      ),
    );
    const forward = () =>
      fetch(workshop.sandbox.url + passing.path, {
        method: passing.method,
        headers,
        redirect: 'manual',
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
    const ask = async () => {
      const answer = await forward();
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
    };
    void (async () => {
      const given = await meddle(passing, ask);
      if (given !== null) {
        response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers });
        response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
        return;
      }
      const answer = await forward();
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => response.destroy());
  });
  workshop.leadTo(server.url);
  return server;
}
