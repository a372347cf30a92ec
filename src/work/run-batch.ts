import { lookPatiently } from './account.ts';
import { ChangeSignal } from './change-signal.ts';
import { Collector } from './collector.ts';
import { Dispatcher } from './dispatcher.ts';
import { collectAnswers } from './final-look.ts';
import { LiveControl } from './live-control.ts';
import { Reconciler } from './reconciler.ts';
import type { RequestTally } from './request-tally.ts';
import type { Stop } from './run-control.ts';
import type { WorkContext } from './work-context.ts';

/** How a run is to be worked. */
export interface WorkOptions {
  /** Goes on with cheaper jobs where dearer ones do not fit. */
  readonly partial: boolean;
  readonly downloadConcurrency: number;
  /** A provider that is down for longer than this is given up for the run, milliseconds. */
  readonly outageMs: number;
  readonly tally: RequestTally;
}

/** How a run ended. The counts, the money and the files are read from the queue. */
export interface WorkResult {
  readonly stops: readonly Stop[];
  /** Jobs that this run could not bring to their end though nothing stopped it: files that would not come, submissions that never arrived. */
  readonly notSaved: number;
  /** Jobs whose files found their name taken by a file of somebody else. */
  readonly unplaced: number;
  /** What broke the run, if anything did. */
  readonly error: unknown;
}

/** How often a provider that is down is looked at, and the run's progress kept. */
const WATCH_MS = 1_000;

/**
 * Works a batch off: first what an earlier run paid for (downloads, then polls), then what is unknown, then the queue, in one event-driven
 * loop that ends when nothing is in flight and nothing more can be handed over. Every step is in the queue before it is acted on, so
 * that the process may end at any moment.
 */
export async function runBatch(context: WorkContext, options: WorkOptions): Promise<WorkResult> {
  const { control, stores, batch, clock } = context;
  const changed = new ChangeSignal();
  const notify = (): void => changed.notify();
  control.onChange(notify);

  const startedAt = clock.mono();
  const runId = stores.runs.begin(batch.id, clock.now());
  const ended = new AbortController();
  let left = 0;
  let unplaced = 0;
  try {
    stores.attempts.orphansToUnknown(clock.now());
    stores.ledger.assertClosed(batch.id);
    await firstLook(context);

    const collector = new Collector(context, options.downloadConcurrency, notify);
    const dispatcher = new Dispatcher(context, options.partial, (jobSeq) => collector.add(jobSeq), notify);
    const reconciler = new Reconciler(context, (jobSeq) => goOn(context, dispatcher, collector, jobSeq), notify);
    const keep = (): void => {
      stores.runs.progress(runId, clock.mono() - startedAt, options.tally.counts);
      // Others take jobs out of the queue, and put some into it, while the run goes on.
      notify();
    };
    const live = new LiveControl(context, (provider) => dispatcher.madeRoom(provider));
    live.look();
    void watch(context, options, live, ended.signal, keep).catch((error: unknown) => control.fail(error));

    void collector.addStored().catch((error: unknown) => control.fail(error));
    for (let after = 0; ; ) {
      const page = stores.jobs.inState(batch.id, 'processing', after);
      for (const job of page) dispatcher.resume(job);
      const last = page.at(-1);
      if (!last) break;
      after = last.seq;
    }

    for (;;) {
      try {
        reconciler.wake();
        await dispatcher.pump();
      } catch (error) {
        // Whatever broke: what is on its way is waited for, so that its ids are stored.
        control.fail(error);
      }
      const busy =
        dispatcher.inFlight > 0 ||
        !collector.idle ||
        (!control.submitting.aborted && (dispatcher.waiting || !reconciler.idle || waitsForUnpause(context)));
      if (!busy) break;
      await changed.wait();
    }
    await collector.finish();
    await collectAnswers(context);
    stores.ledger.assertClosed(batch.id);
    left = collector.left + dispatcher.setAside;
    unplaced = collector.unplaced;
  } catch (error) {
    control.fail(error);
  }
  ended.abort();
  const reason = control.reasons()[0]?.reason ?? 'completed';
  try {
    stores.runs.end(runId, clock.now(), clock.mono() - startedAt, reason === 'invariant' ? null : reason, options.tally.counts);
  } catch (error) {
    // The first error stands: what broke the run tells more than that its end could not be written down either.
    control.fail(error);
  }
  return { stops: control.reasons(), notSaved: left, unplaced, error: control.error };
}

/** Asks each account before anything is submitted. A refused key stops its provider here. */
async function firstLook(context: WorkContext): Promise<void> {
  const { control, events, stores, batch, clock } = context;
  for (const desk of Object.values(context.desks)) {
    if (!desk.provider.balance || control.stopOf(desk.name)) continue;
    const look = await lookPatiently(desk, clock, control.submitting);
    if (look.kind === 'balance') {
      context.balances[desk.name]?.looked(look.balance);
      stores.runs.balanceBefore(batch.id, desk.name, look.balance, 'account', clock.now());
    } else if (look.kind === 'refused' && look.failure.class === 'auth') {
      const message = `${desk.name}: ${look.failure.message}`;
      control.stopProvider(desk.name, 'auth', message);
      control.giveUp(desk.name);
      events.emit('stopped', { provider: desk.name, reason: 'auth', message });
    }
  }
}

/** A job whose outcome the history has shown. */
function goOn(context: WorkContext, dispatcher: Dispatcher, collector: Collector, jobSeq: number): void {
  const job = context.stores.jobs.bySeq(jobSeq);
  if (job?.state === 'processing') dispatcher.resume(job);
  if (job?.state === 'ready') collector.add(jobSeq);
  if (job?.state === 'queued') dispatcher.cameBack(job);
}

/** Whether there is something to submit once the pause is over. */
function waitsForUnpause({ control, stores, batch, desks }: WorkContext): boolean {
  if (!control.paused) return false;
  return stores.jobs.lanes(batch.id, 'queued').some(({ provider }) => desks[provider] && control.stopOf(provider) === null);
}

/** Does what other terminals ask, gives up on a provider that stays down, and keeps the run's progress, until the run ends. */
async function watch(context: WorkContext, options: WorkOptions, live: LiveControl, ended: AbortSignal, keep: () => void): Promise<void> {
  const { clock, control, events } = context;
  while (!ended.aborted) {
    await clock.sleep(WATCH_MS, ended);
    if (ended.aborted) return;
    keep();
    live.look();
    for (const desk of Object.values(context.desks)) {
      if (live.downForMs(desk) <= options.outageMs) continue;
      const message = `${desk.name} has not answered for ${Math.round(desk.downForMs() / 1_000)} seconds`;
      if (control.stopProvider(desk.name, 'outage', message)) events.emit('stopped', { provider: desk.name, reason: 'outage', message });
      control.giveUp(desk.name);
    }
  }
}
