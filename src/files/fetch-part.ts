import { dirname } from 'node:path';
import { assertRoom } from './disk-space.ts';
import type { DownloadOutcome } from './download-outcome.ts';
import type { MediaAnswer, MediaSource } from './media-source.ts';
import type { PartFile } from './part-file.ts';

/** What one try to fetch came to. */
export type FetchResult =
  /** Read to its end; `sized` when the host said how long it is and it was so. */
  | { readonly kind: 'read'; readonly sized: boolean }
  /** Worth another try. */
  | { readonly kind: 'fault'; readonly message: string; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'final'; readonly outcome: DownloadOutcome };

/** What one try needs. */
export interface FetchOrder {
  readonly url: string;
  readonly maxBytes: number;
  readonly media: MediaSource;
  readonly signal?: AbortSignal;
}

/** Of less than this, trying to write it tells whether there is room. */
const LOOK_AHEAD_BYTES = 1024 * 1024;

const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 404, 410]);
const PASSING: ReadonlySet<number> = new Set([408, 416, 425, 429]);

/**
 * Fetches a file into its `.part`, going on where the last try broke off when the host named a strong validator then:
 * with a weak one, or none, the rest could be of another file. Throws MediaFaults and what the disk throws.
 */
export async function fetchPart(part: PartFile, known: { etag: string | null }, order: FetchOrder): Promise<FetchResult> {
  if (known.etag === null) await part.restart();
  const resume = known.etag !== null && part.bytes > 0 ? { from: part.bytes, etag: known.etag } : null;
  const answer = await order.media.open(order.url, { ...(order.signal && { signal: order.signal }), ...(resume && { resume }) });
  if (answer.status !== 200 && answer.status !== 206) {
    answer.discard();
    if (answer.status === 416) known.etag = null;
    return refusal(answer);
  }
  const total = answer.status === 200 ? wholeLength(answer) : totalOfRange(answer, resume?.from ?? -1, known.etag);
  if (total === 'other') {
    answer.discard();
    known.etag = null;
    return { ...fault(answer), message: 'the host went on with another part or another file than was asked for' };
  }
  if (answer.status === 200) {
    await part.restart();
    known.etag = strongEtag(answer);
  }
  const problem = await unusable(answer, total, part, order.maxBytes);
  if (problem) {
    answer.discard();
    return { kind: 'final', outcome: problem };
  }
  for await (const chunk of answer.body) {
    if (part.bytes + chunk.length > order.maxBytes) {
      answer.discard();
      return { kind: 'final', outcome: tooLarge(order.maxBytes) };
    }
    const room = part.append(chunk);
    if (room) await room;
  }
  if (total !== null && part.bytes !== total)
    return { ...fault(answer), message: `${part.bytes} bytes came where the host had named ${total}` };
  return { kind: 'read', sized: total !== null };
}

async function unusable(answer: MediaAnswer, total: number | null, part: PartFile, maxBytes: number): Promise<DownloadOutcome | null> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity')
    return {
      kind: 'failed',
      reason: 'wrong_file',
      message: `the host sent it packed (${encoding}) though it was asked not to`,
      retryable: false,
    };
  if (total === null) return null;
  if (total > maxBytes) return tooLarge(maxBytes, total);
  if (total - part.bytes > LOOK_AHEAD_BYTES) await assertRoom(dirname(part.path), part.path, total - part.bytes);
  return null;
}

function refusal(answer: MediaAnswer): FetchResult {
  const { status } = answer;
  const message = `the host answered ${status}`;
  if (EXPIRED.has(status)) return { kind: 'final', outcome: { kind: 'expired', status, message } };
  if (PASSING.has(status) || status >= 500) return { ...fault(answer), message };
  return { kind: 'final', outcome: { kind: 'failed', reason: 'refused', message, retryable: false } };
}

function fault(answer: MediaAnswer): Extract<FetchResult, { kind: 'fault' }> {
  return { kind: 'fault', message: '', status: answer.status, headers: answer.headers };
}

function tooLarge(maxBytes: number, bytes?: number): DownloadOutcome {
  const found = bytes === undefined ? 'it is' : `its ${bytes} bytes are`;
  const message = `${found} more than the ${maxBytes} allowed; raise downloads.max_bytes in the configuration to keep it`;
  return { kind: 'failed', reason: 'too_large', message, retryable: false };
}

function wholeLength(answer: MediaAnswer): number | null {
  const text = answer.headers['content-length'];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** The whole file's length by a `Content-Range`; `other` when the answer does not go on where the last one stopped. */
function totalOfRange(answer: MediaAnswer, from: number, etag: string | null): number | null | 'other' {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(answer.headers['content-range'] ?? '');
  if (!range || Number(range[1]) !== from) return 'other';
  const now = answer.headers.etag;
  if (now !== undefined && now !== etag) return 'other';
  return range[3] === '*' ? null : Number(range[3]);
}

function strongEtag(answer: MediaAnswer): string | null {
  const etag = answer.headers.etag;
  return etag !== undefined && /^"[^"]*"$/.test(etag) ? etag : null;
}
