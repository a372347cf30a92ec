import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../../src/job-type/capabilities.ts';
import { catalogOf, checked, faults, model } from '../models.ts';

const prompt = 'A red fox';
const url = 'https://a.example/1.png';

describe('parameters that the documents allow', () => {
  it.each([
    ['ulazai/image', { prompt: 'x'.repeat(5000) }],
    ['ulazai/image', { prompt: '🦊'.repeat(5000), aspect_ratio: '2:3', images: Array(14).fill(url) }],
    ['ulazai/image/nano_banana_2', { prompt, aspect_ratio: '16:9', quality: '2K' }],
    ['ulazai/image/never_heard_of', { prompt, aspect_ratio: '5:4', quality: 'best' }],
    ['ulazai/image/ideogram_character', { prompt, images: [url] }],
    ['ulazai/veo3', { prompt, watermark_text: 'x'.repeat(50), images: ['photos/a.jpg'] }],
    ['ulazai/studio/veo31_fast', { prompt, aspect_ratio: 'Auto', duration: 8, images: [url] }],
    ['ulazai/studio/wan_2_6', { prompt, quality: '1080p', duration: 10, aspect_ratio: '16:9' }],
    ['ulazai/studio/wan_2_6_v2v', { prompt, videos: ['https://a.example/1.mp4'] }],
    ['ulazai/studio/sora_storyboard', { images: [url] }],
    ['ulazai/studio/kling_3_0', { prompt, quality: 'std', elements: [{ name: 'cat' }], start_frame: url }],
    [
      'ulazai/studio/kling_3_0_motion_control',
      { prompt, quality: '720p', duration: 30, images: [url], videos: ['https://a.example/1.mp4'] },
    ],
    ['ulazai/studio/seedance_2', { prompt, seedance_mode: 'first_frame', first_frame_url: 'asset://7' }],
    ['ulazai/sora-2', { prompt, images: ['C:\\photos\\a.png'] }],
    [
      'ulazai/kling-3.0',
      { prompt: 'x'.repeat(2500), duration: 15, quality: 'std', images: [`sha256:${'0'.repeat(64)}`], aspect_ratio: '1:1' },
    ],
  ])('%s takes %o', (full, params) => {
    expect(faults(full, params)).toEqual([]);
  });

  it('fills in what sets the price or publishes, and nothing that depends on the model list', () => {
    expect(checked('ulazai/veo3_fast', { prompt })).toEqual({ prompt, aspect_ratio: '16:9' });
    expect(checked('ulazai/sora-2', { prompt })).toEqual({
      prompt,
      aspect_ratio: '16:9',
      quality: 'standard',
      prompt_directory_optin: false,
    });
    expect(checked('ulazai/kling-3.0', { prompt, duration: 3, quality: 'std' })).toEqual({
      prompt,
      duration: 3,
      quality: 'std',
      sound: false,
      prompt_directory_optin: false,
    });
    expect(checked('ulazai/studio/veo31_fast', { prompt })).toEqual({ prompt, prompt_directory_optin: false });
    expect(checked('ulazai/image', { prompt })).toEqual({ prompt });
  });
});

