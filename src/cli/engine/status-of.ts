import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import type { BatchStatus } from '../batch-status.ts';
import type { EngineParts } from './engine-parts.ts';
import { lastStop, runningWords } from './last-stop.ts';
import { statusLimits } from './limits-in-use.ts';
import { liveSettings } from './live-settings.ts';
import { lostAnswers } from './lost-answers.ts';
import { progressOf } from './progress-of.ts';
import type { OpenStores } from './queue-stores.ts';
import { reportPath } from './report-path.ts';
import { statusDocument } from './status-document.ts';
import { timeLeft } from './time-left.ts';

/** How a batch stands, from the queue alone: while another process runs it, and after. */
export function statusOf(parts: EngineParts, stores: OpenStores, batch: Batch): BatchStatus {
  const { registry, settings, clock, cwd } = parts;
  const path = reportPath(parts, batch);
  const report = existsSync(path) ? path : null;
  const running = runningWords(stores, batch);
  return {
    document: {
      ...statusDocument(stores, registry, batch, {
        stopped: lastStop(stores, batch),
        report: report && relative(batch.outDir, report),
        left: timeLeft(parts, stores, batch),
        running: running !== null,
      }),
      running: running !== null,
      limits: statusLimits(parts, stores, batch),
    },
    running,
    settings: liveSettings(parts, stores, batch),
    waits: lostAnswers(stores, registry, batch, (provider) => settings.providers[provider], clock.now()),
    progress: progressOf(parts, stores, batch, running !== null),
    report: report && relative(cwd, report),
  };
}
