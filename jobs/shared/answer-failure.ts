import type { ApiAnswer, Failure, FailureClass, SubmitOutcome } from '../../src/job-type/outcomes.ts';
import { isJsonObject } from '../../src/values/json.ts';
import { answerMessage } from './answer-message.ts';
import { amountOf, firstOf, objectAt } from './read-fields.ts';

const POLICY =
  /content[ _-]?(policy|filter|violation|moderation)|policy[ _-]?violation|violat\w*\b.{0,60}\b(policy|policies|guideline|terms)|\bmoderat(ed|ion)\b|\bnsfw\b|safety[ _-]?(system|filter|polic|check|guideline)|prohibited[ _-]content|inappropriate[ _-]content|sensitive[ _-]content/i;
const CONCURRENT = /concurren|simultaneous|already (running|processing)|too many (active|running|pending)|in parallel/i;
const NO_FUNDS =
  /insufficient[ _-]?(credit|point|balance|fund)|not enough (credit|point|balance|fund)|(no|without) purchased credits|out of (credits|points)/i;
const FIELDS = /\b(required|must be|invalid|missing|may not be|not a valid|too long|at most)\b/i;

/** Whether the words say that the content was refused by a policy: permanent for this prompt. */
export function speaksOfPolicy(message: string): boolean {
  return POLICY.test(message);
}

/** Whether the answer says that the money does not suffice: by words, or by one of the two documented pairs of fields. */
export function speaksOfFunds(answer: ApiAnswer, message: string): boolean {
  return fundsOf(answer).needed !== undefined || NO_FUNDS.test(message);
}

/** What was needed and what there was: `credits_required/credits_available` (Video Studio) or `credits_needed/credits_balance` (image). */
export function fundsOf(answer: ApiAnswer): { needed?: number; available?: number } {
  if (!isJsonObject(answer.json)) return {};
  const layers = [answer.json, objectAt(answer.json, 'data'), objectAt(answer.json, 'details'), objectAt(answer.json, 'error')].filter(
    (layer) => layer !== null,
  );
  const needed = firstOf(layers, ['credits_required', 'credits_needed', 'points_required', 'points_needed'], amountOf);
  const available = firstOf(layers, ['credits_available', 'credits_balance', 'points_available', 'remaining_points'], amountOf);
  return { ...(needed !== null && { needed }), ...(needed !== null && available !== null && { available }) };
}

/** What the HTTP status and the words mean, whatever was asked. A 404 is `model_gone` only for a submission. */
export function failureClass(answer: ApiAnswer, message: string, asked: 'submit' | 'other'): FailureClass {
  const { status } = answer;
  if (status === 402) return 'no_funds';
  if (status === 401) return 'auth';
  if (status === 403) return speaksOfFunds(answer, message) ? 'no_funds' : 'auth';
  if (status === 429) return CONCURRENT.test(message) ? 'busy' : 'rate_limited';
  if (status >= 500) return 'provider_fault';
  if (status >= 400 && speaksOfFunds(answer, message)) return 'no_funds';
  if (status >= 400 && speaksOfPolicy(message)) return 'moderated';
  // The documents know 422 only as "content policy violation" (Sora); words about a field say otherwise.
  if (status === 422) return FIELDS.test(message) ? 'invalid' : 'moderated';
  if (status === 404 || status === 410) return asked === 'submit' ? 'model_gone' : 'other';
  if (status >= 400) return 'invalid';
  return 'other';
}

/** A failure read from an answer to anything but a paid submission: nothing was charged for asking. */
export function readFailure(answer: ApiAnswer): Failure {
  const message = answerMessage(answer);
  const cls = failureClass(answer, message, 'other');
  const charged = answer.status >= 400 && answer.status < 500 ? 'no' : 'unknown';
  return { class: cls, httpStatus: answer.status, message, charged, ...(cls === 'no_funds' && fundsOf(answer)) };
}

/** Statuses that say that the request was not carried out, whoever sent them (RFC 9110). */
const NOT_EXECUTED = new Set([400, 404, 405, 410, 411, 413, 414, 415, 422, 431]);
/** "Send it elsewhere, unchanged": not carried out here. 302 and 303 are no such proof, since a form that worked answers so too. */
const MOVED = new Set([301, 307, 308]);

/**
 * What an answer to a submission means when its status is not 2xx. Documented refusals (400, 404, 422) reject the job, 401,
 * 402, 403 and 429 put it back, 5xx and whatever else proves nothing (302, 408, 409, 425 ...) is unknown.
 */
export function readRefusal(answer: ApiAnswer): SubmitOutcome {
  const { status } = answer;
  const message = answerMessage(answer);
  const base = { httpStatus: status, message } as const;
  const cls = failureClass(answer, message, 'submit');
  if (status === 401 || status === 402 || status === 403 || status === 429 || (NOT_EXECUTED.has(status) && cls === 'no_funds')) {
    return refused({ class: cls, ...base, charged: 'no', ...(cls === 'no_funds' && fundsOf(answer)) }, 'requeue');
  }
  if (NOT_EXECUTED.has(status)) return refused({ class: cls, ...base, charged: 'no' }, 'reject');
  if (MOVED.has(status)) {
    const to = answer.headers.location === undefined ? '' : ` to ${answer.headers.location.slice(0, 200)}`;
    const moved = `HTTP ${status}: the API redirects${to}; redirects are never followed with a key, so set base_url in the configuration to the address that answers`;
    return refused({ class: 'other', httpStatus: status, message: moved, charged: 'no' }, 'reject');
  }
  return unknownOutcome(answer, status >= 500 ? 'provider_fault' : 'other', message);
}

/** Surely not executed: the job is rejected, or goes back into the queue. */
export function refused(failure: Failure, next: 'reject' | 'requeue'): SubmitOutcome {
  return { kind: 'refused', failure, next };
}

/** Bytes left and this came back: it proves neither that the job runs nor that it does not. */
export function unknownOutcome(answer: ApiAnswer, cls: FailureClass, message: string): SubmitOutcome {
  return { kind: 'unknown', failure: { class: cls, httpStatus: answer.status, message, charged: 'unknown' } };
}
