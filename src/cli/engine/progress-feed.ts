import type { Logger } from 'pino';
import type { Registry } from '../../job-type/registry.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { PredictedEnd } from '../../schedule/predict-end.ts';
import type { Clock } from '../../values/clock.ts';
import { toUnits } from '../../values/money.ts';
import { clockTime } from '../../work/clock-time.ts';
import type { ProviderDesk } from '../../work/provider-desk.ts';
import type { RequestTally } from '../../work/request-tally.ts';
import type { RunControl } from '../../work/run-control.ts';
import type { WorkEvents } from '../../work/work-events.ts';
import type { Output } from '../output/output.ts';
import { type ProgressSnapshot, pausedNote } from '../output/progress-snapshot.ts';
import type { Suggest } from '../queue-flags.ts';
import { loadOfDesk, oldestOnTheirWay } from './load-of.ts';
import { lostAnswers } from './lost-answers.ts';
import type { OpenStores } from './queue-stores.ts';
import { standing } from './standing.ts';

/** What the display of a run is fed from. */
export interface FeedParts {
  readonly stores: OpenStores;
  readonly registry: Registry;
  readonly batch: Batch;
  readonly control: RunControl;
  readonly desks: Readonly<Record<string, ProviderDesk>>;
  readonly tally: RequestTally;
  readonly events: WorkEvents;
  readonly output: Output;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly suggest: Suggest;
  /** When it is over, from now; null when nothing is left. */
  readonly left: () => PredictedEnd | null;
}

/** Often enough to look alive, rarely enough to cost nothing. */
const EVERY_MS = 1_000;
/** The pace is taken over the last so many milliseconds. */
const PACE_MS = 5 * 60_000;
/** The end is predicted anew so often: it takes some milliseconds, and nobody reads faster. */
const PREDICT_MS = 5_000;
/** As often as somebody who watches looks. */
const TELL_MS = 2_000;

/** Shows a run while it works: the progress display, the event stream, the log. Returns what ends it. */
export async function feedProgress(parts: FeedParts): Promise<() => void> {
  const { events, output, logger, clock, registry, batch } = parts;
  const progress = await output.startProgress();
  const finished: number[] = [];
  const left = remembered(parts.left, clock);
  const tell = teller(parts);
  const show = (): void => {
    try {
      const now = snapshot(parts, finished, left());
      progress.update(now);
      tell(now);
    } catch (error) {
      // A damaged queue is found by whoever works on it; a timer that throws would end the process with answers on their way.
      logger.warn({ err: error }, 'the progress could not be read');
    }
  };
  events.on('job', (event) => {
    if (event.state === 'done' || event.state === 'failed' || event.state === 'rejected') finished.push(clock.mono());
    const charged = event.charged === null ? null : toUnits(event.charged);
    const { id, state, attempt, model, provider, message } = event;
    logger.info({ job: id, state, attempt, model, charged, message }, 'job');
    void output.event('job', { at: new Date(clock.now()).toISOString(), id, state, attempt, model, provider, charged, message });
    if (state === 'failed' || state === 'rejected' || state === 'unknown') output.warn(`${id} ${state}: ${message ?? 'no message'}`);
  });
  events.on('notice', ({ level, message }) => {
    logger[level](message);
    if (level !== 'info') output.warn(message);
    void output.event('notice', { level, message });
  });
  events.on('throttled', ({ provider, until, why }) => {
    logger.warn({ provider, until: new Date(until).toISOString(), why }, 'throttled');
    void output.event('throttled', { provider, until: new Date(until).toISOString(), message: why });
  });
  events.on('limit', (change) => {
    logger.info({ ...change }, 'limit');
    // What is sought is not told: it would be a line every few minutes.
    if (change.why === 'set') output.note(`${change.provider}: ${change.limit} is ${change.to} from now on, as set from another terminal.`);
    void output.event('limit', { ...change });
  });
  events.on('paused', ({ since }) => {
    logger.warn({ since: new Date(since).toISOString() }, 'paused');
    output.warn(
      `${batch.name} is paused since ${clockTime(since)}: nothing is submitted, what is in flight is collected, and the run waits for \`${parts.suggest('unpause', batch.name)}\` from another terminal. Ctrl-C ends it; it stays paused`,
    );
    void output.event('paused', { at: new Date(clock.now()).toISOString(), since: new Date(since).toISOString() });
  });
  events.on('unpaused', () => {
    logger.info('unpaused');
    output.note(`${batch.name} goes on.`);
    void output.event('unpaused', { at: new Date(clock.now()).toISOString() });
  });
  events.on('stopped', ({ provider, reason, message }) => {
    logger.error({ provider, reason, message }, 'provider stopped');
    output.warn(
      `${message}. Nothing more is submitted to ${registry.providers[provider]?.name ?? provider}; what is in flight is collected.`,
    );
    void output.event('stopped', { provider, reason, message });
  });
  show();
  const timer = setInterval(show, EVERY_MS);
  return () => {
    clearInterval(timer);
    show();
    progress.stop();
  };
}

