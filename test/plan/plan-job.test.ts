import sharp from 'sharp';
import { expect, test } from 'vitest';
import { planFiles, planOne } from './plan-files.ts';

const picture = (format: 'png' | 'jpeg' | 'gif', background = 'red') =>
  sharp({ create: { width: 4, height: 4, channels: 3, background } })
    .toFormat(format)
    .toBuffer();

test.each([
  [
    'Kling',
    'model: ulazai/kling-3.0\nprompt: a\nparams: { duration: 5, quality: std, aspect_ratio: "16:9" }\n',
    'model: ulazai/kling-3.0\nparams: { generationMode: text_to_video, prompt: a, qualityMode: std, durationSeconds: 5, aspectRatio: "16:9", sound: false, prompt_directory_optin: false }\n',
  ],
  [
    'Sora',
    'model: ulazai/sora-2\nprompt: a\nparams: { aspect_ratio: "9:16" }\n',
    'model: ulazai/sora-2\nprompt: a\nparams: { aspect_ratio: portrait }\n',
  ],
  [
    'Video Studio',
    'model: ulazai/studio/veo31_fast\nprompt: a\nparams: { aspect_ratio: "16:9", duration: 8 }\n',
    'model: ulazai/studio/veo31_fast\nparams: { model_slug: veo31_fast, prompt: a, aspect_ratio: "16:9", duration_seconds: 8 }\n',
  ],
  [
    'image',
    'model: ulazai/image\nprompt: a\nparams: { aspect_ratio: "1:1" }\n',
    'model: ulazai/image\nprompt: a\nparams: { size: "1:1", images: [] }\n',
  ],
  [
    'MayanIO 3D',
    'model: mayanio/image-to-3d\nparams: { images: ["https://e.org/a.png"] }\n',
    'model: mayanio/image-to-3d\nparams: { image_url: "https://e.org/a.png" }\n',
  ],
])('both spellings of %s give one fingerprint, price and twin key', async (_, common, documented) => {
  const [a, b] = [await planOne(common), await planOne(documented)];
  expect(a.params).toEqual(b.params);
  expect([a.fingerprint, a.quote, a.twinKey]).toEqual([b.fingerprint, b.quote, b.twinKey]);
});

test('names, tags, priority and key order are not what is paid for; parameters, model and copy are', async () => {
  const plain = await planOne('model: ulazai/image\nprompt: a\nparams: { aspect_ratio: "1:1", seed: 1 }\n');
  const dressed = await planOne(
    'id: x\noutput: y\ntags: [z]\npriority: 5\nprompt: a\nparams: { seed: 1, aspect_ratio: "1:1" }\nmodel: ulazai/image\n',
  );
  expect(dressed.fingerprint).toBe(plain.fingerprint);
  expect(dressed).toMatchObject({ id: 'x', output: 'y', tags: ['z'], priority: 5 });
  for (const other of [
    'model: ulazai/image\nprompt: b\n',
    'model: ulazai/image/seedream\nprompt: a\nparams: { aspect_ratio: "1:1", seed: 1 }\n',
  ]) {
    expect((await planOne(other)).fingerprint).not.toBe(plain.fingerprint);
  }
});

test('publishing is off unless asked for, and is told as a saving', async () => {
  const job = await planOne('model: ulazai/sora-2\nprompt: a\n');
  expect(job).toMatchObject({ quote: 80_000_000, publishingWouldSave: 10_000_000, params: { prompt_directory_optin: false } });
  const published = await planOne('model: ulazai/sora-2\nprompt: a\nparams: { prompt_directory_optin: true }\n');
  expect(published).toMatchObject({ quote: 70_000_000, publishingWouldSave: 0 });
});

