import type { Listing, ListingEntry } from '../../src/job-type/account-services.ts';
import type { HistoryEntry, HistorySource } from '../../src/job-type/history.ts';
import { isJsonObject, type JsonObject } from '../../src/values/json.ts';
import { absoluteUrl, firstOf, own, textOf } from './read-fields.ts';

const URLS = ['url', 'image_url', 'video_url', 'result_url', 'output_url', 'download_url', 'result_urls', 'image_urls', 'video_urls'];

/** A history as a list for people: what its entries show, under the names that the documents use anywhere. */
export function listingOf(type: string, history: HistorySource): Listing {
  return {
    type,
    page: (number, size) => history.page(number, size),
    read(answer) {
      const page = history.read(answer);
      return page === null ? null : { entries: page.entries.map(entryOf), more: page.more };
    },
  };
}

function entryOf({ id, createdAt, raw }: HistoryEntry): ListingEntry {
  const nested = ['parameters', 'params', 'input'].map((name) => own(raw, name)).filter(isJsonObject);
  const layers: readonly JsonObject[] = [raw, ...nested];
  return {
    id,
    createdAt,
    status: firstOf(layers, ['status', 'state'], textOf),
    model: firstOf(layers, ['model_slug', 'video_model', 'model', 'model_name'], textOf),
    prompt: firstOf(layers, ['prompt'], textOf),
    url: firstOf(layers, URLS, (value) => absoluteUrl(Array.isArray(value) ? value[0] : value)),
    raw,
  };
}