describe('parameters that they do not allow', () => {
  it.each([
    ['ulazai/image', {}, ['prompt: is required: a text of 1 to 5000 characters']],
    ['ulazai/image', { prompt: ' ' }, ['prompt: must be a text of 1 to 5000 characters: found a blank one']],
    ['ulazai/image', { prompt: 'x'.repeat(5001) }, ['prompt: must be a text of 1 to 5000 characters: found 5001 characters']],
    ['ulazai/image', { prompt, aspect_ratio: '16:9' }, ['aspect_ratio: must be one of 1:1, 3:2, 2:3: found "16:9"']],
    ['ulazai/image', { prompt, images: Array(15).fill(url) }, ['images: must hold at most 14: found 15']],
    [
      'ulazai/image',
      { prompt, images: ['ftp://a.example/1.png'] },
      ['images.0: must be an http(s) URL or the path of a local file: found "ftp://a.example/1.png"'],
    ],
    ['ulazai/image/seedream_5_lite', { prompt, quality: 'best' }, ['quality: must be one of basic, high: found "best"']],
    [
      'ulazai/image/ideogram_character',
      { prompt },
      ['images: is required: ulazai/image/ideogram_character edits pictures, so it needs 1 to 14 of them'],
    ],
    ['ulazai/veo3', { prompt, aspect_ratio: '1:1' }, ['aspect_ratio: must be one of 16:9, 9:16: found "1:1"']],
    [
      'ulazai/veo3',
      { prompt, watermark_text: 'x'.repeat(51) },
      ['watermark_text: must be a text of at most 50 characters: found 51 characters'],
    ],
    ['ulazai/studio/veo31_fast', { prompt, duration: 5 }, ['duration: must be one of 8 (seconds): found 5']],
    ['ulazai/studio/veo31_fast', { prompt, aspect_ratio: 'auto' }, ['aspect_ratio: must be one of 16:9, 9:16, Auto: found "auto"']],
    [
      'ulazai/studio/veo31_fast',
      { prompt, quality: 'pro' },
      ['quality: is not taken: ulazai/studio/veo31_fast has no quality modes, so leave it out'],
    ],
    ['ulazai/studio/kling_3_0', { prompt }, ['quality: is required: ulazai/studio/kling_3_0 has the quality modes std, pro']],
    ['ulazai/studio/wan_2_6_v2v', { prompt }, ['videos: must hold exactly 1: ulazai/studio/wan_2_6_v2v takes one input video, found 0']],
    [
      'ulazai/studio/some_model',
      {},
      ['prompt: is required: a text (only with input images may it be left out, where the model allows it)'],
    ],
    ['ulazai/sora-2', { prompt, aspect_ratio: '4:3' }, ['aspect_ratio: must be one of 16:9, 9:16, 1:1: found "4:3"']],
    ['ulazai/sora-2', { prompt, images: [url, url] }, ['images: must hold at most 1: found 2']],
    ['ulazai/kling-3.0', { prompt, duration: 2, quality: 'std' }, ['duration: must be a whole number of seconds from 3 to 15: found 2']],
    [
      'ulazai/kling-3.0',
      { prompt, duration: '5', quality: 'std' },
      ['duration: must be a whole number of seconds from 3 to 15: found "5"'],
    ],
    ['ulazai/kling-3.0', { prompt, duration: 5, quality: 'std', sound: 'yes' }, ['sound: must be true or false: found "yes"']],
  ])('%s refuses %o', (full, params, expected) => {
    expect(faults(full, params as never)).toEqual(expected);
  });

  it('publishing is refused where it is not documented, even as false', () => {
    for (const full of ['ulazai/image', 'ulazai/image/seedream_5_lite', 'ulazai/veo3', 'ulazai/veo3_fast']) {
      expect(faults(full, { prompt, prompt_directory_optin: false }).join()).toContain('is not documented for');
    }
  });

  it('every fault is listed at once, the ones between parameters too', () => {
    expect(
      faults('ulazai/kling-3.0', { duration: 99, quality: 'best', aspect_ratio: '4:3', start_frame: url }).map(
        (fault) => fault.split(':')[0],
      ),
    ).toEqual(['prompt', 'duration', 'quality', 'aspect_ratio', 'aspect_ratio']);
    expect(
      faults('ulazai/studio/kling_3_0_motion_control', { duration: 31, character_orientation: 'image' }).map(
        (fault) => fault.split(':')[0],
      ),
    ).toEqual(['duration', 'prompt', 'quality', 'images', 'videos', 'duration']);
  });

  it('frames and an aspect ratio exclude each other on Kling 3.0', () => {
    const base = { prompt, duration: 5, quality: 'std', aspect_ratio: '16:9' };
    expect(faults('ulazai/kling-3.0', { ...base, end_frame: url })).toHaveLength(1);
    expect(faults('ulazai/kling-3.0', { ...base, images: [url] })).toEqual([]);
  });
});

