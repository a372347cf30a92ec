import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve, type TestServer } from '../../support/http-server.ts';
import { sample } from '../../support/sample-media.ts';
import { echoOf } from './canary.ts';

/** One request to the API as a scenario sees it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The key that came with it. */
  readonly key: string;
  /** The key in every form, as prose. */
  readonly echo: string;
  /** This server. */
  readonly url: string;
  /** How often this part of the API was asked before. */
  readonly before: number;
  /** Answers with JSON that has the key all over. */
  json(status: number, body: object, headers?: Record<string, string>): void;
}

/** What a scenario does at one part of the API; false: as usual. */
export type Act = (exchange: Exchange) => unknown;

/** The parts of the API that a scenario may change. */
export interface Acts {
  readonly balance?: Act;
  readonly submit?: Act;
  readonly poll?: Act;
  readonly history?: Act;
  readonly file?: Act;
}

/** Both APIs, as far as one image needs them, by somebody who shows the caller's key wherever it can be shown. */
export async function echoingApi(acts: Acts, onRequest: () => void): Promise<TestServer> {
  const png = await sample('image/png');
  const counts: Partial<Record<keyof Acts, number>> = {};
  const server: TestServer = await serve((request, response) => {
    onRequest();
    const path = request.url ?? '';
    const key = (request.headers.authorization ?? '').replace(/^\S+ /, '');
    const part = partOf(request.method ?? '', path);
    const before = counts[part] ?? 0;
    counts[part] = before + 1;
    const echo = key === '' ? 'no key' : echoOf(key);
    const exchange: Exchange = {
      request,
      response,
      key,
      echo,
      url: server.url,
      before,
      json: (status, body, headers = {}) => {
        const shown = { 'x-echo': encodeURI(echo), 'set-cookie': `session=${encodeURIComponent(key)}`, ...headers };
        const debug = { debug: { authorization: key, [`header ${key}`]: echo } };
        response.writeHead(status, { 'content-type': 'application/json', ...shown }).end(JSON.stringify({ ...body, ...debug }));
      },
    };
    if (acts[part] && acts[part](exchange) !== false) return;
    USUAL[part](exchange, png);
  });
  return server;
}

function partOf(method: string, path: string): keyof Acts {
  if (path.startsWith('/files/')) return 'file';
  if (path.startsWith('/payments/')) return 'balance';
  if (method === 'POST') return 'submit';
  return /history|projects|transactions|models/.test(path) ? 'history' : 'poll';
}

const USUAL: Readonly<Record<keyof Acts, (exchange: Exchange, png: Buffer) => void>> = {
  balance: ({ json, echo }) => json(200, { credits_balance: 1000, message: echo }),
  submit: ({ request, json, echo, url, before }) => {
    if (request.url === '/api/v1/images') {
      const images = [{ url: `${url}/files/${before}.png`, content_type: 'image/png' }];
      json(200, {
        success: true,
        data: { images, generation_id: `m${before}`, request_id: `q${before}`, remaining_points: 92, message: echo },
      });
    } else {
      json(201, { success: true, data: { generation_id: `g${before}`, status: 'processing', credits_used: 8, message: echo } });
    }
  },
  poll: ({ request, json, url, echo }) => {
    const id = decodeURIComponent(request.url?.split('/')[4] ?? '');
    json(200, { id, status: 'COMPLETED', image_url: `${url}/files/${encodeURIComponent(id)}.png`, credits_used: 8, message: echo });
  },
  history: ({ request, json }) =>
    json(200, request.url?.includes('models') ? { models: [] } : { success: true, data: { generations: [], projects: [] }, results: [] }),
  file: ({ response }, png) => response.writeHead(200, { 'content-type': 'image/png', 'content-length': png.length }).end(png),
};
