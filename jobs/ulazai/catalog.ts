import type { Capabilities } from '../../src/job-type/capabilities.ts';
import type { ApiAnswer } from '../../src/job-type/outcomes.ts';
import type { CatalogSource } from '../../src/job-type/provider.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts';
import { findList } from '../shared/history-list.ts';
import { amountOf, firstOf, own, textOf } from '../shared/read-fields.ts';
import { priceOf, priceTableOf } from './catalog-price.ts';

const SLUG_NAMES = ['slug', 'model_slug', 'model', 'id', 'name'];
const SLUG = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const RATIOS = ['aspect_ratios', 'supported_aspect_ratios', 'aspectRatios', 'allowed_aspect_ratios', 'sizes', 'supported_sizes', 'ratios'];
const DURATIONS = ['durations', 'duration_seconds', 'supported_durations', 'allowed_durations', 'duration_options', 'durations_seconds'];
const QUALITIES = ['quality_modes', 'qualities', 'quality_options', 'qualityModes', 'supported_quality_modes', 'supported_qualities'];
const INPUTS = ['inputs', 'input_types', 'input_modes', 'supported_inputs', 'modalities'];
const SOUNDS = ['sound', 'supports_sound', 'supports_audio', 'audio', 'has_audio', 'audio_support'];

/** `/api/v1/models/image/` and `/video/`: what they hold is documented (S1's selector), how they write it is not, so names are guessed widely. */
export const ulazaiCatalog: CatalogSource = {
  requests: [
    { kind: 'image', request: { method: 'GET', path: '/api/v1/models/image/' } },
    { kind: 'video', request: { method: 'GET', path: '/api/v1/models/video/' } },
  ],
  read: readCatalog,
};

function readCatalog(kind: 'image' | 'video', answer: ApiAnswer): readonly Capabilities[] | null {
  if (answer.status < 200 || answer.status > 299 || answer.json === undefined) return null;
  const list = findList(answer.json, (entry) => slugOf(entry) !== null);
  const entries = list === null || list.length === 0 ? keyed(answer.json) : list.filter(isJsonObject);
  const bySlug = new Map<string, Capabilities>();
  for (const entry of entries) {
    const slug = slugOf(entry);
    if (slug !== null) bySlug.set(slug, capabilitiesOf(kind, slug, entry));
  }
  return bySlug.size === 0 ? null : [...bySlug.values()];
}

/** A table `{ slug: {...} }`, at the top or one level down. */
function keyed(json: Json): readonly JsonObject[] {
  if (!isJsonObject(json)) return [];
  for (const table of [...Object.values(json), json]) {
    if (!isJsonObject(table)) continue;
    const rows = Object.entries(table).filter(([slug, row]) => SLUG.test(slug) && isJsonObject(row) && describes(row));
    if (rows.length > 0) return rows.map(([slug, row]) => ({ ...(row as JsonObject), slug }));
  }
  return [];
}

function describes(row: JsonObject): boolean {
  return [...RATIOS, ...DURATIONS, ...QUALITIES, 'credits', 'pricing', 'name', 'description'].some((name) => own(row, name) !== undefined);
}

function slugOf(entry: JsonObject): string | null {
  return firstOf([entry], SLUG_NAMES, (value) => (typeof value === 'string' && SLUG.test(value) ? value : null));
}

function capabilitiesOf(kind: 'image' | 'video', slug: string, entry: JsonObject): Capabilities {
  const nested = ['capabilities', 'parameters', 'options'].map((name) => own(entry, name)).filter(isJsonObject);
  const layers = [entry, ...nested];
  const qualityModes = firstOf(layers, QUALITIES, modesOf);
  const price = priceOf(layers);
  const priceTable = price === null ? priceTableOf(layers, qualityModes ?? []) : null;
  return {
    slug,
    name: firstOf(layers, ['name', 'display_name', 'title', 'label'], textOf),
    kind,
    aspectRatios: filled(firstOf(layers, RATIOS, textsOf)),
    durations: filled(firstOf(layers, DURATIONS, secondsOf)),
    qualityModes,
    inputs: filled(firstOf(layers, INPUTS, textsOf)),
    sound: firstOf(layers, SOUNDS, (value) => (typeof value === 'boolean' ? value : null)),
    price,
    ...(priceTable !== null && { priceTable }),
    source: 'api',
  };
}

/** An empty list of ratios or durations says nothing that could be checked. */
function filled<T>(list: readonly T[] | null): readonly T[] | null {
  return list === null || list.length === 0 ? null : list;
}

function textsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const texts = value.map((entry: unknown) =>
    isJsonObject(entry) ? firstOf([entry], ['value', 'slug', 'id', 'key', 'name'], textOf) : textOf(entry),
  );
  // One unreadable entry would make an allowed value look forbidden.
  return texts.every((text) => text !== null) ? texts : null;
}

/** "not required" (S1's words) and `false` mean that there are none. */
function modesOf(value: unknown): readonly string[] | null {
  if (value === false || (typeof value === 'string' && /^(not required|none)$/i.test(value.trim()))) return [];
  return textsOf(value);
}

/** Whole seconds from `8`, `"8"`, `"8s"`, `"8 seconds"` or `{ value: 8 }`. */
function secondsOf(value: unknown): readonly number[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const numbers = list.map((entry) => {
    const plain = isJsonObject(entry) ? (own(entry, 'value') ?? own(entry, 'seconds') ?? own(entry, 'duration')) : entry;
    const amount = amountOf(typeof plain === 'string' ? plain.replace(/\s*(s|sec|seconds?)$/i, '') : plain);
    return amount !== null && Number.isInteger(amount) && amount > 0 ? amount : null;
  });
  return numbers.every((n) => n !== null) ? numbers : null;
}
