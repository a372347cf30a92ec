import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, Hono } from 'hono';
import type { HostedFile, ReviewHost } from './review-host.ts';
import type { Thumbnails } from './thumbnails.ts';

/** What a browser shows by itself and what can do nothing there. Anything else is for saving. */
const SHOWN = /^(?:image\/(?:png|jpeg|webp|gif|avif|bmp)|video\/(?:mp4|webm|quicktime)|model\/gltf-binary)$/;

/** Files of the batch, in ranges where asked for, and small pictures of them. */
export function mediaRoutes(app: Hono, host: ReviewHost, thumbnails: Thumbnails): void {
  app.get('/media/:output', async (context) => {
    const file = fileOf(context, host);
    if (file === null) return context.text('There is no such file in this batch.', 404);
    const type = SHOWN.test(file.mediaType) ? file.mediaType : 'application/octet-stream';
    return send(context, host, file.path, type);
  });
  app.get('/thumb/:output', async (context) => {
    const file = fileOf(context, host);
    if (file === null) return context.text('There is no such file in this batch.', 404);
    // A cell that was scrolled past before its turn came is asked for no more.
    if (context.req.raw.signal.aborted) return context.body(null, 204);
    const small = file.kind === 'image' ? await thumbnails.of(file) : null;
    if (small === null) return context.text('There is no small picture of it.', 404);
    const answer = await send(context, host, small, 'image/webp');
    // Its address names the content.
    answer.headers.set('cache-control', 'private, max-age=31536000, immutable');
    return answer;
  });
}

function fileOf(context: Context, host: ReviewHost): HostedFile | null {
  const output = context.req.param('output') ?? '';
  return /^\d{1,15}$/.test(output) ? host.file(Number(output)) : null;
}

async function send(context: Context, { download }: ReviewHost, path: string, type: string): Promise<Response> {
  const missing = () => context.text(`The file is no longer on disk: \`${download}\` fetches it again.`, 404);
  const answer = (await serveStatic({ path })(context, async () => {})) ?? missing();
  if (answer.status < 300) answer.headers.set('content-type', type);
  answer.headers.set('accept-ranges', 'bytes');
  return answer;
}
