import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ReviewAttempt, ReviewStatus } from '../../src/review/review-view.ts';
import { amount, count } from './money.ts';
import type { ReviewStore } from './store.ts';
import type { Tally } from './tally.ts';

const STATES = ['done', 'ready', 'processing', 'submitting', 'queued', 'failed', 'rejected', 'unknown', 'canceled'] as const;
const EVERY_MS = 5_000;

/** How the batch stands now: counts, money, limits, what is on its way and what happened last. */
export function LiveView({ store, tally }: { store: ReviewStore; tally: Tally }) {
  // What windows hold grows less by itself, without any news.
  useEffect(() => {
    const timer = setInterval(() => store.refresh(), EVERY_MS);
    return () => clearInterval(timer);
  }, [store]);
  const { status } = store;
  if (status === null) return <p class="empty">Asking how the batch stands …</p>;
  const { live } = store.client;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it need have the focus
    <section class="live" aria-label={live ? 'Live' : 'Figures'} tabIndex={0}>
      <Head store={store} status={status} />
      <Money status={status} />
      <Models tally={tally} />
      <Limits status={status} />
      {live && <Attempts title="On their way" attempts={status.in_flight} none="Nothing is on its way." />}
      <Attempts title="Last events" attempts={status.ended} none="Nothing has ended yet." />
    </section>
  );
}

function Head({ store, status }: { store: ReviewStore; status: ReviewStatus }) {
  const total = status.jobs.total ?? 0;
  return (
    <section>
      <h2>{headOf(store, status)}</h2>
      {status.paused !== null && (
        <p class="buttons">
          {status.paused && <strong class="warn">Paused: what is in flight is collected, nothing new is submitted. </strong>}
          <button type="button" class="main" onClick={() => void store.pause(!status.paused)}>
            {status.paused ? 'Unpause' : 'Pause'}
          </button>
        </p>
      )}
      <div class="bar" role="img" aria-label={`${status.jobs.done ?? 0} of ${total} jobs done`}>
        {STATES.map((state) => (
          <span key={state} class={`of-${state}`} style={{ flexGrow: status.jobs[state] ?? 0 }} />
        ))}
      </div>
      <p>
        {count(total, 'job')}:{' '}
        {STATES.filter((state) => (status.jobs[state] ?? 0) > 0).map((state, at) => (
          <span key={state}>
            {at > 0 && ', '}
            <span class={`swatch of-${state}`} aria-hidden="true" />
            {amount(status.jobs[state] ?? 0)} {state}
          </span>
        ))}
        {total === 0 && 'none'}. {count(status.files, 'file')}.
      </p>
      {status.progress !== null && (
        <>
          {status.progress.pace !== '' && <p>{status.progress.pace}</p>}
          {status.progress.notes.map((note) => (
            <p key={note} class="warn">
              {note}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

function headOf({ client }: ReviewStore, { running }: ReviewStatus): string {
  if (client.madeAt !== null)
    return `As it stood on ${new Date(client.madeAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })}`;
  return running === null ? 'Not running now' : `Running, ${running}`;
}

/** A table wider than a narrow window is scrolled by itself. */
function Wide({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it has the focus
    <section class="wide" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

function Money({ status }: { status: ReviewStatus }) {
  const known = (value: number | null): string => (value === null ? 'not known' : amount(value));
  return (
    <section>
      <h2>Money</h2>
      <Wide label="Money by provider">
        <table>
          <thead>
            <tr>
              {['Provider', 'Quoted', 'Reserved', 'Charged', 'Refunded', 'Net', 'Unknown', 'Cap', 'Unit'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(status.money).map(([name, money]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{known(money.quoted)}</td>
                <td>{amount(money.reserved)}</td>
                <td>{amount(money.charged)}</td>
                <td>{amount(money.refunded)}</td>
                <td>{amount(money.net)}</td>
                <td>{known(money.unknown)}</td>
                <td>{status.budget?.[name] === undefined ? 'none' : amount(status.budget[name])}</td>
                <td>{money.unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  );
}

function Models({ tally }: { tally: Tally }) {
  if (tally.models.length === 0) return null;
  return (
    <section>
      <h2>Cost per accepted output</h2>
      <Wide label="Cost by model">
        <table>
          <thead>
            <tr>
              {['Model', 'Outputs', 'Picked', 'Rejected', 'Undecided', 'Spent', 'Per accepted so far', 'Unit'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tally.models.map(({ provider, model, outputs, picked, rejected, net, unit }) => (
              <tr key={`${provider} ${model}`}>
                <th scope="row">{model}</th>
                <td>{amount(outputs)}</td>
                <td>{amount(picked)}</td>
                <td>{amount(rejected)}</td>
                <td>{amount(outputs - picked - rejected)}</td>
                <td>{amount(net)}</td>
                <td>{picked === 0 ? 'none yet' : amount(net / picked)}</td>
                <td>{unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  );
}

function Limits({ status }: { status: ReviewStatus }) {
  if (status.limits.length === 0) return null;
  return (
    <section>
      <h2>Limits</h2>
      <ul class="limits">
        {status.limits.map(({ provider, what, used, most }) => (
          <li key={`${provider} ${what}`}>
            <span>
              {provider}: {what}
            </span>
            <meter aria-label={`${provider}: ${what}`} min={0} max={most} high={most * 0.9} value={Math.min(used, most)} />
            <span>
              {amount(used)} of {amount(most)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Attempts({ title, attempts, none }: { title: string; attempts: readonly ReviewAttempt[]; none: string }) {
  return (
    <section>
      <h2>{title}</h2>
      {attempts.length === 0 && <p>{none}</p>}
      <ul class="events">
        {attempts.map(({ job, attempt, model, state, error, began_at, ended_at }) => (
          <li key={`${job} ${attempt}`}>
            <time dateTime={ended_at ?? began_at}>{new Date(ended_at ?? began_at).toLocaleTimeString([], { hourCycle: 'h23' })}</time>{' '}
            <b class={state}>{state}</b> {job}
            {attempt > 1 && `, attempt ${attempt}`} <span class="quiet">{model}</span>
            {error !== null && <span class="bad"> {error}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
