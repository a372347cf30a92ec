import type { Capabilities } from '../../src/job-type/capabilities.ts';

/** Nothing said: what the documents leave open is not checked. */
const OPEN = {
  aspectRatios: null,
  durations: null,
  qualityModes: null,
  inputs: null,
  sound: null,
  price: null,
  source: 'documents',
} as const;

/**
 * Models that the documents describe, for use without the network. The API's own list and the user's table win over these.
 * Sources: Video Studio API (veo31_fast), video errors and limits, Kling 3.0 motion control, image API.
 */
export const builtInModels: readonly Capabilities[] = [
  {
    ...OPEN,
    slug: 'veo31_fast',
    name: 'Veo 3.1 Fast',
    kind: 'video',
    aspectRatios: ['16:9', '9:16', 'Auto'],
    durations: [8],
    qualityModes: [],
    inputs: ['text', 'image'],
    price: { perJob: 100 },
  },
  { ...OPEN, slug: 'kling_3_0', name: 'Kling 3.0', kind: 'video', qualityModes: ['std', 'pro'] },
  {
    ...OPEN,
    slug: 'kling_3_0_motion_control',
    name: 'Kling 3.0 motion control',
    kind: 'video',
    qualityModes: ['720p', '1080p'],
    inputs: ['image', 'video'],
  },
  { ...OPEN, slug: 'wan_2_6', name: 'Wan 2.6', kind: 'video', qualityModes: ['720p', '1080p'] },
  { ...OPEN, slug: 'wan_2_6_v2v', name: 'Wan 2.6 video to video', kind: 'video', inputs: ['video'] },
  { ...OPEN, slug: 'gpt_image_15', name: 'GPT Image 1.5', kind: 'image' },
  {
    ...OPEN,
    slug: 'seedream_5_lite',
    name: 'Seedream 5 Lite',
    kind: 'image',
    aspectRatios: ['1:1', '4:3', '3:4', '16:9', '9:16', '2:3', '3:2', '21:9'],
    qualityModes: ['basic', 'high'],
  },
  { ...OPEN, slug: 'nano_banana_2', name: 'Nano Banana 2', kind: 'image' },
  { ...OPEN, slug: 'grok_imagine', name: 'Grok Imagine', kind: 'image' },
  { ...OPEN, slug: 'ideogram_character', name: 'Ideogram Character', kind: 'image' },
];

/** What the documents say of a slug; null when nothing. */
export function documented(slug: string | null, kind: Capabilities['kind']): Capabilities | null {
  return builtInModels.find((model) => model.slug === slug && model.kind === kind) ?? null;
}
