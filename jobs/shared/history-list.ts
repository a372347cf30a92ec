import type { HistoryEntry, HistoryPage } from '../../src/job-type/history.ts';
import type { ApiAnswer } from '../../src/job-type/outcomes.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts';
import { amountOf, firstOf, idOf, own, textOf, timeOf } from './read-fields.ts';

/** Names under which an empty list is believed to be the history itself. */
const LIST_NAMES = [
  'results',
  'history',
  'generations',
  'projects',
  'jobs',
  'items',
  'data',
  'entries',
  'records',
  'images',
  'videos',
  'tasks',
  'transactions',
];
const TIMES = ['created_at', 'createdAt', 'created', 'submitted_at', 'timestamp', 'date', 'time'];
/** Entries of one page may be stamped a little out of order by several servers. */
const ORDER_SLACK_MS = 5_000;

/**
 * A page of a history wherever the answer keeps it. Null ("cannot tell") when no list can be recognised, when an entry has no
 * readable id (it might be the one looked for), or when the entries do not run from new to old: then the end of what was read
 * would prove nothing.
 */
export function readHistoryPage(answer: ApiAnswer, idNames: readonly string[]): HistoryPage | null {
  if (answer.status < 200 || answer.status > 299 || answer.json === undefined) return null;
  if (isJsonObject(answer.json) && own(answer.json, 'success') === false) return null;
  const list = findList(answer.json, (entry) => firstOf([entry], idNames, idOf) !== null && looksLikeEntry(entry));
  if (list === null) return null;
  const entries: HistoryEntry[] = [];
  for (const raw of list) {
    const id = isJsonObject(raw) ? firstOf([raw], idNames, idOf) : null;
    if (id === null || !isJsonObject(raw)) return null;
    entries.push({ id, createdAt: firstOf([raw], TIMES, timeOf), raw });
  }
  if (!newestFirst(entries)) return null;
  return { entries, more: entries.length === 0 ? false : moreOf(answer.json) };
}

function looksLikeEntry(entry: JsonObject): boolean {
  return ['prompt', 'status', 'type', 'model', 'model_slug', ...TIMES].some((name) => own(entry, name) !== undefined);
}

/** The list whose entries pass `fits`: the first found from the outside in, by known names first; an empty one only under a known name. */
export function findList(json: Json, fits: (entry: JsonObject) => boolean): readonly Json[] | null {
  let empty: readonly Json[] | null = null;
  let level: readonly (readonly [string, Json])[] = [['results', json]];
  for (let depth = 0; depth < 4 && level.length > 0; depth += 1) {
    const next: (readonly [string, Json])[] = [];
    for (const [name, value] of level) {
      if (Array.isArray(value)) {
        if (value.length === 0 && LIST_NAMES.includes(name)) empty ??= value;
        if (value.some((entry: Json) => isJsonObject(entry) && fits(entry))) return value;
      } else if (isJsonObject(value)) {
        next.push(...Object.entries(value).slice(0, 100));
      }
    }
    level = next.sort(([a], [b]) => rank(a) - rank(b));
  }
  return empty;
}

function rank(name: string): number {
  const at = LIST_NAMES.indexOf(name);
  return at === -1 ? LIST_NAMES.length : at;
}

function newestFirst(entries: readonly HistoryEntry[]): boolean {
  let oldest = Number.POSITIVE_INFINITY;
  for (const { createdAt } of entries) {
    if (createdAt === null) continue;
    if (createdAt > oldest + ORDER_SLACK_MS) return false;
    oldest = Math.min(oldest, createdAt);
  }
  return true;
}

/** Whether something older follows, as paging words say it; null when they do not. */
function moreOf(json: Json): boolean | null {
  if (!isJsonObject(json)) return null;
  const data = own(json, 'data');
  const layers = [json, own(json, 'pagination'), data, isJsonObject(data) ? own(data, 'pagination') : undefined].filter(isJsonObject);
  const said = firstOf(layers, ['has_more', 'hasMore', 'has_next'], (value) => (typeof value === 'boolean' ? value : null));
  if (said !== null) return said;
  for (const layer of layers) {
    if (Object.hasOwn(layer, 'next')) return textOf(layer.next) !== null || typeof layer.next === 'number';
    const page = amountOf(own(layer, 'page'));
    const pages = amountOf(own(layer, 'pages')) ?? amountOf(own(layer, 'total_pages'));
    if (page !== null && pages !== null) return page < pages;
  }
  return null;
}

/** Whether a prompt that the history shows can be the one sent. The history may cut it, with an ellipsis. */
export function samePrompt(seen: unknown, sent: unknown): boolean {
  const shown = textOf(seen);
  if (shown === null || typeof sent !== 'string') return true;
  const full = collapse(sent);
  const short = collapse(shown);
  if (short === full) return true;
  const cut = /^(.*?)(?:\.{3}|…)$/s.exec(short)?.[1]?.trimEnd();
  return cut !== undefined && full.startsWith(cut);
}

/** Whether the history shows just the prompt that was sent, and all of it. */
export function wholePrompt(seen: unknown, sent: unknown): boolean {
  const shown = textOf(seen);
  return shown !== null && typeof sent === 'string' && collapse(shown) === collapse(sent);
}

/** A prompt shown at this length or longer may have been cut without a sign. */
const MAY_BE_CUT = 16;

/** Whether a prompt that the history shows is certainly another one: not the one sent, and no cut form of it either. */
export function anotherPrompt(seen: unknown, sent: unknown): boolean {
  const shown = textOf(seen);
  if (shown === null || typeof sent !== 'string' || samePrompt(seen, sent)) return false;
  const [full, short] = [bare(sent), bare(shown)];
  return full !== short && !(short.length >= MAY_BE_CUT && full.startsWith(short));
}

/** Without case, spaces and punctuation, which a list for people may change. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

const UNFINISHED = /pending|process|queue|generat|running|progress|submitted|start/i;
const FINISHED = /complete|success|succeed|fail|done|error|cancel|refund/i;

/** Whether an entry is of a job that is not finished yet, by its status word; null where it has none that can be told. */
export function unfinishedEntry(entry: HistoryEntry): boolean | null {
  const word = firstOf([entry.raw], ['status', 'state'], textOf);
  if (word === null) return null;
  if (FINISHED.test(word)) return false;
  return UNFINISHED.test(word) ? true : null;
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
