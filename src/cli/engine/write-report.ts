import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import type { ReportFigures } from '../../report/figures.ts';
import type { ReportInput } from '../../report/report-input.ts';
import type { EngineParts } from './engine-parts.ts';
import { reportPath } from './report-path.ts';

/** A report on disk. */
export interface WrittenReport {
  readonly path: string;
  readonly figures: ReportFigures;
}

/** Writes the HTML report of a batch, whole or not at all. Returns its absolute path, and the figures that are in it. */
export async function writeReport(parts: EngineParts, batch: Batch, input: ReportInput): Promise<WrittenReport> {
  const path = reportPath(parts, batch);
  const { htmlReport } = await import('./html-report.ts');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { page, figures } = await htmlReport(parts, batch, input, { folder: dirname(path), gallery: null });
  await writeFile(`${path}.new`, parts.output.redact(page), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return { path, figures };
}
