import type { Writable } from 'node:stream';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { printable } from './printable.ts';
import type { ProgressSnapshot } from './progress-snapshot.ts';
import { countsText, moneyText, paceText, progressLine } from './progress-text.ts';

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

function liveProgress(stream: Writable): Progress {
  const bars = new MultiBar(
    {
      stream: stream as NodeJS.WritableStream,
      fps: 5,
      hideCursor: true,
      linewrap: false,
      barsize: 24,
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
      const first = { text: [countsText(snapshot), paceText(snapshot)].filter(Boolean).join(' | ') };
      const second = { text: printable([moneyText(snapshot), ...snapshot.notes].filter(Boolean).join(' | ')) };
      counts ??= bars.create(snapshot.jobs.total, settled, first, { format: '{bar} {percentage} % | {text}' });
      details ??= bars.create(1, 0, second, { format: '{text}' });
      counts.setTotal(Math.max(snapshot.jobs.total, 1));
      counts.update(settled, first);
      details.update(0, second);
    },
    log: (line) => {
      if (counts === null || stopped) stream.write(`${line}\n`);
      else bars.log(`${line}\n`);
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      if (counts !== null) bars.update();
      bars.stop();
    },
  };
}
