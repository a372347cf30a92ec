import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { serve, type TestServer } from '../../support/http-server.ts';

/** What a host does with one request for a file instead of giving it out. */
export const FAULTS = [
  'cut, with its length',
  'cut, in chunks',
  'cut, without a length',
  'cut, and called whole',
  'a length too long',
  'reset',
  'reset before a byte',
  'stands still',
  'nothing',
  'a page of HTML',
  'a page of JSON',
  'another type of file',
  'packed',
  'a part that nobody asked for',
  'the wrong part',
  'a part of another size',
  'a part of another file',
  'the whole where a part was asked for',
  'a weak validator, cut',
  'another version, cut',
  'an error of the server',
  'too many requests',
  'no such range',
] as const;
export type Fault = (typeof FAULTS)[number];

/** One file as the host has it. */
export interface HostedFile {
  /** As it should arrive. */
  readonly bytes: Buffer;
  /** A newer version, of the same kind, that some faults switch to. */
  readonly newer: Buffer;
  /** A whole file of another kind. */
  readonly other: Buffer;
  /** What happens to the requests in turn; afterwards all is well, or `gone` for ever. */
  readonly faults: readonly Fault[];
  readonly gone: boolean;
  /** In [0, 1), one a request: where it is cut. */
  readonly cuts: readonly number[];
}

interface State {
  readonly file: HostedFile;
  asked: number;
  current: Buffer;
}

/** A host of files that does to each what its plan says. `/n` is the n-th file. */
export async function faultyHost(files: readonly HostedFile[]): Promise<TestServer> {
  const states = files.map((file): State => ({ file, asked: 0, current: file.bytes }));
  return serve((request, response) => {
    const state = states[Number(/\d+/.exec(request.url ?? '')?.[0])];
    if (!state) response.writeHead(404).end();
    else answer(state, request, response);
  });
}

function answer(state: State, request: IncomingMessage, response: ServerResponse): void {
  const { file } = state;
  const turn = state.asked++;
  const fault = file.faults[turn];
  const at = file.cuts[turn] ?? 0.5;
  if (fault === undefined) {
    if (file.gone) response.writeHead(404).end('gone');
    else give(state, request, response);
    return;
  }
  if (fault === 'another version, cut') state.current = file.newer;
  play(fault, state, at, request, response);
}

/** A validator that stays while the bytes change. */
const WEAK = 'W/"as good as the same"';
const etagOf = (bytes: Buffer): string => `"${bytes.length}-${bytes.readUInt32LE(bytes.length >> 1)}"`;

/** As a good host does it, Range and If-Range included. */
function give({ current }: State, request: IncomingMessage, response: ServerResponse): void {
  const asked = request.headers['if-range'];
  const etag = asked === WEAK ? WEAK : etagOf(current);
  const from = asked === etag ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
  if (from === 0) response.writeHead(200, { etag, 'content-length': current.length }).end(current);
  else {
    const range = `bytes ${from}-${current.length - 1}/${current.length}`;
    response.writeHead(206, { etag, 'content-range': range, 'content-length': current.length - from }).end(current.subarray(from));
  }
}

function play(fault: Fault, state: State, at: number, request: IncomingMessage, response: ServerResponse): void {
  const { current, file } = state;
  const cut = Math.floor(current.length * at);
  const head = current.subarray(0, cut);
  const etag = etagOf(current);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  /** Sends what there is, lets it arrive, and ends the connection. */
  const breakOff = (bytes: Buffer, how: 'end' | 'reset'): void => {
    response.write(bytes, () =>
      setTimeout(() => (how === 'reset' ? response.socket?.resetAndDestroy() : response.socket?.destroySoon()), 3),
    );
  };
  switch (fault) {
    case 'cut, with its length':
    case 'another version, cut':
      response.writeHead(200, { etag, 'content-length': current.length });
      breakOff(head, 'end');
      return;
    case 'a weak validator, cut':
      response.writeHead(200, { etag: WEAK, 'content-length': current.length });
      // It says of two versions that they are as good as the same: parts of both make neither.
      state.current = file.newer;
      breakOff(head, 'end');
      return;
    case 'cut, in chunks':
      response.writeHead(200, { etag });
      breakOff(head, 'end');
      return;
    case 'cut, without a length':
      // The end of the connection is the end of the file: only the file itself tells.
      response.writeHead(200, { connection: 'close', 'transfer-encoding': 'identity' }).end(head);
      return;
    case 'cut, and called whole':
      response.writeHead(200, { etag, 'content-length': head.length }).end(head);
      return;
    case 'a length too long':
      response.writeHead(200, { etag, 'content-length': current.length + 100 });
      breakOff(current, 'end');
      return;
    case 'reset':
      response.writeHead(200, { etag, 'content-length': current.length });
      breakOff(head, 'reset');
      return;
    case 'reset before a byte':
      response.socket?.resetAndDestroy();
      return;
    case 'stands still':
      response.writeHead(200, { etag, 'content-length': current.length }).write(head);
      return;
    case 'nothing':
      response.writeHead(200, { 'content-length': 0 }).end();
      return;
    case 'a page of HTML':
      response.writeHead(200, { 'content-type': 'image/png' }).end('<!doctype html><title>502</title><h1>Bad gateway</h1>');
      return;
    case 'a page of JSON':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":"try again"}');
      return;
    case 'another type of file':
      response.writeHead(200, { 'content-length': file.other.length }).end(file.other);
      return;
    case 'packed':
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(current));
      return;
    case 'a part that nobody asked for':
      response.writeHead(206, { etag, 'content-range': `bytes ${cut}-${current.length - 1}/${current.length}` }).end(current.subarray(cut));
      return;
    case 'the wrong part': {
      const begin = Math.max(0, from - 7);
      response
        .writeHead(206, { etag, 'content-range': `bytes ${begin}-${current.length - 1}/${current.length}` })
        .end(current.subarray(begin));
      return;
    }
    case 'a part of another size':
      response
        .writeHead(206, { etag, 'content-range': `bytes ${from}-${current.length - 1}/${current.length + 50}` })
        .end(current.subarray(from));
      return;
    case 'a part of another file':
      response
        .writeHead(206, { etag: '"another"', 'content-range': `bytes ${from}-${file.newer.length - 1}/${file.newer.length}` })
        .end(file.newer.subarray(from));
      return;
    case 'the whole where a part was asked for':
      response.writeHead(200, { etag, 'content-length': current.length }).end(current);
      return;
    case 'an error of the server':
      response.writeHead(503, { 'retry-after': '0' }).end('<h1>503</h1>');
      return;
    case 'too many requests':
      response.writeHead(429).end('{}');
      return;
    case 'no such range':
      response.writeHead(416, { 'content-range': `bytes */${current.length}` }).end();
      return;
    default:
      fault satisfies never;
  }
}
