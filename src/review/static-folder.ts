import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pageWithData } from '../page/page-with-data.ts';
import { ReviewRefusal } from './review-host.ts';
import type { ReviewOutput, StaticReview } from './review-view.ts';
import type { Thumbnails } from './thumbnails.ts';

/** What a static sheet is made of. */
export interface StaticSheet {
  readonly page: string;
  /** Each with the absolute path of its file. */
  readonly outputs: Iterable<{ readonly view: ReviewOutput; readonly file: string }>;
  readonly about: Omit<StaticReview, 'outputs'>;
  readonly thumbnails: Thumbnails;
  redact(text: string): string;
}

/** What was written. */
export interface WrittenSheet {
  readonly outputs: number;
  readonly bytes: number;
  /** Paths of outputs that are no longer on disk; they are not in the sheet. */
  readonly missing: readonly string[];
}

/**
 * Writes a contact sheet that needs no program: index.html with all it knows in it, and copies of the files beside it. The folder must be
 * new or empty, and index.html comes last, so that a half-written sheet does not look like one. Throws a ReviewRefusal.
 */
export async function writeStaticSheet(folder: string, sheet: StaticSheet): Promise<WrittenSheet> {
  await makeEmpty(folder);
  const outputs: StaticReview['outputs'][number][] = [];
  const missing: string[] = [];
  let bytes = 0;
  for (const { view, file } of sheet.outputs) {
    // Copies share their blocks with the originals where the file system can.
    const copied = await copyInto(folder, join('files', view.path), file);
    if (!copied) {
      missing.push(view.path);
      continue;
    }
    const small = view.kind === 'image' ? await sheet.thumbnails.of({ path: file, sha256: view.sha256 }) : null;
    const thumb = small === null ? null : `thumbs/${view.output}.webp`;
    if (small !== null && thumb !== null) await copyInto(folder, thumb, small);
    outputs.push({ ...view, file: address(view.path), thumb });
    bytes += view.bytes;
  }
  const data: StaticReview = { ...sheet.about, outputs };
  await writeFile(join(folder, 'index.html'), sheet.redact(pageWithData(sheet.page, data)), { mode: 0o600 });
  return { outputs: outputs.length, bytes, missing };
}

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await readdir(folder);
  if (found.length > 0) throw new ReviewRefusal(`${folder} is not empty: name a new folder, nothing was written`);
}

async function copyInto(folder: string, to: string, from: string): Promise<boolean> {
  const target = join(folder, to);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  return copyFile(from, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Of a file below `files/`, as a page beside it names it. */
function address(path: string): string {
  return `files/${path.split('/').map(encodeURIComponent).join('/')}`;
}
