import type { JsonObject } from '../../values/json.ts';
import { mayanioDoor } from '../doors.ts';
import type { Generation } from '../generations.ts';
import { fileUrl, renewUrls, stamp } from '../place.ts';
import { Refusal } from '../refusal.ts';
import { type App, route } from '../route.ts';
import type { World } from '../world.ts';
import { paging } from './paging.ts';

/** The filter's words are plural, an item's are singular, as in the document's sample. */
const types = new Map([
  ['all', null],
  ['images', 'image'],
  ['videos', 'video'],
  ['3d', '3d'],
]);

/** `GET /api/v1/projects`: what has been generated. Work that runs or failed is not shown; one request is one project, whose URL is its first file. */
export function projectRoutes(app: App, world: World): void {
  route(app, world, { method: 'GET', path: '/api/v1/projects', door: mayanioDoor, purpose: 'other' }, async ({ context, user }) => {
    const type = types.get(context.req.query('type') ?? 'all');
    if (type === undefined) throw new Refusal(400, `Invalid type. Must be one of: ${[...types.keys()].join(', ')}`);
    const order = context.req.query('order') ?? 'desc';
    if (order !== 'asc' && order !== 'desc') throw new Refusal(400, 'Invalid order. Must be one of: asc, desc');
    const { limit, offset } = paging(context, 100);
    const now = world.clock.now();
    const shown = (each: Generation): boolean =>
      each.user === user &&
      each.family === 'mayanio' &&
      each.failure === null &&
      each.endsAt <= now &&
      (type === null || each.params.kind === type);
    const { items, total } = world.generations.page(shown, offset, limit, order);
    const page = Math.floor(offset / limit) + 1;
    return {
      status: 200,
      body: {
        success: true,
        data: {
          projects: await Promise.all(items.map((each) => project(world, each))),
          pagination: { page, limit, total, pages: Math.ceil(total / limit), has_more: offset + limit < total },
        },
      },
    };
  });
}

async function project(world: World, generation: Generation): Promise<JsonObject> {
  renewUrls(world, generation);
  const file = generation.files[0]!;
  const preview = generation.params.kind === 'image' ? file : generation.files[1]!;
  const { aspect_ratio, width, height } = generation.params;
  return {
    id: generation.id,
    type: generation.params.kind!,
    // The sample's prompt ends in dots, so a long one is cut.
    prompt: generation.prompt.length > 200 ? `${generation.prompt.slice(0, 197)}...` : generation.prompt,
    created_at: stamp(world, generation.startsAt),
    url: fileUrl(world, generation, file),
    thumbnail: fileUrl(world, generation, preview),
    metadata: {
      ...(aspect_ratio === undefined ? {} : { aspect_ratio }),
      file_size: await world.media.size(`${generation.id}/${file.name}`, file.media),
      ...(width === undefined ? {} : { dimensions: `${width}x${height}` }),
    },
  };
}
