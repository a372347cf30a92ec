import type { ApiAnswer, Failure, MoneyReport, PollOutcome } from '../../src/job-type/outcomes.ts';
import type { JsonObject } from '../../src/values/json.ts';
import { readFailure, speaksOfPolicy } from '../shared/answer-failure.ts';
import { answerMessage } from '../shared/answer-message.ts';
import { expectedMs, progressOf } from '../shared/expected-time.ts';
import { firstOf, idOf, own, textOf, timeOf } from '../shared/read-fields.ts';
import { layersOf, moneyOf, otherIds } from './envelope.ts';
import { resultFiles } from './result-files.ts';

const DONE = new Set(['completed', 'complete', 'success', 'succeeded', 'succeed', 'successful', 'done', 'finished']);
const FAILED = new Set(['failed', 'failure', 'error', 'canceled', 'cancelled', 'rejected', 'expired', 'aborted', 'timeout', 'timed_out']);
const ID_NAMES = ['generation_id', 'job_id', 'task_id', 'id'];
/** Validation may arrive late, as a failed job (Video Studio: "Invalid duration for this model"). */
const VALIDATION = /^\W*invalid\b|\bmust be\b|\bis required\b|not supported|unsupported/i;
const NOT_FOUND = /not found|does not exist|no such|unknown (job|task|generation)/i;
const NOT_ABOUT_THE_JOB = /rate limit|too many requests|throttl|unauthori[sz]ed|authenticat|invalid (api )?(key|token)|temporarily/i;

/**
 * Reads a UlazAI status answer: completed/success/COMPLETED, failed inside `success: true` (Video Studio), `success: false` without
 * any status (Sora: a terminal failure, not a transport error), error as text or object, refund as number, boolean or not at all.
 * A word nobody knows keeps polling.
 */
export function readUlazaiStatus(answer: ApiAnswer, kind: 'image' | 'video', id: string): PollOutcome {
  const layers = layersOf(answer.json);
  const money = moneyOf(layers);
  const said = wordOf(layers);
  const word = said?.word ?? null;
  if (answer.status < 200 || answer.status > 299) {
    if (provesFailure(layers, money, said, id)) return failed(answer, money);
    const failure = readFailure(answer);
    return { kind: answer.status === 404 || answer.status === 410 ? 'missing' : 'unclear', failure };
  }
  const top = layers.at(-1);
  if (top === undefined) return unclear(answer, `HTTP ${answer.status} with a body that is not a JSON object: ${answerMessage(answer)}`);
  const files = resultFiles(layers, kind);
  const refused = own(top, 'success') === false;
  if (word !== null && DONE.has(word) && !(refused && files.length === 0)) {
    return files.length > 0
      ? { kind: 'completed', files, money, other: otherIds(layers, [id]), ...lengthOf(layers) }
      : withoutFile(answer, word);
  }
  if (word !== null && FAILED.has(word)) {
    // A bare {"status": "error"} is how gateways speak of themselves: it settles a job only where it names one.
    if (word === 'error' && said?.layer === top && firstOf([top], ID_NAMES, idOf) === null && money.refunded === null) {
      return unclear(answer, answerMessage(answer));
    }
    return failed(answer, money);
  }
  if (word !== null && !DONE.has(word)) {
    const expectMs = firstOf(layers, ['estimated_completion', 'estimated_time'], expectedMs);
    return { kind: 'running', word, progress: firstOf(layers, ['progress'], progressOf), expectMs };
  }
  if (refused) return readRefusedStatus(answer, money);
  if (files.length > 0) return { kind: 'completed', files, money, other: otherIds(layers, [id]), ...lengthOf(layers) };
  return unclear(answer, `HTTP ${answer.status} without a status: ${answerMessage(answer)}`);
}

/** From `created_at` to `completed_at`, where one object says both (API reference, Video Studio). */
function lengthOf(layers: readonly JsonObject[]): { readonly tookMs: number } | Record<never, never> {
  for (const layer of layers) {
    const from = timeOf(own(layer, 'created_at'));
    const to = timeOf(own(layer, 'completed_at'));
    if (from !== null && to !== null && to > from) return { tookMs: to - from };
  }
  return {};
}

/** The URL can lag behind the word ("still syncing", Video Studio): a few more looks, then the result is lost, though it was paid. */
function withoutFile(answer: ApiAnswer, word: string): PollOutcome {
  const message = `the status is ${word}, but no result URL can be found in the answer`;
  return { kind: 'missing', failure: { class: 'lost', httpStatus: answer.status, message, charged: 'yes' } };
}

/** `success: false` without a status word. The words decide only what is surely not about the job. */
function readRefusedStatus(answer: ApiAnswer, money: MoneyReport): PollOutcome {
  const message = answerMessage(answer);
  if (money.refunded === null && !speaksOfPolicy(message)) {
    if (NOT_FOUND.test(message))
      return { kind: 'missing', failure: { class: 'other', httpStatus: answer.status, message, charged: 'unknown' } };
    if (NOT_ABOUT_THE_JOB.test(message)) return unclear(answer, message);
  }
  return failed(answer, money);
}

/** The innermost status word, lower case with underscores. */
function wordOf(layers: readonly JsonObject[]): { readonly word: string; readonly layer: JsonObject } | null {
  for (const layer of layers) {
    const text = firstOf([layer], ['status', 'state', 'task_status'], textOf);
    if (text !== null)
      return {
        word: text
          .toLowerCase()
          .replace(/[\s-]+/g, '_')
          .slice(0, 60),
        layer,
      };
  }
  return null;
}

/** Whether an answer that is not 2xx speaks of the job all the same (the documents never print the code of a failed status). */
function provesFailure(
  layers: readonly JsonObject[],
  money: MoneyReport,
  said: { readonly word: string; readonly layer: JsonObject } | null,
  id: string,
): boolean {
  if (layers.length === 0) return false;
  if (money.refunded !== null || firstOf(layers, ['error_details'], textOf) !== null) return true;
  return said !== null && FAILED.has(said.word) && ID_NAMES.some((name) => idOf(own(said.layer, name)) === id);
}

function failed(answer: ApiAnswer, money: MoneyReport): PollOutcome {
  const words = answerMessage(answer);
  const message = words === `HTTP ${answer.status} without a message` ? 'the API says that it failed, and gives no reason' : words;
  const { refunded } = money;
  // "credits_used: 0, credits_refunded: 24" counts the refund twice: what was taken before it was not 0.
  const charged = typeof refunded === 'number' && money.charged !== null && money.charged < refunded ? null : money.charged;
  const failure: Failure = {
    class: speaksOfPolicy(message) ? 'moderated' : VALIDATION.test(message) ? 'invalid' : 'provider_fault',
    httpStatus: answer.status,
    message,
    charged: paid(charged, refunded),
  };
  return { kind: 'failed', failure, money: { ...money, charged } };
}

/** A refund is booked on evidence: without a word about it nobody knows. */
function paid(charged: number | null, refunded: number | boolean | null): Failure['charged'] {
  if (charged === 0) return 'no';
  if (refunded === null) return 'unknown';
  if (refunded === false || refunded === 0) return 'yes';
  return typeof refunded === 'number' && charged !== null && refunded < charged ? 'yes' : 'no';
}

function unclear(answer: ApiAnswer, message: string): PollOutcome {
  return { kind: 'unclear', failure: { class: 'other', httpStatus: answer.status, message: message.slice(0, 500), charged: 'unknown' } };
}
