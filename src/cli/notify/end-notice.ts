import type { RunResult } from '../documents.ts';
import { exitCodeFor, USAGE_EXIT_CODE } from '../exit-codes.ts';

/** How a run ended, as those who are told of it get it. */
export interface EndNotice {
  readonly batch: string;
  /** As `stopped` of the run document; `refused` where it did not start, `error` where something broke it. */
  readonly stopped: string;
  readonly exitCode: number;
  /** One line for people, without prompts. */
  readonly text: string;
  readonly jobs: Readonly<Record<string, number>> | null;
  readonly money: Readonly<Record<string, { readonly unit: string; readonly net: number }>>;
  readonly endedAt: string;
  /** What `--json` prints. */
  readonly document: object;
}

/** What is told of a run that ended, or was refused. */
export function noticeOf(result: RunResult, at: number): EndNotice {
  const endedAt = new Date(at).toISOString();
  if (result.kind === 'refused') {
    const { document } = result.plan;
    const exitCode = document.problems.length > 0 ? USAGE_EXIT_CODE : exitCodeFor(result.reasons);
    const text = `${document.batch}: not started. ${result.why}`;
    return { batch: document.batch, stopped: 'refused', exitCode, text, jobs: null, money: {}, endedAt, document };
  }
  const { document } = result;
  const { batch, jobs } = document;
  const stopped = document.stopped ?? 'running';
  const money = Object.fromEntries(Object.entries(document.money).map(([name, { unit, net }]) => [name, { unit, net }]));
  const failed = jobs.failed + jobs.rejected;
  const parts = [
    `${jobs.done} of ${jobs.total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(jobs.unknown > 0 ? [`${jobs.unknown} unknown`] : []),
    ...(jobs.queued > 0 ? [`${jobs.queued} queued`] : []),
    ...Object.values(money).map(({ unit, net }) => `${net} ${unit}`),
  ];
  const text = `${batch}: ${stopped}. ${parts.join(', ')}`;
  return { batch, stopped, exitCode: exitCodeFor(result.reasons), text, jobs, money, endedAt, document };
}

/** What is told of a run that something broke. */
export function noticeOfError(error: Error & { readonly exitCode?: number }, batch: string, at: number): EndNotice {
  const exitCode = error.exitCode ?? exitCodeFor(['unexpected']);
  const document = { schema_version: 1, batch, error: error.message };
  const endedAt = new Date(at).toISOString();
  return {
    batch,
    stopped: 'error',
    exitCode,
    text: `${batch}: ended by an error: ${error.message}`,
    jobs: null,
    money: {},
    endedAt,
    document,
  };
}
