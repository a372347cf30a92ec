import { join, resolve } from 'node:path';
import { builtPage } from '../../page/built-page.ts';
import { DecisionStore } from '../../queue/decision-store.ts';
import { ReviewRefusal } from '../../review/review-host.ts';
import { type ReviewServer, startReview } from '../../review/start-review.ts';
import { writeStaticSheet } from '../../review/static-folder.ts';
import { Thumbnails } from '../../review/thumbnails.ts';
import { stateFolder } from '../config/settings.ts';
import type { DecisionsExport, StaticExport } from '../documents.ts';
import type { ReviewOptions } from '../nightshift.ts';
import { UsageError } from '../usage-error.ts';
import { batchOf, type EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { decisionsCsv } from './review-csv.ts';
import { reviewHost } from './review-host.ts';
import { frozenStatus, reviewStatus } from './review-status.ts';
import { sheetOutputs } from './sheet-outputs.ts';

/** `review` and `watch`: serves the contact sheet of a batch until it is closed. */
export async function serveReview(parts: EngineParts, stores: OpenStores, options: ReviewOptions): Promise<ReviewServer> {
  const batch = batchOf(stores, options.batch);
  const { host, close } = reviewHost(parts, stores, batch);
  try {
    const page = await builtPage('review');
    const server = await startReview(host, { port: options.port, page, thumbnails: thumbFolder(parts), view: options.view });
    return {
      url: server.url,
      close: async () => {
        await server.close();
        close();
      },
    };
  } catch (error) {
    close();
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new UsageError(`--port ${options.port} cannot be used (${code}): give another one, or 0 for any that is free`);
  }
}

/** `review --export`: decisions.csv of a batch. */
export function exportDecisions(stores: OpenStores, name: string | null): DecisionsExport {
  const batch = batchOf(stores, name);
  return { batch: batch.name, csv: decisionsCsv(stores, batch) };
}

/** `review --static`: the contact sheet as a folder that needs no program. */
export async function exportSheet(parts: EngineParts, stores: OpenStores, name: string | null, folder: string): Promise<StaticExport> {
  const batch = batchOf(stores, name);
  const target = resolve(parts.cwd, folder);
  const { decisions } = new DecisionStore(stores.db).since(batch.id, 0);
  const status = frozenStatus(reviewStatus(parts, stores, batch));
  try {
    const written = await writeStaticSheet(target, {
      page: await builtPage('review'),
      outputs: sheetOutputs(stores, batch),
      about: { made_at: new Date(parts.clock.now()).toISOString(), decisions, status },
      thumbnails: new Thumbnails(thumbFolder(parts)),
      redact: parts.output.redact,
    });
    return { batch: batch.name, folder: target, ...written };
  } catch (error) {
    throw error instanceof ReviewRefusal ? new UsageError(error.message) : error;
  }
}

function thumbFolder(parts: EngineParts): string {
  return join(stateFolder(parts.settings), 'thumbs');
}
