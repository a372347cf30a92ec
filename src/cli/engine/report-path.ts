import { join } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { stateFolder } from '../config/settings.ts';
import type { EngineParts } from './engine-parts.ts';

/** Where the HTML report of a batch lies: among nightshift's own files, never among the outputs. Absolute. */
export function reportPath(parts: EngineParts, batch: Batch): string {
  return join(stateFolder(parts.settings), parts.sandbox ? 'sandbox/reports' : 'reports', `${encodeURIComponent(batch.name)}.html`);
}
