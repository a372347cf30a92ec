import { join } from 'node:path';
import { NameTakenError } from '../files/place-file.ts';
import type { JobType } from '../job-type/job-type.ts';
import type { Failure, Handle } from '../job-type/outcomes.ts';
import { jobTypeOf } from '../job-type/registry.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import type { StoredJob } from '../queue/job-row.ts';
import type { Output } from '../queue/output-store.ts';
import type { Clock } from '../values/clock.ts';
import { fileStem, keptName } from './file-names.ts';
import { OutputFolderError } from './output-folder-error.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { readHistory } from './read-history.ts';
import { reportJob } from './report-job.ts';
import { sidecarDocument } from './sidecar.ts';
import type { SaveOutcome, WorkContext } from './work-context.ts';

/** An expired URL is asked for anew so many times; then the file is paid and lost. */
const MOST_REFRESHES = 3;
/** Waits before a URL that stays the same is tried again: at least so long, and so many of the shortest times between polls. */
const LEAST_PATIENCE_MS = [500, 2_000, 8_000] as const;
const PATIENCE_IN_POLLS = [0.5, 5, 30] as const;

/**
 * Brings the files of a `ready` job to disk. Never submits. `left` when some could not be had now (the network, the disk, the run's end):
 * the job stays `ready` and the next run goes on. `unplaced`: a file of somebody else has the name. `onWhole` is called when the bytes of
 * all its files are there, and only the disk is waited for.
 */
export async function collectJob(
  context: WorkContext,
  job: StoredJob,
  attempt: Attempt,
  signal: AbortSignal,
  onWhole?: () => void,
): Promise<'done' | 'lost' | 'left' | 'unplaced'> {
  const { outputs, attempts, commits } = context.stores;
  const all = outputs.ofAttempt(attempt.id);
  if (!(await keepOtherFiles(context, job, attempt, all))) return 'unplaced';
  const pending = all.filter(({ state }) => state === 'pending');
  const settled = new Map(all.map((output): [number, Output] => [output.id, output]));
  let last: SavedFile | null = null;
  for (const output of pending) {
    const isLast = output === pending.at(-1);
    const end = await collectFile(context, job, attempt, output, all, signal, isLast ? onWhole : undefined);
    if (end.kind !== 'saved' && end.kind !== 'lost') return end.kind;
    if (end.kind === 'lost') {
      settled.set(output.id, { ...output, state: 'lost' });
      continue;
    }
    const { file } = end;
    settled.set(output.id, { ...output, ...file, kind: output.kind, state: 'saved' });
    // The last one is recorded with the end of the job.
    if (isLast) last = { id: output.id, file };
    else await commits.join(() => outputs.saved(output.id, file));
  }
  const unit = context.registry.providers[attempt.provider]?.unit ?? '';
  for (const output of settled.values()) {
    if (output.state !== 'saved' || output.path === null) continue;
    await context.saveSidecar(output.path, () => sidecarDocument(context.batch.name, unit, job, attempts.byId(attempt.id), output));
  }
  const lost = [...settled.values()].filter((output) => output.state === 'lost');
  const failure = lost.length > 0 ? lostFailure(lost.length, all.length) : null;
  await commits.join(() => {
    if (last) outputs.saved(last.id, last.file);
    attempts.settleOutputs(attempt.id, failure, context.clock.now());
  });
  reportJob(context, job.seq);
  return lost.length > 0 ? 'lost' : 'done';
}

/** A file that lies under its name, of an output that does not say so yet. */
interface SavedFile {
  readonly id: number;
  readonly file: Extract<SaveOutcome, { kind: 'saved' }>;
}

type Collected =
  /** It lies under its name, which is still to be recorded. */
  | { readonly kind: 'saved'; readonly file: SavedFile['file'] }
  /** For good, and recorded. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'left' }
  | { readonly kind: 'unplaced' };

async function collectFile(
  context: WorkContext,
  job: StoredJob,
  attempt: Attempt,
  output: Output,
  all: readonly Output[],
  signal: AbortSignal,
  onWhole: (() => void) | undefined,
): Promise<Collected> {
  const { outputs, commits } = context.stores;
  const target = join(context.batch.outDir, fileStem(job.output, all, output.position, job.outputsAsked));
  let current = output;
  for (;;) {
    if (signal.aborted) return { kind: 'left' };
    const result = await context.saveFile({
      url: current.url,
      target,
      kind: current.kind,
      saidType: current.saidType,
      saidBytes: current.saidBytes,
      signal,
      ...(onWhole && { onWhole }),
    });
    if (result.kind === 'saved') return { kind: 'saved', file: result };
    if (result.kind === 'failed') {
      noteFailure(context, job, result);
      return result.fault === 'name' ? { kind: 'unplaced' } : { kind: 'left' };
    }
    const fresh = current.refreshes < MOST_REFRESHES ? await freshUrl(context, attempt, current, signal) : null;
    // The same URL again is no fresh one: the host may not have the file yet, and is given time.
    if (fresh === current.url) await context.clock.sleep(patience(context, attempt, current.refreshes), signal);
    if (signal.aborted || fresh === 'later') return { kind: 'left' };
    if (fresh === null) {
      await commits.join(() => outputs.lost(output.id));
      context.events.emit('notice', { level: 'error', message: `${job.id}: paid, not saved: ${result.message}` });
      return { kind: 'lost' };
    }
    await commits.join(() => outputs.refreshed(output.id, fresh));
    current = { ...current, url: fresh, refreshes: current.refreshes + 1 };
  }
}

/** How long to wait before a URL that did not work is tried again, milliseconds: longer each time, by the provider's own pace. */
function patience(context: WorkContext, attempt: Attempt, refreshes: number): number {
  const minMs = context.desks[attempt.provider]?.settings.poll.minMs ?? 0;
  const least = LEAST_PATIENCE_MS[refreshes] ?? 0;
  return Math.max(least, minMs * (PATIENCE_IN_POLLS[refreshes] ?? 1));
}

