import type { Writable } from 'node:stream';
import { displayLines } from './display-lines.ts';
import { LiveLines, type TerminalStream } from './live-lines.ts';
import type { ProgressSnapshot } from './progress-snapshot.ts';
import { progressLine } from './progress-text.ts';
import { wrapped } from './wrapped.ts';

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
export function createProgress(on: { readonly stream: TerminalStream; readonly isTTY: boolean; readonly silent?: boolean }): Progress {
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

function liveProgress(stream: TerminalStream): Progress {
  let lines: LiveLines | null = null;
  let latest: ProgressSnapshot | null = null;
  let stopped = false;
  const show = (above?: string): void => {
    if (latest === null || stopped) return;
    lines ??= new LiveLines(stream);
    lines.show(displayLines(latest, stream), above);
  };
  const resized = (): void => show();
  stream.on('resize', resized);
  return {
    update: (snapshot) => {
      latest = snapshot;
      show();
    },
    log: (line) => {
      if (latest === null || stopped) stream.write(`${wrapped(line, stream.columns)}\n`);
      else show(line);
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      stream.off('resize', resized);
      lines?.end();
    },
  };
}
