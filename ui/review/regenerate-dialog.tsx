import { useEffect, useState } from 'preact/hooks';
import type { RegenerateAnswer, RegenerateCost } from '../../src/review/review-view.ts';
import { Dialog } from './dialog.tsx';
import { amount, count } from './money.ts';
import type { ReviewStore } from './store.ts';

/** So many are named one by one. */
const NAMED = 100;

/** Says what new attempts of the rejected outputs cost, asks, and queues them. */
export function RegenerateDialog({ store, outputs, onClose }: { store: ReviewStore; outputs: readonly number[]; onClose: () => void }) {
  const [answer, setAnswer] = useState<RegenerateAnswer | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(true);
  const ask = (agreed: RegenerateCost | null) => {
    setBusy(true);
    setFault(null);
    store
      .regenerate(outputs, agreed)
      .then(setAnswer, (error: Error) => setFault(error.message))
      .finally(() => setBusy(false));
  };
  // The price of what was rejected when the dialog was opened.
  useEffect(() => ask(null), []);
  return (
    <Dialog label="Regenerate what was rejected" onClose={onClose}>
      <h2>Regenerate what was rejected</h2>
      {fault !== null && (
        <p role="alert" class="bad lines">
          {fault}
        </p>
      )}
      {answer === null ? <p>{busy ? 'Asking for the price …' : ''}</p> : <Answer answer={answer} />}
      <p class="buttons">
        <button type="button" onClick={onClose}>
          {answer?.queued ? 'Close' : 'Cancel'}
        </button>
        {answer !== null && !answer.queued && answer.jobs.length > 0 && (
          <button type="button" class="main" disabled={busy} onClick={() => ask(answer.cost)}>
            Queue {count(answer.jobs.length, 'job')} for {price(answer)}
          </button>
        )}
      </p>
    </Dialog>
  );
}

function Answer({ answer }: { answer: RegenerateAnswer }) {
  return (
    <>
      <p>
        {answer.queued
          ? `${count(answer.jobs.length, 'job')} queued for a new attempt: ${price(answer)}. \`${answer.resume}\` runs what is queued; the old files stay.`
          : answer.jobs.length === 0
            ? 'Nothing of it can be made again now.'
            : `${count(answer.jobs.length, 'job')} would get a new paid attempt, for ${price(answer)} in all. Nothing is submitted before the next run; the old files stay.`}
      </p>
      {!answer.queued && answer.jobs.length > 0 && <Funds answer={answer} />}
      <ul class="jobs">
        {answer.jobs.slice(0, NAMED).map(({ id, attempt, prompt }) => (
          <li key={id}>
            {id}, attempt {attempt}
            {prompt !== null && `, with another prompt: ${prompt}`}
          </li>
        ))}
        {answer.jobs.length > NAMED && <li>and {amount(answer.jobs.length - NAMED)} more</li>}
      </ul>
      {answer.left.length > 0 && (
        <details>
          <summary>{count(answer.left.length, 'job')} left as they are</summary>
          <ul>
            {answer.left.slice(0, NAMED).map((why) => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Of what cap and of what balance it would be paid. */
function Funds({ answer: { cost, funds } }: { answer: RegenerateAnswer }) {
  return (
    <ul class="funds">
      {Object.entries(cost).map(([provider, { unit, total }]) => {
        const { cap = null, balance = null } = funds[provider] ?? {};
        return (
          <li key={provider}>
            {cap === null
              ? `The batch has no cap at ${provider}.`
              : `Cap of the batch at ${provider}: ${amount(cap.left)} of ${amount(cap.most)} ${unit} left, beside what is spent, in flight, unknown or queued.`}{' '}
            {cap !== null && total !== null && total > cap.left && (
              <strong class="warn">This does not fit: the next resume needs a higher --max-cost, or --partial. </strong>
            )}
            {balance === null
              ? 'Its balance is not known.'
              : `Balance when it was last told, ${new Date(balance.at).toLocaleString()}: ${amount(balance.amount)} ${unit}.`}
            {balance !== null && total !== null && total > balance.amount && <strong class="warn"> That is not enough.</strong>}
          </li>
        );
      })}
    </ul>
  );
}

function price({ cost }: RegenerateAnswer): string {
  const sums = Object.entries(cost).map(([provider, { unit, total }]) =>
    total === null ? `an unknown price at ${provider}` : `${amount(total)} ${unit} of ${provider}`,
  );
  return sums.length === 0 ? 'nothing' : sums.join(' and ');
}
