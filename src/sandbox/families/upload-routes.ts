import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { ulazaiDoor } from '../doors.ts';
import { mediaFile } from '../media/media-cache.ts';
import { Refusal } from '../refusal.ts';
import { type App, route } from '../route.ts';
import type { World } from '../world.ts';

const ROUTE = 'POST /kling30/api/upload/';
const largest = 10 * 1024 * 1024;
const kept = 200;
const allowed = ['image/jpeg', 'image/png', 'image/webp'];

/**
 * The upload route of the Kling 3.0 page: JPEG, PNG or WebP of at most 10 MB, answered with a public URL. The form field's name and the answer's
 * shape are not documented: any file field is taken, and the answer is that of the other upload routes (Wan 2.6, Seedance).
 */
export function uploadRoutes(app: App, world: World): void {
  route(app, world, { method: 'POST', path: '/kling30/api/upload/', door: ulazaiDoor, purpose: 'other' }, async ({ context }) => {
    if (!(context.req.header('content-type') ?? '').startsWith('multipart/form-data'))
      throw new Refusal(400, 'Send the file as multipart/form-data');
    const form = await context.req.parseBody().catch(() => {
      throw new Refusal(400, 'The form could not be read');
    });
    const file = Object.values(form).find((value) => value instanceof File);
    if (file === undefined) throw new Refusal(400, 'No file provided');
    if (file.size > largest) throw new Refusal(400, 'File is too large. Maximum 10 MB');
    const bytes = new Uint8Array(await file.arrayBuffer());
    const type = await fileTypeFromBuffer(bytes);
    if (type === undefined || !allowed.includes(type.mime)) throw new Refusal(400, 'Invalid file type. Must be one of: JPEG, PNG, WebP');
    // Every upload has a URL of its own, the second of the same content too.
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 24);
    const filename = `${hash}-${world.traffic.requests[ROUTE] ?? 0}.${type.ext}`;
    world.uploads.set(filename, mediaFile(bytes, type.mime));
    const oldest = world.uploads.keys().next();
    if (world.uploads.size > kept && oldest.done !== true) world.uploads.delete(oldest.value);
    return { status: 200, body: { success: true, url: `${world.address.url}/files/uploads/${filename}`, filename } };
  });
}
