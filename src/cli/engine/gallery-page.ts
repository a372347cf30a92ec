import { builtPage } from '../../page/built-page.ts';
import { pageWithData } from '../../page/page-with-data.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { DecisionStore } from '../../queue/decision-store.ts';
import type { StaticReview } from '../../review/review-view.ts';
import type { EngineParts } from './engine-parts.ts';
import { addressFrom } from './html-report.ts';
import type { OpenStores } from './queue-stores.ts';
import { frozenStatus, reviewStatus } from './review-status.ts';
import { sheetOutputs } from './sheet-outputs.ts';

/**
 * The contact sheet as one page beside a report: it needs no program, shows the files where they lie, and gives the same decisions.csv. `folder` is
 * where the page will lie, absolute.
 */
export async function galleryPage(parts: EngineParts, stores: OpenStores, batch: Batch, folder: string): Promise<string> {
  const { decisions } = new DecisionStore(stores.db).since(batch.id, 0);
  const data: StaticReview = {
    made_at: new Date(parts.clock.now()).toISOString(),
    outputs: sheetOutputs(stores, batch).flatMap(({ view, file }) => {
      const address = addressFrom(folder, file);
      return address === null ? [] : [{ ...view, file: address, thumb: null }];
    }),
    decisions,
    status: frozenStatus(reviewStatus(parts, stores, batch)),
  };
  return pageWithData(await builtPage('review'), data);
}
