import type { WorkContext } from '../../work/work-context.ts';
import type { Output } from '../output/output.ts';

/** When a run is to stop by itself, besides Ctrl-C. */
export interface StopRules {
  /** `--fail-fast`: at the first job that fails. */
  readonly failFast: boolean;
  /** `--halt fail=20%`; null without. */
  readonly halt: HaltRule | null;
  /** `--max-duration`, milliseconds; null without. */
  readonly maxDurationMs: number | null;
}

/** So many failed jobs, or such a share of those that have ended, stop the run. */
export type HaltRule = { readonly jobs: number } | { readonly share: number };

/** After Ctrl-C what is in flight is collected for so long; all of it can be resumed for free. */
const GRACE_MS = 60_000;
/** A share says something only of so many jobs. GNU parallel waits for as many. */
const FEWEST_FOR_SHARE = 3;

/** Connects Ctrl-C and the stop rules to the brakes of a run. Returns what takes them off. */
export function applyBrakes(context: WorkContext, rules: StopRules, signal: AbortSignal, output: Output): () => void {
  const { control, events } = context;
  const timers: NodeJS.Timeout[] = [];
  const later = (ms: number, act: () => void): void => {
    const timer = setTimeout(act, Math.min(ms, 2_147_483_647));
    timer.unref();
    timers.push(timer);
  };
  const interrupted = (): void => {
    control.stop('interrupted', 'interrupted');
    later(GRACE_MS, () => control.stopWaiting());
  };
  if (signal.aborted) interrupted();
  else signal.addEventListener('abort', interrupted, { once: true });
  if (rules.maxDurationMs !== null) {
    later(rules.maxDurationMs, () => {
      if (!control.submitting.aborted) output.warn('--max-duration is over: nothing more is submitted, what is in flight is collected.');
      control.stop('duration', 'the time set by --max-duration is over');
    });
  }
  const ended = { all: 0, failed: 0 };
  events.on('job', ({ id, state }) => {
    const failed = state === 'failed' || state === 'rejected';
    if (failed) ended.failed += 1;
    if (failed || state === 'done') ended.all += 1;
    const why = failed ? reasonToHalt(rules, ended, `${id} ${state}`) : null;
    if (why === null) return;
    if (!control.submitting.aborted) output.warn(`${why}; nothing more is submitted`);
    control.stop('failures', why);
  });
  return () => {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', interrupted);
  };
}

function reasonToHalt(rules: StopRules, ended: { readonly all: number; readonly failed: number }, last: string): string | null {
  if (rules.failFast) return `--fail-fast: ${last}`;
  const { halt } = rules;
  if (halt === null) return null;
  if ('jobs' in halt) return ended.failed >= halt.jobs ? `--halt: ${ended.failed} jobs failed, the last ${last}` : null;
  const reached = ended.failed >= FEWEST_FOR_SHARE && ended.failed / ended.all >= halt.share;
  return reached ? `--halt: ${ended.failed} of ${ended.all} jobs failed, the last ${last}` : null;
}
