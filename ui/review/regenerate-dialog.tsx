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
  // What was rejected when the dialog was opened: the yes is to those jobs, whatever is rejected elsewhere meanwhile.
  const [asked] = useState(outputs);
  const ask = (agreed: RegenerateCost | null) => {
    setBusy(true);
    setFault(null);
    store
      .regenerate(asked, agreed)
      .then(setAnswer, (error: Error) => setFault(error.message))
      .finally(() => setBusy(false));
  };
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
          <button type="button" class="main" disabled={busy || !fits(answer)} onClick={() => ask(answer.cost)}>
            Queue {count(answer.jobs.length, 'job')} for {price(answer)}
          </button>
        )}
      </p>
    </Dialog>
  );
}

function Answer({ answer }: { answer: RegenerateAnswer }) {
  const { jobs, left, queued } = answer;
  return (
    <>
      <p>
        {queued
          ? `${count(jobs.length, 'job')} queued for a new attempt: ${price(answer)}. ${whenMade(answer)}`
          : jobs.length === 0
            ? 'Nothing of it can be made again now.'
            : `${count(jobs.length, 'job')} would get a new paid attempt, for ${price(answer)} in all. ${whenMade(answer)}`}
      </p>
      {!queued && jobs.length > 0 && <Funds answer={answer} />}
      {jobs.length > 0 && (
        <ul class="jobs">
          {jobs.slice(0, NAMED).map(({ id, attempt, prompt }) => (
            <li key={id}>
              {id}, attempt {attempt}
              {prompt !== null && `, with another prompt: ${prompt}`}
            </li>
          ))}
          {jobs.length > NAMED && <li>and {amount(jobs.length - NAMED)} more</li>}
        </ul>
      )}
      {left.length > 0 && (
        <details open={jobs.length === 0}>
          <summary>{count(left.length, 'job')} left as they are</summary>
          <ul>
            {left.slice(0, NAMED).map((why) => (
              <li key={why}>{why}</li>
            ))}
            {left.length > NAMED && <li>and {amount(left.length - NAMED)} more</li>}
          </ul>
        </details>
      )}
    </>
  );
}

/** When what is queued is paid for. The earlier files stay in any case. */
function whenMade({ run, queued, resume }: RegenerateAnswer): string {
  if (run === 'own' && queued) return `The run at work makes them; what it leaves, \`${resume}\` does. The old files stay.`;
  if (run === 'own') return 'The run at work makes them at once, within its cap; the old files stay.';
  const end = run === 'other' ? ', when the run at work has ended' : '';
  return queued
    ? `\`${resume}\` makes what is queued${end}. The old files stay.`
    : `Nothing is submitted before \`${resume}\`${end}; the old files stay.`;
}

/** A run stops at what does not fit its cap, with the jobs behind it: nothing is put before it that does not fit. */
function fits({ run, funds }: RegenerateAnswer): boolean {
  return run === null || Object.values(funds).every(({ cap }) => !cap?.raise);
}

/** Of what cap and of what balance it would be paid. */
function Funds({ answer: { cost, funds, run } }: { answer: RegenerateAnswer }) {
  return (
    <ul class="funds">
      {Object.entries(cost).map(([provider, { unit, total }]) => {
        const { cap = null, balance = null } = funds[provider] ?? {};
        return (
          <li key={provider}>
            {cap === null
              ? `The batch has no cap at ${provider}.`
              : `Cap of the batch at ${provider}: ${amount(cap.left)} of ${amount(cap.most)} ${unit} left, beside what is spent, in flight, unknown or queued.`}{' '}
            {cap?.raise && (
              <strong class="warn">
                This does not fit:{' '}
                {run === null ? 'the next resume needs a higher --max-cost, or --partial. ' : `\`${cap.raise}\` makes room for it. `}
              </strong>
            )}
            {balance === null
              ? 'Its balance is not known.'
              : `Balance when it was last told, ${new Date(balance.at).toLocaleString([], { hourCycle: 'h23' })}: ${amount(balance.amount)} ${unit}.`}
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
