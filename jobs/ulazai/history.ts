import type { HistoryEntry, HistorySource } from '../../src/job-type/history.ts';
import { isJsonObject, type JsonObject } from '../../src/values/json.ts';
import { anotherPrompt, readHistoryPage, samePrompt, unfinishedEntry } from '../shared/history-list.ts';
import { own, textOf } from '../shared/read-fields.ts';

/** What tells one family's history from another's. */
export interface HistoryShape {
  readonly path: string;
  /** `image` is documented; `video` follows from the `generation_type` of the status. */
  readonly type: 'image' | 'video' | null;
  readonly idNames: readonly string[];
  /** Only what is sure to stand there: jobs that differ in nothing else are kept apart in time, so a hopeful name here could bind the wrong one. */
  readonly shows: readonly string[];
  /** The text that the entry's model field holds for a model, or null when it cannot be told. */
  modelWord(model: string): string | null;
}

const MODELS = ['model_slug', 'video_model', 'model'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  aspect_ratio: ['aspect_ratio', 'size', 'aspectRatio'],
  quality: ['quality', 'quality_mode'],
  duration: ['duration_seconds'],
};

/**
 * A UlazAI history. Two sources page it differently (`limit` and `offset`; `page` and `limit`), so both are asked for at once. Its
 * answer is undocumented: what an entry shows is compared, what it does not show does not speak against it.
 */
export function ulazaiHistory(shape: HistoryShape): HistorySource {
  return {
    settleMs: 60_000,
    shows: shape.shows,
    page: (number, size) => ({
      method: 'GET',
      path: shape.path,
      query: {
        limit: String(size),
        offset: String((number - 1) * size),
        page: String(number),
        ...(shape.type !== null && { type: shape.type }),
      },
    }),
    read: (answer) => readHistoryPage(answer, shape.idNames),
    matches: (entry, sent) => matches(shape, entry, sent),
    rulesOut: (entry, sent) =>
      anotherKind(shape, entry) || layersOf(entry).some((layer) => anotherPrompt(own(layer, 'prompt'), sent.params.prompt)),
    unfinished: unfinishedEntry,
  };
}

function matches(shape: HistoryShape, entry: HistoryEntry, sent: { readonly model: string; readonly params: JsonObject }): boolean {
  if (anotherKind(shape, entry)) return false;
  const word = shape.modelWord(sent.model);
  for (const layer of layersOf(entry)) {
    if (!samePrompt(own(layer, 'prompt'), sent.params.prompt)) return false;
    for (const name of MODELS) {
      const seen = textOf(own(layer, name));
      if (word !== null && seen !== null && !sameModel(seen, word)) return false;
    }
    for (const [field, names] of Object.entries(FIELDS)) {
      const wanted = own(sent.params, field);
      if (typeof wanted !== 'string' && typeof wanted !== 'number') continue;
      for (const name of names) {
        const seen = own(layer, name);
        if ((typeof seen === 'string' || typeof seen === 'number') && differs(field, String(seen), String(wanted))) return false;
      }
    }
  }
  return true;
}

/** P-GSTAT nests what was asked in `parameters`; Video Studio puts the quality into `provider_meta`. */
function layersOf(entry: HistoryEntry): readonly JsonObject[] {
  return [entry.raw, ...['parameters', 'params', 'input', 'provider_meta'].map((name) => own(entry.raw, name)).filter(isJsonObject)];
}

/** Whether an entry says that it is an image where a video is looked for, or the other way round. */
function anotherKind(shape: HistoryShape, entry: HistoryEntry): boolean {
  const type = textOf(own(entry.raw, 'generation_type')) ?? textOf(own(entry.raw, 'type'));
  return shape.type !== null && (type === 'image' || type === 'video') && type !== shape.type;
}

/** A slug and a name for people are the same model: `seedream_5_lite`, "Seedream 5 Lite". A wrong "no" here would prove an absence that is none. */
function sameModel(seen: string, word: string): boolean {
  const [a, b] = [seen, word].map((text) => text.toLowerCase().replace(/[^a-z0-9]/g, '')) as [string, string];
  return a === b;
}

function differs(field: string, seen: string, wanted: string): boolean {
  // "Auto" becomes some ratio, and a size may be shown in pixels: neither speaks against the job.
  if (field === 'aspect_ratio' && !(/^\d+:\d+$/.test(seen) && /^\d+:\d+$/.test(wanted))) return false;
  return seen.toLowerCase() !== wanted.toLowerCase();
}
