import type { ApiAnswer, SubmitOutcome } from '../../src/job-type/outcomes.ts';
import { failureClass, fundsOf, readRefusal, refused, speaksOfFunds, speaksOfPolicy, unknownOutcome } from '../shared/answer-failure.ts';
import { answerMessage } from '../shared/answer-message.ts';
import { expectedMs } from '../shared/expected-time.ts';
import { firstOf, own } from '../shared/read-fields.ts';
import { layersOf, moneyOf, otherIds, pollIds } from './envelope.ts';

/**
 * Reads the answer to a UlazAI submission. `idNames` are the family's own names of its id (`generation_id`, `job_id`, `task_id`).
 * An id in a 2xx answer means taken, whatever else stands there: its status tells the rest. Without an id a 2xx is `unknown`,
 * since it may have been paid; only an explicit `success: false` says that nothing runs.
 */
export function readUlazaiSubmit(answer: ApiAnswer, idNames: readonly string[]): SubmitOutcome {
  if (answer.status < 200 || answer.status > 299) return readRefusal(answer);
  const layers = layersOf(answer.json);
  const ids = pollIds(layers, idNames);
  if (ids.length > 0) {
    const expectMs = firstOf(layers, ['estimated_time', 'estimated_completion'], expectedMs);
    return { kind: 'accepted', handle: { ids, other: otherIds(layers, ids) }, money: moneyOf(layers), expectMs };
  }
  const message = answerMessage(answer);
  const top = layers.at(-1);
  if (top === undefined || own(top, 'success') !== false) {
    const words = `HTTP ${answer.status} without an id that could be followed (${idNames.join(', ')}): ${message}`;
    return unknownOutcome(answer, 'other', words.slice(0, 500));
  }
  if (speaksOfFunds(answer, message)) {
    const failure = { class: 'no_funds', httpStatus: answer.status, message, charged: 'no', ...fundsOf(answer) } as const;
    return refused(failure, 'requeue');
  }
  const money = moneyOf(layers);
  const cls = speaksOfPolicy(message) ? 'moderated' : failureClass(answer, message, 'submit');
  const charged = money.refunded === true || (typeof money.refunded === 'number' && money.refunded > 0) ? 'no' : 'unknown';
  return { kind: 'failed', failure: { class: cls, httpStatus: answer.status, message, charged }, money };
}