test('one parameter in both spellings, near misses, unknown and disagreeing fields are refused', async () => {
  const { lines } = await planFiles({
    'm.yaml': `model: ulazai/kling-3.0
prompt: a
jobs:
  - params: { duration: 5, durationSeconds: 5, quality: std }
  - params: { duration: 5, qualty: std, quality: std }
  - params: { duration: 5, quality: std, generationMode: image_to_video }
  - params: { duration: 5, quality: std, prompt: b }
  - { model: ulazai/image, params: { aspect_ration: "1:1" } }
  - { model: ulazai/image, params: { model: other_model } }
  - { model: ulazai/imgae }
`,
  });
  expect(lines).toEqual([
    'm.yaml:4 jobs[0].params.durationSeconds: "durationSeconds" and "duration" are one parameter in two spellings; keep one',
    expect.stringMatching(
      /^m\.yaml:5 jobs\[1\]\.params\.qualty: unknown parameter "qualty" of ulazai\/kling-3\.0; allowed: .*did you mean "quality"\?$/,
    ),
    expect.stringContaining(
      'm.yaml:6 jobs[2].params.generationMode: found "image_to_video", but the model ulazai/kling-3.0 makes it "text_to_video"',
    ),
    'm.yaml:7 jobs[3].params.prompt: "prompt" and "prompt" are one parameter in two spellings; keep one',
    expect.stringContaining('m.yaml:8 jobs[4].params.aspect_ration: "aspect_ration" is nearly "aspect_ratio"'),
    expect.stringContaining('m.yaml:9 jobs[5].params.model: found "other_model", but the model ulazai/image makes it'),
    expect.stringMatching(/^m\.yaml:10 jobs\[6\]\.model: unknown model "ulazai\/imgae"; allowed: .*did you mean "ulazai\/image"\?$/),
  ]);
});

test('a local picture stands as its hash: its content is paid for, not its name', async () => {
  const yaml = (name: string) =>
    `model: ulazai/kling-3.0\nprompt: a\nparams: { duration: 5, quality: std, images: [https://e.org/x.png, "photos/${name}"] }\n`;
  const red = await picture('png');
  const a = await planOne(yaml('a.png'), { 'photos/a.png': red });
  expect(a.params.images).toEqual(['https://e.org/x.png', `sha256:${a.localInputs[0]!.sha256}`]);
  expect(a.localInputs).toEqual([
    {
      field: 'images',
      index: 1,
      path: expect.stringMatching(/photos\/a\.png$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: red.length,
      mediaType: 'image/png',
    },
  ]);
  const renamed = await planOne(yaml('b.jpg'), { 'photos/b.jpg': red });
  const blue = await planOne(yaml('a.png'), { 'photos/a.png': await picture('png', 'blue') });
  expect(renamed.fingerprint).toBe(a.fingerprint);
  expect(blue.fingerprint).not.toBe(a.fingerprint);
});

test('local files that cannot be used are refused with the reason, each once', async () => {
  const { lines } = await planFiles({
    'm.yaml': `model: ulazai/kling-3.0
prompt: a
params: { duration: 5, quality: std }
jobs:
  - params: { images: [photos/gone.jpg] }
  - params: { images: [photos/moving.gif, text.txt] }
  - params: { start_frame: big.png }
  - params: { images: ["sha256:${'0'.repeat(64)}"] }
  - { model: ulazai/studio/wan_2_6_v2v, params: { duration: null, quality: null, videos: [film.mp4] } }
`,
    'photos/moving.gif': await picture('gif'),
    'text.txt': 'hello',
    'big.png': Buffer.concat([await picture('png'), Buffer.alloc(10 * 1024 * 1024)]),
  });
  expect(lines).toEqual([
    expect.stringMatching(/^m\.yaml:5 jobs\[0\]\.params\.images\[0\]: cannot read "photos\/gone\.jpg": there is no such file/),
    expect.stringMatching(
      /^m\.yaml:6 jobs\[1\]\.params\.images\[0\]: "photos\/moving\.gif" is image\/gif by its content; allowed: image\/jpeg/,
    ),
    expect.stringMatching(/^m\.yaml:6 jobs\[1\]\.params\.images\[1\]: "text\.txt" is of no known type/),
    expect.stringMatching(/^m\.yaml:7 jobs\[2\]\.params\.start_frame: "big\.png" has \d+ bytes; allowed: at most \d+/),
    expect.stringMatching(/^m\.yaml:8 jobs\[3\]\.params\.images\[0\]: cannot read "sha256:/),
    expect.stringMatching(
      /^m\.yaml:9 jobs\[4\]\.params\.videos\[0\]: found the local file "film\.mp4"; allowed: an http\(s\) URL\. UlazAI documents no upload/,
    ),
  ]);
});

test('what a job type does not know passes through untouched where it may', async () => {
  const job = await planOne('model: ulazai/image/seedream\nprompt: a\nparams: { seed: 12345678901234567890, style: { mood: calm } }\n');
  expect(job.params).toMatchObject({ seed: '12345678901234567890', style: { mood: 'calm' } });
});

test('prices of the configuration win', async () => {
  const { planned } = await planFiles(
    { 'm.yaml': 'model: ulazai/image\nprompt: a\n' },
    { settings: { ulazai: { prices: { image: { perJob: 1.25 } } } } },
  );
  expect(planned[0]!.quote).toBe(1_250_000);
});
