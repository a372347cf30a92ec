import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { renderReport } from '../../report/render-report.ts';
import type { ReportInput } from '../../report/report-input.ts';
import { stateFolder } from '../config/settings.ts';
import type { EngineParts } from './engine-parts.ts';

/** Where the HTML report of a batch lies: among nightshift's own files, never among the outputs. Absolute. */
export function reportPath(parts: EngineParts, batch: Batch): string {
  return join(stateFolder(parts.settings), parts.sandbox ? 'sandbox/reports' : 'reports', `${encodeURIComponent(batch.name)}.html`);
}

/** Writes the HTML report of a batch, whole or not at all. Returns its absolute path. */
export async function writeReport(parts: EngineParts, batch: Batch, input: ReportInput): Promise<string> {
  const path = reportPath(parts, batch);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, parts.output.redact([...renderReport(input, 'html')].join('')), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
