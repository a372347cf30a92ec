import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { renderReport } from '../../report/render-report.ts';
import type { ReportInput } from '../../report/report-input.ts';
import type { EngineParts } from './engine-parts.ts';
import { reportPath } from './report-path.ts';

/** Writes the HTML report of a batch, whole or not at all. Returns its absolute path. */
export async function writeReport(parts: EngineParts, batch: Batch, input: ReportInput): Promise<string> {
  const path = reportPath(parts, batch);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, parts.output.redact([...renderReport(input, 'html')].join('')), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
