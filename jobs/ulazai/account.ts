import type { ApiAnswer, Failure } from '../../src/job-type/outcomes.ts';
import type { Transaction, TransactionSource, UploadTarget } from '../../src/job-type/provider.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts';
import { findList } from '../shared/history-list.ts';
import { absoluteUrl, amountOf, firstOf, own, textOf, timeOf } from '../shared/read-fields.ts';
import { layersOf } from './envelope.ts';

const AMOUNTS = ['credits', 'amount', 'credits_amount', 'credit_amount', 'credits_change', 'delta', 'value'];
const TIMES = ['created_at', 'createdAt', 'timestamp', 'date', 'created'];

/** `GET /payments/api/credits/`: a bare object with `credits_balance` (S0); an envelope is understood too. */
export const ulazaiBalance = {
  request: { method: 'GET', path: '/payments/api/credits/' },
  read(answer: ApiAnswer): number | null {
    if (answer.status < 200 || answer.status > 299) return null;
    return firstOf(layersOf(answer.json), ['credits_balance', 'balance', 'credits', 'credits_remaining'], amountOf);
  },
} as const;

const TRANSACTIONS = '/payments/api/transactions/';

/** `GET /payments/api/transactions/`: only its existence is documented. Both ways of paging that the histories have are asked for at once. */
export const ulazaiTransactions: TransactionSource = {
  request: { method: 'GET', path: TRANSACTIONS },
  page: (number, size) => ({
    method: 'GET',
    path: TRANSACTIONS,
    query: { limit: String(size), offset: String((number - 1) * size), page: String(number) },
  }),
  read(answer) {
    if (answer.status < 200 || answer.status > 299 || answer.json === undefined) return null;
    const list = findList(answer.json, (entry) => firstOf([entry], AMOUNTS, amountOf) !== null);
    return list === null ? null : list.map(transactionOf);
  },
};

function transactionOf(raw: Json): Transaction {
  const entry = isJsonObject(raw) ? raw : {};
  const amount = firstOf([entry], AMOUNTS, amountOf);
  const kind = [own(entry, 'type'), own(entry, 'transaction_type'), own(entry, 'kind')]
    .filter((value) => typeof value === 'string')
    .join(' ');
  // Some ledgers write what was taken as a positive number beside a word for it.
  const taken = amount !== null && amount > 0 && /\b(debit|usage|spend|spent|charge|deduct\w*|used?|generation)\b/i.test(kind);
  return {
    amount: taken ? -amount : amount,
    at: firstOf([entry], TIMES, timeOf),
    description: describe(entry, kind),
    text: textsIn(raw, 0).join(' '),
    raw,
  };
}

function describe(entry: JsonObject, kind: string): string | null {
  return firstOf([entry], ['description', 'reason', 'note', 'title', 'detail'], textOf) ?? textOf(kind);
}

function textsIn(value: Json, depth: number): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (depth > 4 || value === null || typeof value === 'boolean') return [];
  return Object.values(value).flatMap((entry: Json) => textsIn(entry, depth + 1));
}

/** The documents name no words for it, so any that speak of a file or an address count: a new upload costs nothing, a wrong "no" a job. */
const SPEAKS_OF_FILES =
  /\b(images?|urls?|files?|uploads?|uploaded|expired?|download\w*|fetch\w*|retriev\w*|inaccessible|unreachable)\b|_urls?\b/i;

/**
 * `POST /kling30/api/upload/` (S4): JPEG, PNG, WebP, at most 10 MB. The field is `file` in the sister uploads; the answer is undocumented, and so is
 * how long its URLs last: a day is our own choice.
 */
export const ulazaiUpload: UploadTarget = {
  path: '/kling30/api/upload/',
  field: 'file',
  mediaTypes: ['image/jpeg', 'image/png', 'image/webp'],
  maxBytes: 10 * 1024 * 1024,
  maxAgeMs: 24 * 3_600_000,
  blames: ({ class: cls, message }: Failure) => cls !== 'moderated' && SPEAKS_OF_FILES.test(message),
  read(answer) {
    if (answer.status < 200 || answer.status > 299) return null;
    if (typeof answer.json === 'string') return absoluteUrl(answer.json);
    const layers = layersOf(answer.json);
    const top = layers.at(-1);
    if (top === undefined || own(top, 'success') === false) return null;
    const files = layers.flatMap((layer) => ['file', 'image', 'upload'].map((name) => own(layer, name)).filter(isJsonObject));
    const names = [
      'url',
      'file_url',
      'image_url',
      'public_url',
      'publicUrl',
      'fileUrl',
      'imageUrl',
      'download_url',
      'location',
      'file',
      'image',
      'urls',
      'data',
      'result',
    ];
    return firstOf([...files, ...layers], names, (value) => absoluteUrl(Array.isArray(value) ? value[0] : value));
  },
};
