import { describe, expect, it } from 'vitest';
import { model, request } from '../models.ts';

const prompt = 'A red fox';

describe('requests that pay', () => {
  it('image: the bare model sends no model, a slug sends it', () => {
    expect(request('ulazai/image', { prompt, aspect_ratio: '3:2' })).toEqual({
      method: 'POST',
      path: '/api/v1/generate/',
      body: { prompt, size: '3:2' },
    });
    const images = ['https://a.example/1.png'];
    expect(request('ulazai/image/seedream_5_lite', { prompt, aspect_ratio: '21:9', quality: 'high', images }).body).toEqual({
      model: 'seedream_5_lite',
      prompt,
      size: '21:9',
      quality: 'high',
      image_urls: images,
    });
  });

  it('image: undocumented parameters pass through untouched', () => {
    expect(request('ulazai/image/nano_banana_2', { prompt, input: { google_search: true }, seed: 7 }).body).toEqual({
      model: 'nano_banana_2',
      prompt,
      input: { google_search: true },
      seed: 7,
    });
  });

  it('veo3: the aspect ratio that sets the price is always sent', () => {
    expect(request('ulazai/veo3_fast', { prompt, images: [] })).toEqual({
      method: 'POST',
      path: '/api/v1/generate/video/',
      body: { prompt, aspect_ratio: '16:9', video_model: 'veo3_fast' },
    });
    expect(
      request('ulazai/veo3', { prompt, aspect_ratio: '9:16', watermark_text: 'MyBrand', images: ['https://a.example/1.png'] }).body,
    ).toEqual({
      prompt,
      video_model: 'veo3',
      aspect_ratio: '9:16',
      watermark_text: 'MyBrand',
      source_image_urls: ['https://a.example/1.png'],
    });
  });

  it('Video Studio: the names of that API, one job, never published unasked', () => {
    expect(request('ulazai/studio/veo31_fast', { prompt, aspect_ratio: 'Auto', duration: 8 })).toEqual({
      method: 'POST',
      path: '/api/v1/video-studio/generate/',
      body: { model_slug: 'veo31_fast', prompt, aspect_ratio: 'Auto', duration_seconds: 8, prompt_directory_optin: false },
    });
    const control = { duration: 10, quality: '720p', images: ['https://a.example/1.png'], videos: ['https://a.example/1.mp4'] };
    expect(
      request('ulazai/studio/kling_3_0_motion_control', {
        prompt,
        ...control,
        character_orientation: 'image',
        prompt_directory_optin: true,
      }).body,
    ).toEqual({
      model_slug: 'kling_3_0_motion_control',
      prompt,
      duration_seconds: 10,
      quality_mode: '720p',
      input_image_urls: ['https://a.example/1.png'],
      input_video_urls: ['https://a.example/1.mp4'],
      character_orientation: 'image',
      prompt_directory_optin: true,
    });
  });

  it('Sora 2: the endpoint follows from the image, the ratio goes in its words, and nothing is published unasked', () => {
    expect(request('ulazai/sora-2', { prompt })).toEqual({
      method: 'POST',
      path: '/api/v1/sora/generate/text-to-video/',
      body: { prompt, aspect_ratio: 'landscape', quality: 'standard', prompt_directory_optin: false },
    });
    expect(
      request('ulazai/sora-2', {
        prompt,
        aspect_ratio: '9:16',
        quality: 'high',
        images: ['https://a.example/1.png'],
        prompt_directory_optin: true,
      }),
    ).toEqual({
      method: 'POST',
      path: '/api/v1/sora/generate/image-to-video/',
      body: { image_url: 'https://a.example/1.png', prompt, aspect_ratio: 'portrait', quality: 'high', prompt_directory_optin: true },
    });
    expect(request('ulazai/sora-2', { prompt, aspect_ratio: '1:1' }).body).toMatchObject({ aspect_ratio: 'square' });
  });

  it('Kling 3.0: camelCase, sound always sent, the mode implied', () => {
    expect(
      request('ulazai/kling-3.0', { prompt, duration: 8, quality: 'pro', sound: true, multi_shots: true, aspect_ratio: '16:9' }),
    ).toEqual({
      method: 'POST',
      path: '/kling30/api/generate/',
      body: {
        prompt,
        durationSeconds: 8,
        qualityMode: 'pro',
        sound: true,
        multiShots: true,
        aspectRatio: '16:9',
        generationMode: 'text_to_video',
        prompt_directory_optin: false,
      },
    });
    const frames = { start_frame: 'https://a.example/s.jpg', end_frame: 'https://a.example/e.jpg' };
    expect(
      request('ulazai/kling-3.0', { prompt, duration: 5, quality: 'std', images: ['https://a.example/1.jpg'], ...frames }).body,
    ).toEqual({
      prompt,
      durationSeconds: 5,
      qualityMode: 'std',
      sound: false,
      imageUrls: ['https://a.example/1.jpg'],
      startFrameUrl: 'https://a.example/s.jpg',
      endFrameUrl: 'https://a.example/e.jpg',
      generationMode: 'image_to_video',
      prompt_directory_optin: false,
    });
    expect(request('ulazai/kling-3.0', { prompt, duration: 5, quality: 'std', end_frame: 'https://a.example/e.jpg' }).body).toMatchObject({
      generationMode: 'image_to_video',
    });
  });

  it('publishes only what says true, whatever else is missing', () => {
    for (const full of ['ulazai/sora-2', 'ulazai/kling-3.0', 'ulazai/studio/x']) {
      const { jobType, name } = model(full);
      expect(jobType.submit(name, { prompt }, {}).body).toMatchObject({ prompt_directory_optin: false });
      expect(jobType.submit(name, { prompt, prompt_directory_optin: true }, {}).body).toMatchObject({ prompt_directory_optin: true });
    }
  });
});
