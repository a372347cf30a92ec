import { dirname } from 'node:path';
import type { ResultFile } from '../job-type/outcomes.ts';
import type { Clock } from '../values/clock.ts';
import { checkStructure } from './check-structure.ts';
import { DiskFullError, isDiskFull } from './disk-space.ts';
import type { DownloadOutcome } from './download-outcome.ts';
import { errorCode } from './error-code.ts';
import { type FetchResult, fetchPart } from './fetch-part.ts';
import type { FilePlacer } from './file-placer.ts';
import { isMediaFault, type MediaSource } from './media-source.ts';
import { detectType, kindProblem } from './media-type.ts';
import { withExtension } from './output-path.ts';
import { PartFile } from './part-file.ts';
import { NameTakenError } from './place-file.ts';
import { makeSafeFolder, UnsafePathError } from './safe-folder.ts';

/** One file to save. */
export interface DownloadOrder {
  readonly url: string;
  /** The output folder, absolute: nothing is written outside it. */
  readonly root: string;
  /** Absolute path below it; the extension that the file's own bytes call for is added. */
  readonly target: string;
  readonly kind: ResultFile['kind'];
  /** As the API says; null where it does not. */
  readonly expectedBytes: number | null;
  readonly maxBytes: number;
  /** Called when every byte is there and was found good: only the disk is waited for from here on. */
  readonly onWhole?: () => void;
  readonly signal?: AbortSignal;
}

/** A try that failed, for whoever chooses the wait before the next. */
export interface DownloadFault {
  /** Failures in a row without a byte more, from 1. */
  readonly attempt: number;
  /** What the host answered, where it did. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a download works with. */
export interface DownloadTools {
  readonly media: MediaSource;
  readonly clock: Clock;
  /** Shared by all downloads to one place. */
  readonly placer: FilePlacer;
  /** Milliseconds to wait before the next try. */
  readonly waitBeforeRetry: (fault: DownloadFault) => number;
}

/** Failures in a row, without a byte more than before, after which a file is left for a later run. */
const MOST_FAILURES = 5;
/** And altogether: a host that breaks off after every byte is not worth more. */
const MOST_TRIES = 100;

/**
 * Fetches a file, a large one to `<target>.part`, makes sure that it is the whole file and of the right kind, and only then gives it
 * its name, in one step that survives a power loss. Never rejects for what the host or the disk does.
 */
export async function downloadFile(order: DownloadOrder, tools: DownloadTools): Promise<DownloadOutcome> {
  let part: PartFile | null = null;
  try {
    await makeSafeFolder(order.root, dirname(order.target));
    part = new PartFile(order.target);
    return await fetchUntilDone(part, order, tools);
  } catch (error) {
    return outcomeOf(error, order, part?.bytes ?? null);
  } finally {
    await part?.discard();
  }
}

async function fetchUntilDone(part: PartFile, order: DownloadOrder, tools: DownloadTools): Promise<DownloadOutcome> {
  const known: { etag: string | null } = { etag: null };
  let failures = 0;
  let furthest = 0;
  for (let tries = 1; ; tries++) {
    const result = await tryOnce(part, known, order, tools);
    if (result.kind === 'final') return result.outcome;
    failures = part.bytes > furthest ? 1 : failures + 1;
    furthest = Math.max(furthest, part.bytes);
    if (failures >= MOST_FAILURES || tries >= MOST_TRIES)
      return { kind: 'failed', reason: result.reason, message: result.message, retryable: true };
    await tools.clock.sleep(tools.waitBeforeRetry({ attempt: failures, headers: result.headers }), order.signal);
  }
}

type Try =
  | { readonly kind: 'final'; readonly outcome: DownloadOutcome }
  | {
      readonly kind: 'fault';
      readonly reason: 'network' | 'refused' | 'wrong_file';
      readonly message: string;
      readonly headers: Readonly<Record<string, string>>;
    };

async function tryOnce(part: PartFile, known: { etag: string | null }, order: DownloadOrder, tools: DownloadTools): Promise<Try> {
  if (order.signal?.aborted) return { kind: 'final', outcome: stopped() };
  let result: FetchResult;
  try {
    result = await fetchPart(part, known, { ...order, media: tools.media });
  } catch (error) {
    if (order.signal?.aborted) return { kind: 'final', outcome: stopped() };
    if (!isMediaFault(error)) throw error;
    if (error.permanent) return { kind: 'final', outcome: { kind: 'failed', reason: 'blocked', message: error.message, retryable: false } };
    return { kind: 'fault', reason: 'network', message: error.message, headers: {} };
  }
  if (result.kind === 'fault') return { ...result, reason: result.status >= 400 ? 'refused' : 'network' };
  if (result.kind === 'final') return result;
  const finished = await finish(part, order, result.sized, tools.placer);
  // What is wrong as a whole cannot be gone on with.
  if (finished.kind === 'fault') known.etag = null;
  return finished;
}

async function finish(part: PartFile, order: DownloadOrder, sized: boolean, placer: FilePlacer): Promise<Try> {
  const wrong = (message: string): Try => ({ kind: 'fault', reason: 'wrong_file', message, headers: {} });
  await part.written();
  const content = part.content ?? part.path;
  const detected = await detectType(content);
  const problem = kindProblem(detected, order.kind);
  if (!detected || problem) return wrong(problem ?? '');
  const verdict = await checkStructure(content, detected.mediaType);
  if (verdict.kind === 'broken') return wrong(`the file is not whole: ${verdict.message}`);
  // A file that is whole by its own structure and its host's word is kept even where the API names another size: it is paid for, and
  // asking again would bring the same bytes.
  const proven = verdict.kind === 'whole' && sized;
  if (!proven && order.expectedBytes !== null && order.expectedBytes !== part.bytes)
    return wrong(`${part.bytes} bytes came where the API had named ${order.expectedBytes}`);
  if (verdict.kind === 'unchecked' && !sized && order.expectedBytes === null)
    return wrong(`nothing tells whether this file (${detected.mediaType}) is whole: neither the host nor the API named its size`);
  const saved = {
    path: withExtension(order.target, detected.extension),
    bytes: part.bytes,
    sha256: part.digest(),
    mediaType: detected.mediaType,
  };
  order.onWhole?.();
  await placer.place(part, saved.path, saved);
  return { kind: 'final', outcome: { kind: 'saved', ...saved } };
}

function stopped(): DownloadOutcome {
  return { kind: 'failed', reason: 'stopped', message: 'stopped before it was whole', retryable: true };
}

/** What a fault of this machine means. Rethrows what is neither of the disk nor of a name. */
function outcomeOf(error: unknown, order: DownloadOrder, came: number | null): DownloadOutcome {
  if (isDiskFull(error)) {
    const full = error instanceof DiskFullError ? error : new DiskFullError(order.target, order.expectedBytes ?? came, error);
    return { kind: 'disk_full', message: full.message, path: full.path, bytesNeeded: full.bytesNeeded };
  }
  if (error instanceof NameTakenError || error instanceof UnsafePathError)
    return { kind: 'failed', reason: 'name_taken', message: error.message, retryable: false };
  if (error instanceof Error && errorCode(error) !== '') {
    return { kind: 'failed', reason: 'disk', message: `Cannot write ${order.target}: ${error.message}`, retryable: true };
  }
  throw error;
}
