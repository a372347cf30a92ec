import type { HistoryEntry, HistorySource } from '../../src/job-type/history.ts';
import type { ResultFile } from '../../src/job-type/outcomes.ts';
import { isJsonObject } from '../../src/values/json.ts';
import { anotherPrompt, readHistoryPage, samePrompt, unfinishedEntry, wholePrompt } from '../shared/history-list.ts';
import { absoluteUrl, own, textOf } from '../shared/read-fields.ts';

/** The largest page (`limit`: "Items per page (max 100)"). */
const LARGEST = 100;
const TYPES = {
  images: { word: /image|picture|photo/i, kind: 'image' },
  videos: { word: /video|film/i, kind: 'video' },
  '3d': { word: /3d|model|glb/i, kind: 'model3d' },
} as const;

type Sent = Parameters<HistorySource['matches']>[1];

/**
 * `GET /api/v1/projects`, newest first by request. Items show prompt (perhaps cut with "..."), type, time and aspect ratio, but neither
 * model nor parameters: a weak witness. That the item's `id` is the `generation_id` is an assumption of the samples.
 */
export function mayanioHistory(type: keyof typeof TYPES): HistorySource {
  return {
    settleMs: 60_000,
    idsAssumed: true,
    shows: type === '3d' ? [] : ['prompt', 'aspect_ratio'],
    page: (number, size) => ({
      method: 'GET',
      path: '/api/v1/projects',
      query: { type, page: String(number), limit: String(Math.min(size, LARGEST)), sort: 'createdAt', order: 'desc' },
    }),
    read(answer) {
      const page = readHistoryPage(answer, ['id', '_id', 'generation_id']);
      return page === null ? null : { ...page, entries: page.entries.map((entry) => withFiles(entry, TYPES[type].kind)) };
    },
    rulesOut: (entry, sent) => anotherType(entry, type) || (type !== '3d' && anotherPrompt(own(entry.raw, 'prompt'), sent.params.prompt)),
    // A model is made of a picture that its entry does not show: nothing tells it from another.
    ...(type !== '3d' && { identifies: (entry: HistoryEntry, sent: Sent) => wholePrompt(own(entry.raw, 'prompt'), sent.params.prompt) }),
    unfinished: unfinishedEntry,
    matches(entry, sent) {
      if (anotherType(entry, type)) return false;
      if (type === '3d') return true;
      if (!samePrompt(own(entry.raw, 'prompt'), sent.params.prompt)) return false;
      const metadata = own(entry.raw, 'metadata');
      const ratio = textOf(own(isJsonObject(metadata) ? metadata : entry.raw, 'aspect_ratio'));
      const wanted = sent.params.aspect_ratio;
      return ratio === null || typeof wanted !== 'string' || ratio === wanted;
    },
  };
}

/** Whether an entry says that it is of another kind. */
function anotherType(entry: HistoryEntry, type: keyof typeof TYPES): boolean {
  const said = textOf(own(entry.raw, 'type'));
  if (said === null || TYPES[type].word.test(said)) return false;
  return Object.entries(TYPES).some(([name, { word }]) => name !== type && word.test(said));
}

/**
 * There is no status to ask for a synchronous job: what an entry shows is what can be fetched. The `thumbnail` of a model stands for the
 * preview that its answer gives; that of a picture or a film is not an output.
 */
function withFiles(entry: HistoryEntry, kind: ResultFile['kind']): HistoryEntry {
  const url = absoluteUrl(own(entry.raw, 'url'));
  if (url === null) return entry;
  const main: ResultFile = { role: 'main', kind, url, mediaType: null, bytes: null };
  const preview = kind === 'model3d' ? absoluteUrl(own(entry.raw, 'thumbnail')) : null;
  return { ...entry, files: preview === null ? [main] : [main, { ...main, role: 'preview', kind: 'image', url: preview }] };
}
