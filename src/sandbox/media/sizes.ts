/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The two sides of an aspect ratio such as `16:9`; the words of the documents are understood, anything else is square. */
export function ratio(aspect: string): readonly [number, number] {
  const words: Readonly<Record<string, readonly [number, number]>> = { landscape: [16, 9], portrait: [9, 16], Auto: [16, 9] };
  const match = /^(\d{1,3}):(\d{1,3})$/.exec(aspect);
  if (match !== null && Number(match[1]) > 0 && Number(match[2]) > 0) return [Number(match[1]), Number(match[2])];
  return words[aspect] ?? [1, 1];
}

/** A picture's size: about 512 x 512 pixels whatever the ratio, because thousands are made in one batch. */
export function pictureSize(aspect: string): Size {
  const [wide, high] = ratio(aspect);
  const unit = Math.sqrt(Math.min(8, Math.max(1 / 8, wide / high)));
  return { width: Math.round((512 * unit) / 8) * 8, height: Math.round(512 / unit / 8) * 8 };
}

/** A film's size by its shorter side, as `720p` names it; both sides are even. */
export function filmSize(aspect: string, shorter: number): Size {
  const [wide, high] = ratio(aspect);
  const longer = Math.round((shorter * Math.min(8, Math.max(wide / high, high / wide))) / 2) * 2;
  return wide >= high ? { width: longer, height: shorter } : { width: shorter, height: longer };
}