/** The prediction, made anew from time to time, and shortened meanwhile by what has passed. */
function remembered(predict: () => PredictedEnd | null, clock: Clock): () => ProgressSnapshot['left'] {
  let last: { readonly end: PredictedEnd | null; readonly at: number } | null = null;
  let asked = false;
  return () => {
    // Not before the first submission has left: nobody reads an estimate in the first second.
    if (!asked) {
      asked = true;
      return null;
    }
    const now = clock.mono();
    if (last === null || now - last.at >= PREDICT_MS) last = { end: predict(), at: now };
    const { end, at } = last;
    return end && { lowMs: Math.max(0, end.lowMs - (now - at)), highMs: Math.max(0, end.highMs - (now - at)) };
  };
}

function snapshot(parts: FeedParts, finished: number[], left: ProgressSnapshot['left']): ProgressSnapshot {
  const { stores, batch, registry, control, desks, tally, clock } = parts;
  const { jobs, money } = standing(stores, registry, batch);
  const now = clock.mono();
  while (finished.length > 0 && finished[0]! < now - PACE_MS) finished.shift();
  const spanMs = finished.length > 1 ? now - finished[0]! : 0;
  const { submit, poll, other } = tally.counts;
  return {
    batch: batch.name,
    jobs,
    money,
    requests: submit + poll + other,
    perMinute: spanMs > 2_000 ? (finished.length / spanMs) * 60_000 : null,
    // Nobody knows how long it stays paused.
    left: jobs.queued + jobs.inFlight === 0 || control.paused ? null : afterThrottle(left, Object.values(desks)),
    providers: Object.values(desks).map(loadOfDesk),
    oldest: oldestOnTheirWay(stores, batch, clock.now()),
    notes: [
      ...(control.paused ? [pausedNote(parts.suggest('unpause', batch.name))] : []),
      ...Object.values(desks).flatMap((desk) => notesOf(desk, clock)),
      ...(jobs.unknown === 0 ? [] : lostAnswers(stores, registry, batch, (name) => desks[name]?.settings, clock.now())),
    ],
  };
}

/** A provider that lets nothing in for so long is not at its end before: the prediction knows limits, and no 429. */
function afterThrottle(left: ProgressSnapshot['left'], desks: readonly ProviderDesk[]): ProgressSnapshot['left'] {
  const blockedMs = Math.max(0, ...desks.map(({ gate }) => gate.blockedForMs));
  return left && { lowMs: Math.max(left.lowMs, blockedMs), highMs: left.highMs + blockedMs };
}

/** Tells those who watch from other processes, now and then, in a commit that is shared with what else there is. */
function teller({ stores, batch, clock, output, logger }: FeedParts): (snapshot: ProgressSnapshot) => void {
  let toldAt: number | null = null;
  let tells = true;
  return (snapshot) => {
    if (!tells || (toldAt !== null && clock.mono() - toldAt < TELL_MS)) return;
    toldAt = clock.mono();
    const told = { text: output.redact(JSON.stringify(snapshot)), at: clock.now() };
    stores.commits
      .join(() => stores.progress.tell(batch.id, told))
      .catch((error: unknown) => {
        // What room a full disk has left is for answers.
        tells = false;
        logger.warn({ err: error }, 'those who watch are told nothing more');
      });
  };
}

function notesOf(desk: ProviderDesk, clock: Clock): string[] {
  const until = (ms: number): string => clockTime(clock.now() + ms);
  if (desk.downForMs() > 0) return [`${desk.name} does not answer`];
  if (desk.gate.blockedForMs > 1_000) return [`${desk.name} throttled until ${until(desk.gate.blockedForMs)}`];
  return [];
}
