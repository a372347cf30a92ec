import sharp from 'sharp';
import { drawCard } from './card.ts';

export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** What a picture shows; equal values give equal bytes. */
export interface PictureSpec {
  readonly prompt: string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly format: PictureFormat;
}

/** An encoded picture that shows its prompt. The encoders are set to their fast end: thousands are made in one batch. */
export async function encodePicture(spec: PictureSpec): Promise<Uint8Array> {
  const card = drawCard(spec.prompt, spec.label, spec.width, spec.height, spec.seed);
  const rgb = Buffer.allocUnsafe(card.pixels.length * 3);
  const colors = card.palette.map(([red, green, blue]) => [red, green, blue] as const);
  for (let i = 0, to = 0; i < card.pixels.length; i++) {
    const color = colors[card.pixels[i]!]!;
    rgb[to++] = color[0];
    rgb[to++] = color[1];
    rgb[to++] = color[2];
  }
  const raw = sharp(rgb, { raw: { width: spec.width, height: spec.height, channels: 3 } });
  switch (spec.format) {
    case 'png':
      return raw.png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer();
    case 'jpeg':
      return raw.jpeg({ quality: 88 }).toBuffer();
    case 'webp':
      return raw.webp({ quality: 85, effort: 0 }).toBuffer();
  }
}
