/** How many jobs of each family a batch has. */
export interface Mix {
  readonly image: number;
  /** Images of which each prompt is ordered twice: twins that a history cannot tell apart. */
  readonly twins: number;
  readonly film: number;
  readonly studio: number;
  readonly sora: number;
  readonly kling: number;
  readonly banana: number;
  readonly vidu: number;
  readonly model3d: number;
}

/** 300 jobs of every family. */
export const THREE_HUNDRED: Mix = { image: 196, twins: 10, film: 30, studio: 12, sora: 8, kling: 8, banana: 14, vidu: 6, model3d: 6 };

/** A manifest with a mixed batch, whose name is in its ids and prompts: every prompt is told once, save those of the twins. Families take turns. */
export function mixedBatch(name: string, mix: Mix): object {
  const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
  const entry = (count: number, id: string, model: string, rest: object): readonly object[] =>
    count === 0 ? [] : [{ rows: rows(count), id: `${name}-${id}{{ n }}`, model, prompt: `${name} ${id} {{ n }}`, ...rest }];
  return {
    name,
    jobs: [
      ...entry(mix.sora, 'sora', 'ulazai/sora-2', {}),
      ...entry(mix.kling, 'kling', 'ulazai/kling-3.0', { params: { duration: 3, quality: 'std' } }),
      ...entry(mix.studio, 'studio', 'ulazai/studio/veo31_fast', { params: { aspect_ratio: '16:9' } }),
      ...entry(mix.film, 'film', 'ulazai/veo3_fast', {}),
      ...entry(mix.image, 'image', 'ulazai/image', {}),
      ...entry(mix.twins, 'twin', 'ulazai/image', { copies: 2 }),
      ...entry(mix.banana, 'banana', 'mayanio/nano-banana', {}),
      ...entry(mix.vidu, 'vidu', 'mayanio/vidu-q2', { params: { duration: 2, resolution: '360p' } }),
      ...entry(mix.model3d, 'model', 'mayanio/image-to-3d', { prompt: null, params: { image_url: 'https://example.com/vase.jpg' } }),
    ],
  };
}

/** One job of each family whose history is believed only once it has shown an id of ours. */
export function historyBatch(name: string): object {
  return mixedBatch(name, { image: 0, twins: 0, film: 0, studio: 0, sora: 0, kling: 0, banana: 1, vidu: 1, model3d: 1 });
}
