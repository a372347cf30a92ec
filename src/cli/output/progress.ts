import type { Writable } from 'node:stream';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import wrapAnsi from 'wrap-ansi';
import type { ProgressSnapshot } from './progress-snapshot.ts';
import { detailsLine, progressLine, stateLine } from './progress-text.ts';

/** A display of how far a run is. The caller gives snapshots as often as it likes. */
export interface Progress {
  update(snapshot: ProgressSnapshot): void;
  /** A line for people, above the display. */
  log(line: string): void;
  /** Shows the last snapshot once more and lets the terminal go. Can be called twice. */
  stop(): void;
}

const PLAIN_LINE_EVERY_MS = 60_000;

/** Two live lines on a terminal, one plain line a minute elsewhere, nothing but the log lines when silent. */
export function createProgress(on: { readonly stream: Writable; readonly isTTY: boolean; readonly silent?: boolean }): Progress {
  if (on.silent) return silentProgress(on.stream);
  return on.isTTY ? liveProgress(on.stream) : plainProgress(on.stream);
}

function silentProgress(stream: Writable): Progress {
  return { update: () => {}, log: (line) => void stream.write(`${line}\n`), stop: () => {} };
}

function plainProgress(stream: Writable): Progress {
  let latest: ProgressSnapshot | null = null;
  let printed = '';
  const print = () => {
    if (latest === null) return;
    printed = progressLine(latest);
    stream.write(`${printed}\n`);
  };
  // Also when nothing changes: a log that stands still for an hour looks like a process that died.
  const timer = setInterval(print, PLAIN_LINE_EVERY_MS);
  timer.unref();
  let stopped = false;
  return {
    update: (snapshot) => {
      latest = snapshot;
    },
    log: (line) => void stream.write(`${line}\n`),
    stop: () => {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      if (latest !== null && progressLine(latest) !== printed) print();
    },
  };
}

/** A bar takes so many columns, and on a narrow terminal half of it: the words say more. */
const BAR = 24;
const WIDE = 110;
/** ` 100 % | ` behind the bar. */
const BEHIND_BAR = 9;

function columnsOf(stream: Writable): number {
  return (stream as { readonly columns?: number }).columns ?? 80;
}

function liveProgress(stream: Writable): Progress {
  const barsize = columnsOf(stream) >= WIDE ? BAR : BAR / 2;
  const bars = new MultiBar(
    {
      stream: stream as NodeJS.WritableStream,
      fps: 5,
      hideCursor: true,
      linewrap: false,
      barsize,
      clearOnComplete: false,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let counts: SingleBar | null = null;
  let details: SingleBar | null = null;
  let stopped = false;
  return {
    update: (snapshot) => {
      if (stopped) return;
      const settled = snapshot.jobs.done + snapshot.jobs.failed;
      // Read at every turn: people resize their windows. The last column is left free, since some terminals break the line there.
      const columns = columnsOf(stream) - 1;
      const first = { text: stateLine(snapshot, columns - barsize - BEHIND_BAR) };
      const second = { text: detailsLine(snapshot, columns) };
      counts ??= bars.create(snapshot.jobs.total, settled, first, { format: '{bar} {percentage} % | {text}' });
      details ??= bars.create(1, 0, second, { format: '{text}' });
      counts.setTotal(Math.max(snapshot.jobs.total, 1));
      counts.update(settled, first);
      details.update(0, second);
    },
    log: (line) => {
      if (counts === null || stopped) stream.write(`${line}\n`);
      // While the display is up the terminal breaks no lines, and would cut off what a message says to do.
      else bars.log(`${wrapAnsi(line, columnsOf(stream), { hard: true, trim: false })}\n`);
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      if (counts !== null) bars.update();
      bars.stop();
    },
  };
}
