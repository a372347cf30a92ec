import type { ApiAnswer, Handle, ResultFile, SubmitOutcome } from '../../src/job-type/outcomes.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts';
import { failureClass, fundsOf, readRefusal, refused, speaksOfFunds, speaksOfPolicy, unknownOutcome } from '../shared/answer-failure.ts';
import { answerMessage } from '../shared/answer-message.ts';
import { absoluteUrl, amountOf, firstOf, idOf, objectAt, own, textOf } from '../shared/read-fields.ts';

/** Where one MayanIO family keeps its results inside `data`. */
export interface ResultPlace {
  /** `images` (a list), `video`, `model` (an object). */
  readonly names: readonly string[];
  readonly kind: ResultFile['kind'];
  /** The preview's key beside the result's URL. */
  readonly preview: string | null;
  /** The name in `paths` of the configuration, where the documents do not print the path; null where they do. */
  readonly pathName: 'videos' | '3d' | null;
}

/**
 * Reads a MayanIO answer, which holds the result itself. Success is 2xx, no `success: false`, and at least one URL; `success: false`
 * is a failure whatever the status says; a 2xx without a URL is `unknown`, since it may have been paid. Fewer images than asked for are
 * fewer files. `generation_id` stands in `data` for images and inside `data.video` or `data.model` otherwise.
 */
export function readSyncAnswer(answer: ApiAnswer, place: ResultPlace): SubmitOutcome {
  if (answer.status < 200 || answer.status > 299) return withPathHint(readRefusal(answer), place);
  const message = answerMessage(answer);
  if (!isJsonObject(answer.json)) {
    return unknownOutcome(answer, 'other', `HTTP ${answer.status} with a body that is not a JSON object: ${message}`.slice(0, 500));
  }
  const top = answer.json;
  const data = objectAt(top, 'data') ?? top;
  if (own(top, 'success') === false) return readFailedAnswer(answer, message, data);
  const results = place.names.flatMap((name) => listOf(own(data, name)));
  const files = uniqueFiles(results.flatMap((result) => filesOf(result, place)));
  if (files.length === 0) {
    return unknownOutcome(
      answer,
      'other',
      `HTTP ${answer.status} without a result URL (${place.names.join(', ')}): ${message}`.slice(0, 500),
    );
  }
  const objects = results.filter(isJsonObject);
  return { kind: 'finished', handle: handleOf([data, ...objects, top], files), files, money: moneyOf([data, top]) };
}

/**
 * No price and no error words are documented, so what a failure cost is unknown. Only words about missing points put the job back:
 * with no points nothing can have been taken, and every further job would fail alike.
 */
function readFailedAnswer(answer: ApiAnswer, message: string, data: JsonObject): SubmitOutcome {
  if (speaksOfFunds(answer, message)) {
    const failure = { class: 'no_funds', httpStatus: answer.status, message, charged: 'no', ...fundsOf(answer) } as const;
    return refused(failure, 'requeue');
  }
  const cls = speaksOfPolicy(message) ? 'moderated' : failureClass(answer, message, 'submit');
  return { kind: 'failed', failure: { class: cls, httpStatus: answer.status, message, charged: 'unknown' }, money: moneyOf([data]) };
}

/** A path that the documents do not print is the likeliest reason for a 404 or 405. */
function withPathHint(outcome: SubmitOutcome, place: ResultPlace): SubmitOutcome {
  if (outcome.kind !== 'refused' || place.pathName === null || ![404, 405].includes(outcome.failure.httpStatus ?? 0)) return outcome;
  const hint = `. MayanIO does not print this path: set providers.mayanio.paths.${place.pathName} in the configuration to the one that your account shows`;
  return refused({ ...outcome.failure, message: `${outcome.failure.message.slice(0, 500 - hint.length)}${hint}` }, outcome.next);
}

function moneyOf(layers: readonly JsonObject[]) {
  return { charged: null, refunded: null, balance: firstOf(layers, ['remaining_points'], amountOf) };
}

function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return value === undefined || value === null ? [] : [value];
}

function filesOf(result: Json, place: ResultPlace): readonly ResultFile[] {
  if (!isJsonObject(result)) {
    const url = absoluteUrl(result);
    return url === null ? [] : [{ role: 'main', kind: place.kind, url, mediaType: null, bytes: null }];
  }
  const url = absoluteUrl(own(result, 'url'));
  if (url === null) return [];
  const size = amountOf(own(result, 'file_size'));
  const bytes = size !== null && Number.isSafeInteger(size) && size > 0 ? size : null;
  const main: ResultFile = { role: 'main', kind: place.kind, url, mediaType: textOf(own(result, 'content_type')), bytes };
  const preview = place.preview === null ? null : absoluteUrl(own(result, place.preview));
  return preview === null ? [main] : [main, { role: 'preview', kind: 'image', url: preview, mediaType: null, bytes: null }];
}

function uniqueFiles(files: readonly ResultFile[]): readonly ResultFile[] {
  return [...new Map(files.map((file) => [file.url, file])).values()];
}

/**
 * A handle needs an id. Without a `generation_id` it is the `request_id`; without either it is the first result's URL, which is the
 * answer's own name for what was paid: inventing one would look like an id of the API.
 */
function handleOf(layers: readonly JsonObject[], files: readonly ResultFile[]): Handle {
  const generation = firstOf(layers, ['generation_id', 'id', '_id'], idOf);
  const request = firstOf(layers, ['request_id'], idOf);
  const id = generation ?? request ?? files[0]!.url;
  return { ids: [id], other: request !== null && request !== id ? { request_id: request } : {} };
}
