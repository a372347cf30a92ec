import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { builtPage } from '../../page/built-page.ts';
import { pageWithData } from '../../page/page-with-data.ts';
import { pageWithText } from '../../page/page-with-text.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { buildReportView } from '../../report/build-report-view.ts';
import { reportBody, reportTitle } from '../../report/html.ts';
import { reportFigures } from '../../report/report-figures.ts';
import type { ReportInput } from '../../report/report-input.ts';
import type { ReportPageData } from '../../report/report-view.ts';
import { Thumbnails } from '../../review/thumbnails.ts';
import { stateFolder } from '../config/settings.ts';
import type { EngineParts } from './engine-parts.ts';

/** Pictures that stand in the page itself: so many are a megabyte or two. Further ones are shown from the output folder. */
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

/** The report as one self-contained page: text that needs no script, and charts, pictures and a table that sorts and filters. Throws when the page is not built. */
export async function htmlReport(parts: EngineParts, batch: Batch, input: ReportInput, options: HtmlReportOptions): Promise<string> {
  const page = await builtPage('report');
  const figures = reportFigures(input);
  const thumbs = await smallPictures(parts, batch, input);
  const view = buildReportView(input, {
    address: (path) => addressFrom(options.folder, join(batch.outDir, path)),
    thumb: (path) => thumbs.get(path) ?? null,
  });
  const data: ReportPageData = { report: view, gallery: options.gallery };
  return pageWithData(pageWithText(page, reportTitle(figures), reportBody(figures, input.jobs())), data);
}

/** The address of a file, relative to a page in a folder. Null where there is no relative way (another drive). */
export function addressFrom(folder: string, file: string): string | null {
  const path = relative(folder, file);
  if (/^[A-Za-z]:/.test(path)) return null;
  return path.split(sep).map(encodeURIComponent).join('/');
}

/** Data addresses of the first pictures by their path. They are kept by content, so that the next report has them at once. */
async function smallPictures(parts: EngineParts, batch: Batch, input: ReportInput): Promise<ReadonlyMap<string, string>> {
  const wanted: { path: string; sha256: string }[] = [];
  for (const job of input.jobs()) {
    for (const { path, sha256, mediaType } of job.outputs) if (mediaType.startsWith('image/')) wanted.push({ path, sha256 });
    if (wanted.length >= MOST_THUMBS) break;
  }
  const thumbnails = new Thumbnails(join(stateFolder(parts.settings), 'thumbs'), THUMB_SIDE);
  const made = await Promise.all(
    wanted.slice(0, MOST_THUMBS).map(async ({ path, sha256 }) => {
      const small = await thumbnails.of({ path: join(batch.outDir, path), sha256 });
      const bytes = small === null ? null : await readFile(small).catch(() => null);
      return bytes === null ? [] : [[path, `data:image/webp;base64,${bytes.toString('base64')}`] as const];
    }),
  );
  return new Map(made.flat());
}
