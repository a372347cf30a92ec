import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../values/json.ts';
import { check, checkPolicy } from '../checks.ts';
import { mayanioDoor } from '../doors.ts';
import type { Generation, GenerationFile } from '../generations.ts';
import { fileUrl, place, renewUrls } from '../place.ts';
import { Refusal } from '../refusal.ts';
import { type Answer, type App, type Call, route } from '../route.ts';
import type { World } from '../world.ts';
import { imageOrder, type MayanioPlan, modelOrder, planImages, planModel, planVideo, videoOrder } from './mayanio-orders.ts';
import { projectRoutes } from './mayanio-projects.ts';

/**
 * MayanIO: synchronous images, videos and image to 3D, and the projects list. The paths of videos and 3D are not printed; they are the
 * projects' type words. The points leave at once, the answer is held until the work is done, and the work goes on if the client leaves.
 */
export function mayanioRoutes(app: App, world: World): void {
  const sell = (path: string, plan: (body: JsonObject) => MayanioPlan): void =>
    route(app, world, { method: 'POST', path, door: mayanioDoor, purpose: 'submit' }, async (call) =>
      make(world, call, plan(await call.body())),
    );
  sell('/api/v1/images', (body) => planImages(check(imageOrder, body)));
  sell('/api/v1/videos', (body) => planVideo(check(videoOrder, body)));
  sell('/api/v1/3d', (body) => planModel(check(modelOrder, body)));
  projectRoutes(app, world);
}

async function make(world: World, { user }: Call, plan: MayanioPlan): Promise<Answer> {
  checkPolicy(plan.prompt);
  const { balance } = user.account;
  if (balance < plan.points) throw new Refusal(402, `Insufficient points. Required: ${plan.points}, remaining: ${balance}`);
  const id = randomBytes(12).toString('hex');
  const generation = place(world, user, { ...plan, family: 'mayanio', id, amount: plan.points, published: false });
  await world.clock.sleep(generation.endsAt - world.clock.now());
  // The samples' else branch of `data.success`: a failure is told in the body. Its points were given back when it ended.
  if (generation.failure !== null) return { status: 200, body: { success: false, error: generation.failure } };
  renewUrls(world, generation);
  const common = {
    generation_time: Math.round(generation.endsAt - generation.startsAt),
    remaining_points: user.account.balance,
    request_id: `req_${randomBytes(6).toString('hex')}`,
  };
  const files = await Promise.all(generation.files.map((file) => fileFacts(world, generation, file)));
  switch (plan.kind) {
    case 'image':
      return done({
        images: files.map((file) => ({ ...file, ...pick(plan.params, ['width', 'height', 'aspect_ratio']) })),
        generation_id: id,
        ...common,
      });
    case 'video': {
      const facts = pick(plan.params, ['width', 'height', 'duration', 'resolution', 'aspect_ratio']);
      return done({ video: { ...files[0], ...facts, model: plan.model, generation_id: id }, ...common });
    }
    case '3d': {
      const preview = fileUrl(world, generation, generation.files[1]!);
      const { url, ...rest } = files[0]!;
      return done({
        model: { url: url!, preview_image: preview, ...rest, ...pick(plan.params, ['texture_quality']), generation_id: id },
        ...common,
      });
    }
  }
}

async function fileFacts(world: World, generation: Generation, file: GenerationFile): Promise<JsonObject> {
  const { bytes, type } = await world.media.get(`${generation.id}/${file.name}`, file.media);
  return { url: fileUrl(world, generation, file), content_type: type, file_name: file.name, file_size: bytes.length };
}

function done(data: JsonObject): Answer {
  return { status: 200, body: { success: true, data } };
}

function pick(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}
