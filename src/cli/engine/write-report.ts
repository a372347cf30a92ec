import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { renderReport } from '../../report/render-report.ts';
import type { ReportInput } from '../../report/report-input.ts';
import { stateFolder } from '../config/settings.ts';
import type { EngineParts } from './engine-parts.ts';

/** Writes the HTML report of a batch among nightshift's own files, never among the outputs. Returns its absolute path. */
export async function writeReport(parts: EngineParts, batch: Batch, input: ReportInput): Promise<string> {
  const folder = join(stateFolder(parts.settings), parts.sandbox ? 'sandbox/reports' : 'reports');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${encodeURIComponent(batch.name)}.html`);
  await writeFile(`${path}.new`, parts.output.redact([...renderReport(input, 'html')].join('')), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
