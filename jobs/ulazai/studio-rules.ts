import type { ModelName } from '../../src/job-type/job-type.ts';
import type { JsonObject } from '../../src/values/json.ts';
import { type CrossRule, lengthOf } from '../shared/parameter-rules.ts';

/** What the documents demand of one Video Studio slug beyond its lists of ratios, durations and quality modes. */
export interface StudioDemands {
  /** Exact number of input images or videos; absent: not said. */
  readonly images?: number;
  readonly videos?: number;
  readonly promptMax?: number;
  /** Seconds, [least, most], and that they must be given. */
  readonly duration?: readonly [number, number];
  /** True: a prompt is required even with images. */
  readonly promptRequired?: boolean;
}

/** Sources: video errors and limits (P-VERR), newer video API page (P-VAPI2), Kling 3.0 motion control (P-K30MC). */
const DEMANDS: readonly (readonly [RegExp, StudioDemands])[] = [
  [/^veo31_fast$/, { promptRequired: true }],
  [/^kling_3_0_motion_control$/, { images: 1, videos: 1, promptMax: 2500, duration: [3, 30] }],
  [/^kling_(3_0|2_6)(_|$)/, { promptMax: 2500 }],
  [/^wan_2_6_v2v$/, { videos: 1 }],
  [/^hailuo_2_3(_|$)/, { images: 1, promptMax: 5000 }],
  [/^hailuo(_|$)/, { promptMax: 5000 }],
  [/^grok_imagine/, { promptMax: 5000 }],
];

/** The demands of a slug; none for one that the documents do not describe. */
export function demandsOf(slug: string | null): StudioDemands {
  return DEMANDS.find(([pattern]) => pattern.test(slug ?? ''))?.[1] ?? {};
}

/** The rules over several parameters of a Video Studio model. */
export function studioRules(model: ModelName, qualityModes: readonly string[] | null, sound: boolean | null): readonly CrossRule[] {
  const demands = demandsOf(model.slug);
  const rules: CrossRule[] = [promptRule(demands)];
  if (qualityModes !== null && qualityModes.length > 0) {
    const what = `is required: ${model.full} has the quality modes ${qualityModes.join(', ')}`;
    rules.push({ field: 'quality', broken: (params) => (isGiven(params.quality) ? null : what) });
  }
  if (demands.duration !== undefined) {
    const what = `is required: ${model.full} is billed by it, ${demands.duration[0]} to ${demands.duration[1]} seconds`;
    rules.push({ field: 'duration', broken: (params) => (isGiven(params.duration) ? null : what) });
  }
  if (demands.images !== undefined) rules.push(countRule(model, 'images', demands.images));
  if (demands.videos !== undefined) rules.push(countRule(model, 'videos', demands.videos));
  if (sound === false) {
    const what = `must be false or left out: ${model.full} makes silent videos`;
    rules.push({ field: 'sound', broken: (params) => (params.sound === true ? what : null) });
  }
  rules.push(orientationRule, ...seedanceRules);
  return rules;
}

/** "Required for most models. Storyboard mode can start with images only" (Video Studio API). */
function promptRule(demands: StudioDemands): CrossRule {
  const always = demands.promptRequired === true;
  const what = always
    ? 'is required: a text'
    : 'is required: a text (only with input images may it be left out, where the model allows it)';
  const files = ['images', 'videos', 'start_frame', 'first_frame_url', 'reference_image_urls', 'reference_video_urls'];
  const broken = (params: JsonObject): string | null => {
    if (isGiven(params.prompt)) return null;
    return !always && files.some((name) => lengthOf(params[name]) > 0 || typeof params[name] === 'string') ? null : what;
  };
  return { field: 'prompt', broken };
}

function countRule(model: ModelName, field: 'images' | 'videos', count: number): CrossRule {
  const what = `must hold exactly ${count}: ${model.full} takes ${count === 1 ? 'one' : count} input ${field === 'images' ? 'image' : 'video'}`;
  return { field, broken: (params) => (lengthOf(params[field]) === count ? null : `${what}, found ${lengthOf(params[field])}`) };
}

const orientationRule: CrossRule = {
  field: 'duration',
  broken: (params) =>
    params.character_orientation === 'image' && typeof params.duration === 'number' && params.duration > 10
      ? `must be at most 10 seconds with character_orientation image: found ${params.duration}`
      : null,
};

/** Seedance 2: multimodal references are not combined with first and last frames (P-VAPI2). */
const seedanceRules: readonly CrossRule[] = ['reference_image_urls', 'reference_video_urls', 'reference_audio_urls'].map((field) => ({
  field,
  broken: (params: JsonObject) =>
    lengthOf(params[field]) > 0 && (isGiven(params.first_frame_url) || isGiven(params.last_frame_url))
      ? 'is not allowed with first_frame_url or last_frame_url: use either references or frames'
      : null,
}));

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
