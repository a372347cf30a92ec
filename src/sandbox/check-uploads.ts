import type { Json, JsonObject } from '../values/json.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/**
 * Refuses a submission that names an upload of this sandbox which is gone. With the fault `expired-upload` an upload may go after its first use:
 * the documents do not say how long one lasts.
 */
export function checkUploads(world: World, body: JsonObject): void {
  const stem = `${world.address.url}/files/uploads/`;
  for (const text of textsIn(body)) {
    if (!text.startsWith(stem)) continue;
    const name = text.slice(stem.length);
    const uses = world.uploadUses.get(name) ?? 0;
    if (uses === 'expired' || (uses > 0 && world.faults.plays('expired-upload'))) {
      world.uploadUses.set(name, 'expired');
      throw new Refusal(400, `The image could not be downloaded: ${text} has expired`);
    }
    world.uploadUses.set(name, uses + 1);
  }
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((item: Json) => textsIn(item)) : [];
}