describe('the model list', () => {
  const open = {
    name: null,
    aspectRatios: null,
    durations: null,
    qualityModes: null,
    inputs: null,
    sound: null,
    price: null,
    source: 'api',
  } as const;
  const hailuo: Capabilities = {
    ...open,
    slug: 'x',
    kind: 'video',
    aspectRatios: ['16:9'],
    durations: [6, 10],
    qualityModes: ['768p'],
    sound: false,
  };

  it('is what a slug is checked against', () => {
    expect(faults('ulazai/studio/x', { prompt, aspect_ratio: '1:1', duration: 5, sound: true }, [hailuo])).toEqual([
      'aspect_ratio: must be one of 16:9: found "1:1"',
      'duration: must be one of 6, 10 (seconds): found 5',
      'quality: is required: ulazai/studio/x has the quality modes 768p',
      'sound: must be false or left out: ulazai/studio/x makes silent videos',
    ]);
    const picture: Capabilities = { ...open, slug: 'y', kind: 'image', aspectRatios: ['1:1'], qualityModes: [] };
    expect(faults('ulazai/image/y', { prompt, aspect_ratio: '2:3', quality: 'x' }, [picture])).toHaveLength(2);
  });

  it('does not check a video against an image model of the same slug, nor the other way round', () => {
    const picture: Capabilities = { ...open, slug: 'grok', kind: 'image', aspectRatios: ['1:1'] };
    expect(faults('ulazai/studio/grok', { prompt, aspect_ratio: '16:9' }, [picture])).toEqual([]);
    expect(faults('ulazai/image/grok', { prompt, aspect_ratio: '16:9' }, [{ ...picture, kind: 'video' }])).toEqual([]);
  });

  it('never changes what a finished job is known by', () => {
    const params = { prompt, quality: '768p' };
    expect(checked('ulazai/studio/x', params, [hailuo])).toEqual(checked('ulazai/studio/x', params, []));
  });
});

describe('spellings and implied fields', () => {
  it.each([
    ['ulazai/image/nano_banana_2', { size: 'aspect_ratio', image_urls: 'images' }, { model: 'nano_banana_2' }],
    ['ulazai/image', { size: 'aspect_ratio', image_urls: 'images' }, { model: 'gpt_image_15' }],
    ['ulazai/veo3', { source_image_urls: 'images' }, { video_model: 'veo3' }],
    ['ulazai/sora-2', { image_url: 'images' }, { duration: 10 }],
    [
      'ulazai/kling-3.0',
      {
        durationSeconds: 'duration',
        qualityMode: 'quality',
        multiShots: 'multi_shots',
        aspectRatio: 'aspect_ratio',
        imageUrls: 'images',
        startFrameUrl: 'start_frame',
        endFrameUrl: 'end_frame',
      },
      { generationMode: 'text_to_video' },
    ],
    [
      'ulazai/studio/x',
      {
        duration_seconds: 'duration',
        quality_mode: 'quality',
        input_image_urls: 'images',
        input_video_urls: 'videos',
        start_frame_url: 'start_frame',
        end_frame_url: 'end_frame',
      },
      { model_slug: 'x' },
    ],
  ])('%s', (full, aliases, implied) => {
    const { jobType, name } = model(full);
    const spec = jobType.parameters(name, catalogOf());
    expect(spec.aliases).toEqual(aliases);
    expect(spec.implied({})).toEqual(implied);
  });

  it('Sora takes landscape for 16:9', () => {
    const { jobType, name } = model('ulazai/sora-2');
    expect(jobType.parameters(name, catalogOf()).synonyms).toEqual({
      aspect_ratio: { landscape: '16:9', portrait: '9:16', square: '1:1' },
    });
  });

  it('local images go up as JPEG, PNG or WebP of at most 10 MB; local videos are refused with the reason', () => {
    const { jobType, name } = model('ulazai/studio/x');
    const inputs = jobType.parameters(name, catalogOf()).inputs;
    expect(inputs.find((input) => input.field === 'images')).toMatchObject({
      local: { by: 'upload' },
      mediaTypes: ['image/jpeg', 'image/png', 'image/webp'],
      maxBytes: 10_485_760,
    });
    expect(inputs.find((input) => input.field === 'videos')?.local).toMatchObject({
      by: 'refused',
      why: expect.stringContaining('no upload for videos'),
    });
  });
});