/** Asks the status once more for the URL of a file; null when the provider has no way to tell it. Whoever made it is asked: the job may be meant for another by now. */
async function freshUrl(context: WorkContext, attempt: Attempt, output: Output, signal: AbortSignal): Promise<string | null | 'later'> {
  const jobType = jobTypeOf(context.registry, attempt.family);
  const desk = context.desks[attempt.provider];
  // Without a key nobody can be asked now: that is no reason to give up what is paid for.
  if (!desk) return 'later';
  if (!attempt.handle) return null;
  if (!jobType.poll || !jobType.readPoll) {
    return urlInHistory(desk, jobType, attempt.handle, attempt.intentAt, output.position, context.clock, signal);
  }
  const files = [];
  for (const id of attempt.handle.ids) {
    try {
      const result = await desk.ask('poll', jobType.poll(attempt.handle, id), signal);
      if (result.kind !== 'answer') return 'later';
      const outcome = jobType.readPoll(result.answer, id);
      if (outcome.kind === 'unclear' || outcome.kind === 'running') return 'later';
      if (outcome.kind === 'completed') files.push(...outcome.files);
    } catch (error) {
      if (signal.aborted) return 'later';
      throw error;
    }
  }
  return files[output.position]?.url ?? null;
}

/** Without a status to ask, the history may show the file under a URL that works again. */
async function urlInHistory(
  desk: ProviderDesk,
  jobType: JobType,
  handle: Handle,
  since: number,
  position: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | null | 'later'> {
  const { history } = jobType.recovery;
  if (!history) return null;
  try {
    const read = await readHistory(desk, history, since, clock, signal);
    if (read.kind === 'failed') return 'later';
    return read.entries.find((entry) => handle.ids.includes(entry.id))?.files?.[position]?.url ?? null;
  } catch (error) {
    if (signal.aborted) return 'later';
    throw error;
  }
}

/**
 * The attempt takes the name; the files of others keep theirs with `.a1`, `.a2` before the extension. Each is renamed on disk and then
 * recorded: a process that ends between the two finds the file under its new name and records it then. False: another file has such a name.
 */
async function keepOtherFiles(context: WorkContext, job: StoredJob, attempt: Attempt, all: readonly Output[]): Promise<boolean> {
  const others = context.stores.outputs.ofOtherAttempts(job.seq, attempt.number);
  if (others.length === 0) return true;
  const wanted = new Set(all.map(({ position }) => fileStem(job.output, all, position, job.outputsAsked)));
  for (const old of others) {
    const kept = old.path === null ? null : keptName(old.path, old.number, wanted);
    if (old.path === null || kept === null) continue;
    const stem = old.path.slice(0, old.path.lastIndexOf('.'));
    const { bytes, sha256 } = old;
    // Under a name that is no longer this job's, another job's file may lie by now.
    const only = wanted.has(stem) || bytes === null || sha256 === null ? null : { bytes, sha256 };
    try {
      await context.moveFile(old.path, kept, only);
    } catch (error) {
      if (!(error instanceof NameTakenError)) throw error;
      context.events.emit('notice', { level: 'warn', message: `${job.id}: not saved yet: ${error.message}` });
      return false;
    }
    // Also of a file that is gone: the plain name is that of the new attempt from here on.
    context.stores.outputs.moved(old.id, kept);
  }
  return true;
}

function noteFailure(context: WorkContext, job: StoredJob, result: Extract<SaveOutcome, { kind: 'failed' }>): void {
  context.events.emit('notice', { level: 'warn', message: `${job.id}: not saved yet: ${result.message}` });
  // A full disk would fail every file after this one: nothing more is paid for that could not be kept.
  if (result.fault === 'disk') context.control.fail(new OutputFolderError(result.message));
}

function lostFailure(lost: number, of: number): Failure {
  return {
    class: 'lost',
    httpStatus: null,
    message: `paid, not saved: ${lost} of ${of} files can no longer be had from the provider`,
    charged: 'yes',
  };
}
