import { fraction, hash32 } from '../random.ts';
import { cell, drawable, glyph, wrap } from './glyphs.ts';

/** A drawing in at most 256 colours: what both the pictures and the films are made from. */
export interface Card {
  readonly width: number;
  readonly height: number;
  /** One palette index a pixel, row by row. */
  readonly pixels: Uint8Array;
  readonly palette: readonly (readonly [red: number, green: number, blue: number])[];
}

/** Palette places of what is drawn. */
export const ink = { ground: 0, disc: 1, block: 2, panel: 3, text: 4, label: 5, bar: 6 } as const;

/** A card that shows its prompt as text over shapes and colours of its seed, with a label (model, size) on its last line. */
export function drawCard(prompt: string, label: string, width: number, height: number, seed: number): Card {
  const card: Card = { width, height, pixels: new Uint8Array(width * height), palette: palette(seed) };
  disc(card, fraction(seed, 'x') * width, fraction(seed, 'y') * height, (0.2 + 0.25 * fraction(seed, 'r')) * Math.min(width, height));
  const blockWidth = Math.round(width * (0.2 + 0.3 * fraction(seed, 'w')));
  fill(card, Math.round((width - blockWidth) * fraction(seed, 'bx')), 0, blockWidth, Math.round(height * 0.6), ink.block);
  const margin = Math.max(4, Math.round(Math.min(width, height) / 24));
  const labelScale = Math.max(1, Math.floor(Math.min(width, height) / 240));
  const labelHeight = labelScale * cell.height + 2 * labelScale;
  const panel = { width: width - 2 * margin, height: height - 2 * margin - labelHeight };
  write(card, drawable(prompt) || '(no prompt)', margin, margin, panel.width, panel.height);
  const shown = drawable(label).slice(0, Math.floor((width - 2 * margin) / (labelScale * cell.width)));
  line(card, shown, margin, height - margin - labelHeight + 2 * labelScale, labelScale, ink.label);
  return card;
}

/** A filled rectangle, cut at the card's edges. */
export function fill(card: Card, left: number, top: number, width: number, height: number, color: number): void {
  const right = Math.min(card.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(card.height, top + height); y++)
    card.pixels.fill(color, y * card.width + Math.max(0, left), y * card.width + Math.max(0, right));
}

function disc(card: Card, x: number, y: number, radius: number): void {
  for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(card.height, y + radius); row++) {
    const half = Math.sqrt(Math.max(0, radius * radius - (row - y) ** 2));
    fill(card, Math.round(x - half), row, Math.round(2 * half), 1, ink.disc);
  }
}

/** Writes the text as large as the box allows, on a panel; what does not fit at the smallest size ends in three dots. */
function write(card: Card, text: string, left: number, top: number, width: number, height: number): void {
  let scale = Math.max(1, Math.floor(Math.min(width, height) / 60));
  let lines = wrap(text, Math.floor((width - 4) / (scale * cell.width)));
  while (scale > 1 && lines.length * scale * cell.height > height - 4) {
    scale--;
    lines = wrap(text, Math.floor((width - 4) / (scale * cell.width)));
  }
  const room = Math.max(1, Math.floor((height - 4) / (scale * cell.height)));
  if (lines.length > room) lines = [...lines.slice(0, room - 1), `${(lines[room - 1] ?? '').slice(0, -3)}...`];
  const used = lines.length * scale * cell.height + 3 * scale;
  fill(card, left, top, width, Math.min(height, used), ink.panel);
  lines.forEach((part, row) => {
    line(card, part, left + 2 + scale, top + 2 * scale + row * scale * cell.height, scale, ink.text);
  });
}

function line(card: Card, text: string, left: number, top: number, scale: number, color: number): void {
  let x = left;
  for (const character of text) {
    const columns = glyph(character);
    for (let column = 0; column < 5; column++) {
      const bits = columns[column]!;
      for (let row = 0; row < 8; row++) if (bits & (1 << row)) fill(card, x + column * scale, top + row * scale, scale, scale, color);
    }
    x += cell.width * scale;
  }
}

function palette(seed: number): Card['palette'] {
  const hue = hash32(seed, 'hue') % 360;
  return [
    hsl(hue, 0.45, 0.62),
    hsl(hue + 40, 0.6, 0.52),
    hsl(hue + 190, 0.4, 0.45),
    hsl(hue, 0.35, 0.14),
    [250, 250, 250],
    hsl(hue, 0.5, 0.1),
    [250, 210, 60],
  ];
}

function hsl(hue: number, saturation: number, lightness: number): readonly [number, number, number] {
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
