import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { sample } from '../../support/sample-media.ts';

/** A submission as it reached the server; what it does with it is the outcome under test. */
export type Outcome = (response: ServerResponse, request: IncomingMessage) => void;

/** What the history shows of the submission. */
export type History =
  | 'unreadable'
  /** Exactly one entry that fits. */
  | 'found'
  /** Read to its end, and nothing in it. */
  | 'absent'
  /** Two that fit. */
  | 'two'
  /** Nothing in it, and no word on whether there is more. */
  | 'open end'
  /** Oldest first: its end proves nothing. */
  | 'oldest first';

/** A stand-in of both providers for one job, whose first submission has the outcome under test and whose later ones are taken. */
export interface AmbiguousApi {
  readonly url: string;
  /** Submissions of which at least the head arrived. */
  posts(): number;
  /** Until `open`, nobody listens. */
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it on a free port. `onBalance` is called when the account is asked, which happens before anything is submitted. */
export async function startAmbiguousApi(
  outcome: Outcome,
  given: { readonly history?: History; readonly onBalance?: (api: AmbiguousApi) => Promise<void> } = {},
): Promise<AmbiguousApi> {
  const files = { png: await sample('image/png'), mp4: await sample('video/mp4') };
  let posts = 0;
  let url = '';
  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const http = createHttpServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (request.method === 'POST') {
      posts += 1;
      if (posts === 1) outcome(response, request);
      else whole(request, () => taken(response, path));
      return;
    }
    if (path.endsWith('/credits/')) {
      const told = given.onBalance?.(api) ?? Promise.resolve();
      void told.then(() => json(response, 200, { credits_balance: 1000 }));
    } else if (path.startsWith('/files/')) {
      response.writeHead(200).end(path.endsWith('.mp4') ? files.mp4 : files.png);
    } else if (/history|projects/.test(path)) showHistory(response);
    else if (path.includes('status') || /^\/api\/v1\/generate\/./.test(path)) {
      json(response, 200, { success: true, status: 'completed', video_url: `${url}/files/film.mp4`, image_url: `${url}/files/pear.png` });
    } else json(response, 404, { error: 'not here' });
  });

  function taken(response: ServerResponse, path: string): void {
    if (path === '/api/v1/images') {
      const data = { images: [{ url: `${url}/files/pear.png` }], generation_id: `made-${posts}`, remaining_points: 100 };
      json(response, 200, { success: true, data });
    } else json(response, 201, { success: true, generation_id: `made-${posts}`, task_id: `made-${posts}`, status: 'processing' });
  }

  function showHistory(response: ServerResponse): void {
    const entry = (id: string, prompt: string, ago: number) => ({
      id,
      generation_id: id,
      type: 'image',
      generation_type: 'image',
      prompt,
      created_at: new Date(Date.now() - ago).toISOString(),
      url: `${url}/files/pear.png`,
    });
    const ours = (id: string) => entry(id, 'a pear', 10);
    const last = { has_more: false };
    const shown = {
      unreadable: { message: 'Nothing to see here' },
      found: { data: { projects: [ours('made-1')], ...last } },
      absent: { data: { projects: [entry('other', 'a plum', 1000)], ...last } },
      two: { data: { projects: [ours('made-1'), ours('made-2')], ...last } },
      'open end': { data: { projects: [entry('other', 'a plum', 1000)] } },
      'oldest first': { data: { projects: [entry('older', 'a plum', 10 * 60_000), entry('newer', 'a fig', 1000)], ...last } },
    } satisfies Record<History, object>;
    json(response, 200, { success: true, ...shown[given.history ?? 'unreadable'] });
  }

  // The door is what is shut: the server behind it keeps its connections.
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const inner = (http.address() as AddressInfo).port;
  const sockets = new Set<Socket>();
  let door: Server | null = null;
  let port = 0;
  const open = async (): Promise<void> => {
    const made = createServer({ allowHalfOpen: true }, (outside) => {
      const inside = connect({ port: inner, host: '127.0.0.1', allowHalfOpen: true });
      for (const socket of [outside, inside]) {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      }
      // A reset on one side is a reset on the other.
      inside.on('error', () => outside.resetAndDestroy());
      outside.on('error', () => inside.destroy());
      outside.pipe(inside);
      inside.pipe(outside);
      outside.on('close', () => inside.destroy());
    });
    await new Promise<void>((resolve, reject) => made.once('error', reject).listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
    door = made;
  };
  const shut = async (): Promise<void> => {
    door?.close();
    door = null;
  };
  await open();
  url = `http://127.0.0.1:${port}`;
  const api: AmbiguousApi = {
    url,
    posts: () => posts,
    shut,
    open,
    async close() {
      await shut();
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
  return api;
}

/** Calls back when the whole request has arrived. */
export function whole(request: IncomingMessage, then: () => void): void {
  request.on('end', then);
  request.resume();
}
