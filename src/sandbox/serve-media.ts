import type { Context } from 'hono';
import type { MediaFile } from './media/media-cache.ts';
import type { Env } from './route.ts';

/** When every file was last modified: files are made on demand and never change. */
const modified = new Date(Date.UTC(2026, 0, 1)).toUTCString();

/** Answers with a file: whole, or the one range that was asked for, as RFC 9110 describes it (strong ETag, If-Range, If-None-Match). */
export function serveMedia(context: Context<Env>, file: MediaFile): Response {
  const headers = new Headers({ 'content-type': file.type, etag: file.etag, 'last-modified': modified, 'accept-ranges': 'bytes' });
  if (context.req.header('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
  const size = file.bytes.length;
  const condition = context.req.header('if-range');
  const asked = condition === undefined || condition === file.etag || condition === modified ? context.req.header('range') : undefined;
  const range = asked === undefined ? null : readRange(asked, size);
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const body = range === null ? file.bytes : file.bytes.subarray(range.from, range.to + 1);
  headers.set('content-length', String(body.length));
  if (range !== null) headers.set('content-range', `bytes ${range.from}-${range.to}/${size}`);
  return new Response(context.req.method === 'HEAD' ? null : Buffer.from(body), { status: range === null ? 200 : 206, headers });
}

/** One byte range; null where the header asks for several or is not understood, which means the whole file. */
function readRange(header: string, size: number): { from: number; to: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const from = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const to = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  return from >= size || to < from ? 'unsatisfiable' : { from, to };
}
