import { ulazaiDoor } from '../doors.ts';
import { type App, route } from '../route.ts';
import type { World } from '../world.ts';
import { imageModels, imagePrice } from './image-models.ts';
import { studioModels } from './studio-models.ts';

/** Model discovery. The documents name the facts (sizes, durations, quality modes, inputs, credits) and not the JSON, which is the sandbox's own. */
export function modelRoutes(app: App, world: World): void {
  route(app, world, { method: 'GET', path: '/api/v1/models/image/', door: ulazaiDoor, purpose: 'other' }, () => ({
    status: 200,
    body: {
      success: true,
      models: imageModels.map((model) => ({
        slug: model.slug,
        name: model.name,
        sizes: model.sizes,
        quality_modes: model.qualities,
        inputs: model.needsImages ? ['image'] : ['text', 'image'],
        credits: { base: imagePrice },
      })),
    },
  }));
  route(app, world, { method: 'GET', path: '/api/v1/models/video/', door: ulazaiDoor, purpose: 'other' }, () => ({
    status: 200,
    body: {
      success: true,
      models: studioModels.map((model) => ({
        slug: model.slug,
        name: model.name,
        description: model.description,
        engine: model.engine,
        aspect_ratios: model.aspectRatios,
        durations: model.durations,
        quality_modes: model.qualityModes,
        inputs: [
          ...(model.images[0] + model.videos[0] === 0 ? ['text'] : []),
          ...(model.images[1] > 0 ? ['image'] : []),
          ...(model.videos[1] > 0 ? ['video'] : []),
        ],
        supports_sound: model.audio,
        prompt_directory_discount: model.discount,
        credits: model.price,
      })),
    },
  }));
}
