import type { Writable } from 'node:stream';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import wrapAnsi from 'wrap-ansi';
import { oldestLine, providerLine } from './load-lines.ts';
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

/** A few live lines on a terminal, one plain line a minute elsewhere, nothing but the log lines when silent. */
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

/** Fewer rows than this, and the display would push away what stands above it. */
const TALL = 10;
/** Providers beyond these are in the report. */
const MOST_PROVIDERS = 4;

function rowsOf(stream: Writable): number {
  return (stream as { readonly rows?: number }).rows ?? 24;
}

/** What stands below the bar: always as many lines for the same providers, so that nothing jumps. */
function below(snapshot: ProgressSnapshot, columns: number, rows: number): string[] {
  const details = detailsLine(snapshot, columns);
  if (rows < TALL) return [details];
  return [
    details,
    ...snapshot.providers.slice(0, MOST_PROVIDERS).map((load) => providerLine(load, columns)),
    oldestLine(snapshot.oldest, columns),
  ];
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
  const lines: SingleBar[] = [];
  let stopped = false;
  return {
    update: (snapshot) => {
      if (stopped) return;
      const settled = snapshot.jobs.done + snapshot.jobs.failed;
      // Read at every turn: people resize their windows. The last column is left free, since some terminals break the line there.
      const columns = columnsOf(stream) - 1;
      const first = { text: stateLine(snapshot, columns - barsize - BEHIND_BAR) };
      counts ??= bars.create(snapshot.jobs.total, settled, first, { format: '{bar} {percentage} % | {text}' });
      counts.setTotal(Math.max(snapshot.jobs.total, 1));
      counts.update(settled, first);
      for (const [at, text] of below(snapshot, columns, rowsOf(stream)).entries()) {
        const line = lines[at] ?? bars.create(1, 0, { text }, { format: '{text}' });
        lines[at] = line;
        line.update(0, { text });
      }
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
