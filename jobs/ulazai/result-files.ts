import type { ResultFile } from '../../src/job-type/outcomes.ts';
import { isJsonObject, type JsonObject } from '../../src/values/json.ts';
import { absoluteUrl, amountOf, own, textOf } from '../shared/read-fields.ts';

/** Where a result may stand, best first. `download_url` is the same file behind the key, so it comes last; thumbnails are not outputs. */
const NAMES = {
  image: ['result_urls', 'image_url', 'image_urls', 'images', 'result_url', 'output_url', 'download_url'],
  video: ['result_urls', 'video_url', 'video_urls', 'videos', 'result_url', 'output_url', 'download_url'],
} as const;
const URL_KEYS = ['url', 'image_url', 'video_url', 'download_url'];

/**
 * The files that a status answer names: absolute http(s) URLs, each once. A relative path (`status_url`) is not a result, and a
 * host without a scheme gets https. The first name that yields a file is the result; others repeat it or echo an input.
 */
export function resultFiles(layers: readonly JsonObject[], kind: 'image' | 'video'): readonly ResultFile[] {
  for (const name of NAMES[kind]) {
    for (const layer of layers) {
      const files = filesOf(own(layer, name), layer, kind);
      if (files.length > 0) return files;
    }
  }
  return [];
}

function filesOf(value: unknown, layer: JsonObject, kind: 'image' | 'video'): readonly ResultFile[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  const byUrl = new Map<string, ResultFile>();
  for (const entry of entries) {
    const source = isJsonObject(entry) ? entry : null;
    const url = source === null ? absoluteUrl(entry) : urlOf(source);
    if (url === null || byUrl.has(url)) continue;
    // A size beside the list belongs to a file only when there is just one.
    const about = source ?? (entries.length === 1 ? layer : null);
    byUrl.set(url, { role: 'main', kind, url, mediaType: mediaTypeOf(about), bytes: bytesOf(about) });
  }
  return [...byUrl.values()];
}

function urlOf(source: JsonObject): string | null {
  for (const key of URL_KEYS) {
    const url = absoluteUrl(own(source, key));
    if (url !== null) return url;
  }
  return null;
}

function mediaTypeOf(about: JsonObject | null): string | null {
  const text = about === null ? null : (textOf(own(about, 'content_type')) ?? textOf(own(about, 'media_type')));
  return text !== null && /^(image|video|model|application)\/[\w.+-]+/.test(text) ? text : null;
}

/** Bytes only where the answer counts bytes: `"15.2 MB"` is a text for people and cannot be checked against. */
function bytesOf(about: JsonObject | null): number | null {
  const amount = about === null ? null : amountOf(own(about, 'file_size'));
  return amount !== null && Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
