import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { progress } from './generations.ts';
import type { MediaFile } from './media/media-cache.ts';
import type { App, Env } from './route.ts';
import { serveMedia } from './serve-media.ts';
import type { World } from './world.ts';

/** The file host: generated and uploaded files. It asks for no key, and counts those that are sent to it all the same. */
export function fileRoutes(app: App, world: World): void {
  app.on(['GET', 'HEAD'], '/files/:id/:name', async (context) => {
    world.traffic.count(`${context.req.method} /files/`);
    if (context.req.header('authorization') !== undefined) world.traffic.keyLeaks++;
    const { id, name } = context.req.param();
    const upload = id === 'uploads' ? world.uploads.get(name) : undefined;
    if (upload !== undefined) return serveMedia(context, upload);
    const generation = world.generations.find(id);
    const file = generation?.files.find((each) => each.name === name);
    if (!generation || !file || progress(generation, world.clock.now()).state !== 'completed') return context.text('Not found', 404);
    // A missing version is the first one: it must not outlive an expired URL.
    if (Number(context.req.query('v') ?? 1) <= generation.urls.expired) return context.text('Request has expired', 403);
    const media = await world.media.get(`${id}/${name}`, file.media);
    return world.faults.plays('truncated-file') ? truncated(context, world, media) : serveMedia(context, media);
  });
}

/** A file that ends too early: half of the time with a length that agrees, so that only the content shows it, and half with a cut connection. */
function truncated(context: Context<Env>, world: World, media: MediaFile): Response {
  const bytes = media.bytes.subarray(0, Math.floor(media.bytes.length * (0.2 + 0.6 * world.faults.next('truncated-file'))));
  if (world.faults.next('truncated-file') < 0.5) return serveMedia(context, { ...media, bytes });
  const { outgoing } = context.env;
  outgoing.writeHead(200, { 'content-type': media.type, 'content-length': media.bytes.length, etag: media.etag });
  outgoing.write(bytes, () => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}
