import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { builtPage } from '../../page/built-page.ts';
import { pageWithData } from '../../page/page-with-data.ts';
import { pageWithText } from '../../page/page-with-text.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { viewTally } from '../../report/build-report-view.ts';
import type { ReportFigures } from '../../report/figures.ts';
import { MOST_PLAIN_ROWS, reportBody, reportTitle } from '../../report/html.ts';
import { figuresTally } from '../../report/report-figures.ts';
import type { ReportInput, ReportJob } from '../../report/report-input.ts';
import type { ReportPageData } from '../../report/report-view.ts';
import { filmLength } from '../../review/film-length.ts';
import { Thumbnails } from '../../review/thumbnails.ts';
import { stateFolder } from '../config/settings.ts';
import type { EngineParts } from './engine-parts.ts';

/** Pictures that stand in the page itself: so many are a megabyte or two. Further ones are shown from the output folder. As many films are measured. */
const MOST_THUMBS = 200;
/** Pixels: a table's row, sharp on a dense display. */
const THUMB_SIDE = 192;

/** How an HTML report is to be written. */
export interface HtmlReportOptions {
  /** The folder that the page will lie in: files are linked relative to it. Absolute. */
  readonly folder: string;
  /** The address of the contact sheet beside it; null without one. */
  readonly gallery: string | null;
}

/** A page, and the figures in it: who needs both reads the jobs once. */
export interface HtmlReport {
  readonly page: string;
  readonly figures: ReportFigures;
}

/** The report as one self-contained page: text that needs no script, and charts, pictures and a table that sorts and filters. Throws when the page is not built. */
export async function htmlReport(parts: EngineParts, batch: Batch, input: ReportInput, options: HtmlReportOptions): Promise<HtmlReport> {
  const page = await builtPage('report');
  const thumbs = new Map<string, string>();
  const lengths = new Map<string, number>();
  const view = viewTally(
    input,
    {
      address: (path) => addressFrom(options.folder, join(batch.outDir, path)),
      thumb: (path) => thumbs.get(path) ?? null,
      seconds: (path) => lengths.get(path) ?? null,
      slots: (provider) => {
        const limit = parts.settings.providers[provider]?.limits.concurrency;
        return limit?.kind === 'slots' ? limit.max : null;
      },
    },
    parts.clock.now(),
  );
  const tally = figuresTally(input);
  const plain: ReportJob[] = [];
  const pictures: { path: string; sha256: string }[] = [];
  const films: string[] = [];
  // Of a million jobs each pass takes seconds: one for everything.
  for (const job of input.jobs()) {
    view.add(job);
    tally.add(job);
    if (plain.length < MOST_PLAIN_ROWS) plain.push(job);
    for (const { path, sha256, mediaType } of job.outputs) {
      if (pictures.length < MOST_THUMBS && mediaType.startsWith('image/')) pictures.push({ path, sha256 });
      if (films.length < MOST_THUMBS && mediaType.startsWith('video/')) films.push(path);
    }
  }
  await Promise.all([makeSmall(parts, batch, pictures, thumbs), measureFilms(batch, films, lengths)]);
  const figures = tally.done();
  const data: ReportPageData = { report: view.done(), gallery: options.gallery };
  return { page: pageWithData(pageWithText(page, reportTitle(figures), reportBody(figures, plain)), data), figures };
}

/** The address of a file, relative to a page in a folder. Null where there is no relative way (another drive). */
export function addressFrom(folder: string, file: string): string | null {
  const path = relative(folder, file);
  if (/^[A-Za-z]:/.test(path)) return null;
  return path.split(sep).map(encodeURIComponent).join('/');
}

/** Adds the lengths of films in seconds by their path; of one that cannot be measured, none. */
async function measureFilms(batch: Batch, films: readonly string[], into: Map<string, number>): Promise<void> {
  await Promise.all(
    films.map(async (path) => {
      const seconds = await filmLength(join(batch.outDir, path));
      if (seconds !== null) into.set(path, seconds);
    }),
  );
}

/** Adds the data addresses of small pictures by their path. They are kept by content, so that the next report has them at once. */
async function makeSmall(
  parts: EngineParts,
  batch: Batch,
  pictures: readonly { readonly path: string; readonly sha256: string }[],
  into: Map<string, string>,
): Promise<void> {
  const thumbnails = new Thumbnails(join(stateFolder(parts.settings), 'thumbs'), THUMB_SIDE);
  await Promise.all(
    pictures.map(async ({ path, sha256 }) => {
      const small = await thumbnails.of({ path: join(batch.outDir, path), sha256 });
      const bytes = small === null ? null : await readFile(small).catch(() => null);
      if (bytes !== null) into.set(path, `data:image/webp;base64,${bytes.toString('base64')}`);
    }),
  );
}
