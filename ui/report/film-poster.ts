import type { FileView } from '../../src/report/report-view.ts';
import { duration, size } from './format.ts';

/** Letters of a name that fit. */
const MOST_LETTERS = 24;

/** What is known of a film, drawn: a sign to play it, its name, how long it lasts and its size. A picture as a data address. */
export function filmPoster({ path, bytes, seconds }: FileView): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const shown = name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS - 9)}…${name.slice(-8)}`;
  const facts = [...(seconds === null ? [] : [duration(seconds * 1_000)]), size(bytes)].join(', ');
  const line = (y: number, color: string, text: string): string =>
    `<text x="160" y="${y}" fill="${color}" font-size="22" text-anchor="middle">${text.replace(/[<>&]/g, (each) => `&#${each.charCodeAt(0)};`)}</text>`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="640" height="360" font-family="system-ui, sans-serif">
<rect width="320" height="180" fill="#262b33"/><circle cx="160" cy="66" r="36" fill="#3d4551"/><path d="M149 47v38l30-19z" fill="#fff"/>
${line(134, '#fff', shown)}${line(162, '#b9c0ca', facts)}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
