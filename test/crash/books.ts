import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { toUnits } from '../../src/values/money.ts';
import type { Lab } from './lab.ts';

type Booking = ReturnType<Lab['sandbox']['ledger']['bookings']>[number];

interface JobRow {
  readonly seq: number;
  readonly id: string;
  readonly state: string;
  readonly family: string;
  readonly provider: 'ulazai' | 'mayanio';
  readonly prompt: string | null;
  readonly error: string | null;
  /** Charged less refunded, micros. */
  readonly net: number;
}

interface BoundRow {
  readonly remoteId: string;
  readonly jobSeq: number;
  readonly charged: number | null;
  readonly refunded: number | null;
}

interface OutputRow {
  readonly jobSeq: number;
  readonly state: string;
  readonly url: string;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** What two account books, a queue file and a folder say of each other. */
export interface Audit {
  /** Each a broken promise. */
  readonly faults: readonly string[];
  readonly jobs: Readonly<Record<string, number>>;
  /** Charges that nothing of ours names: each must belong to an unknown job that no history can settle. */
  readonly orphans: number;
}

/** Families whose lost submissions nothing can find again (class E). */
const WITHOUT_HISTORY = ['ulazai/sora-2', 'ulazai/kling-3.0'];

/** Compares the sandbox's account book with the queue file and the output folder, after a batch has come to its end. */
export async function audit(lab: Lab): Promise<Audit> {
  if (!existsSync(lab.queue)) return { faults: ['there is no queue'], jobs: {}, orphans: 0 };
  const faults: string[] = [];
  const { jobs, bound, outputs, net } = readQueue(lab, faults);
  const charges = chargesOf(lab.sandbox.ledger.bookings());
  const owner = new Map(bound.map((row) => [row.remoteId, row]));
  const orphans = [...charges.values()].filter((charge) => charge.net !== 0 && !owner.has(charge.remoteId));

  for (const job of jobs) {
    if (['done', 'failed'].includes(job.state) || (job.state === 'unknown' && WITHOUT_HISTORY.includes(job.family))) continue;
    faults.push(`unsettled: ${job.id} ended ${job.state} ${job.error ?? ''}`);
  }
  chargedTwice(jobs, bound, charges, faults);
  for (const orphan of orphans) {
    const waiting = jobs.some((job) => job.state === 'unknown' && job.prompt === orphan.prompt);
    if (!waiting) faults.push(`orphan: ${orphan.remoteId} (${orphan.prompt}) cost ${orphan.net} and no job of ours names it`);
  }
  for (const row of bound) {
    const charge = charges.get(row.remoteId);
    const [charged, refunded] = [toUnits(row.charged ?? 0), toUnits(row.refunded ?? 0)];
    if (!charge) faults.push(`invented: ${row.remoteId} is bound and the sandbox never charged it`);
    else if (!isUnsaid(jobs.find(({ seq }) => seq === row.jobSeq)) && (charge.charged !== charged || charge.refunded !== refunded))
      faults.push(`booked wrongly: ${row.remoteId} cost ${charge.charged} - ${charge.refunded}, booked ${charged} - ${refunded}`);
  }
  for (const provider of ['ulazai', 'mayanio'] as const) {
    const theirs = sum([...charges.values()].filter((charge) => charge.provider === provider).map((charge) => charge.net));
    const unseen = sum(orphans.filter((orphan) => orphan.provider === provider).map((orphan) => orphan.net));
    const ours =
      toUnits(net.get(provider) ?? 0) -
      sum(jobs.filter((job) => job.provider === provider && isUnsaid(job)).map((job) => toUnits(job.net)));
    if (ours + unseen !== theirs) faults.push(`ledger: ${provider} took ${theirs}, booked are ${ours} and unseen ${unseen}`);
  }
  await lostOrCorrupt(lab, jobs, bound, charges, outputs, faults);
  if (lab.sandbox.ledger.keyLeaks() > 0) faults.push('a key went to the file host');
  const counts: Record<string, number> = {};
  for (const job of jobs) counts[job.state] = (counts[job.state] ?? 0) + 1;
  return { faults, jobs: counts, orphans: orphans.length };
}

interface Charge extends Pick<Booking, 'provider' | 'remoteId' | 'prompt'> {
  charged: number;
  refunded: number;
  net: number;
}

function chargesOf(bookings: readonly Booking[]): Map<string, Charge> {
  const charges = new Map<string, Charge>();
  for (const { provider, remoteId, prompt, kind, amount } of bookings) {
    const charge = charges.get(remoteId) ?? { provider, remoteId, prompt, charged: 0, refunded: 0, net: 0 };
    if (kind === 'charge') charge.charged -= amount;
    else charge.refunded += amount;
    charge.net = charge.charged - charge.refunded;
    charges.set(remoteId, charge);
  }
  return charges;
}

/** MayanIO says nowhere what a failure cost, and has no account to ask: the job says `charged: unknown`, and is booked at its quote. */
function isUnsaid(job: JobRow | undefined): boolean {
  return job?.provider === 'mayanio' && job.state === 'failed' && JSON.parse(job.error ?? '{}').charged === 'unknown';
}

/** At most one charge that was not given back: by the ids of each job, and by the sandbox's own word for what was ordered. */
function chargedTwice(jobs: readonly JobRow[], bound: readonly BoundRow[], charges: ReadonlyMap<string, Charge>, faults: string[]): void {
  const kept = new Map<number, number>();
  for (const row of bound) if ((charges.get(row.remoteId)?.net ?? 0) > 0) kept.set(row.jobSeq, (kept.get(row.jobSeq) ?? 0) + 1);
  for (const job of jobs) if ((kept.get(job.seq) ?? 0) > 1) faults.push(`charged twice: ${job.id}, ${kept.get(job.seq)} times`);
  const ordered = new Map<string, number>();
  for (const job of jobs) ordered.set(job.prompt ?? '', (ordered.get(job.prompt ?? '') ?? 0) + 1);
  const paid = new Map<string, number>();
  for (const charge of charges.values()) if (charge.net > 0) paid.set(charge.prompt, (paid.get(charge.prompt) ?? 0) + 1);
  for (const [prompt, times] of paid)
    if (times > (ordered.get(prompt) ?? 0))
      faults.push(`charged twice: "${prompt}" was paid ${times} times for ${ordered.get(prompt) ?? 0}`);
}

/** Everything paid for and not given back lies on disk, whole, as the server has it; nothing else lies there. */
async function lostOrCorrupt(
  lab: Lab,
  jobs: readonly JobRow[],
  bound: readonly BoundRow[],
  charges: ReadonlyMap<string, Charge>,
  outputs: readonly OutputRow[],
  faults: string[],
): Promise<void> {
  for (const row of bound) {
    const job = jobs.find(({ seq }) => seq === row.jobSeq);
    if ((charges.get(row.remoteId)?.net ?? 0) > 0 && job?.state !== 'done')
      faults.push(`lost: ${row.remoteId} is paid, and its job ${job?.id} is ${job?.state} ${job?.error ?? ''}`);
  }
  const named = new Set<string>();
  for (const job of jobs) {
    if (job.state !== 'done') continue;
    const files = outputs.filter((output) => output.jobSeq === job.seq);
    if (files.length === 0 || files.some((file) => file.path === null)) faults.push(`lost: ${job.id} is done and has no files`);
    for (const file of files) {
      if (file.path === null) continue;
      named.add(file.path);
      const problem = await compare(lab, file);
      if (problem !== null) faults.push(`corrupt: ${file.path} of ${job.id} ${problem}`);
    }
  }
  for (const found of filesBelow(lab.out)) if (!named.has(found) && !OF_THE_RUN.includes(found)) faults.push(`left behind: ${found}`);
}

async function compare(lab: Lab, file: OutputRow): Promise<string | null> {
  const path = join(lab.out, file.path!);
  if (!existsSync(path)) return 'is not on disk';
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256 || bytes.length !== file.bytes) return 'is not the file that was recorded';
  // The host may play a fault on us too: one equal answer is enough.
  for (let look = 1; look <= 20; look++) {
    const url = `${file.url.replace(/\?.*$/, '')}?v=999`;
    const served = await fetch(url)
      .then(async (answer) => Buffer.from(await answer.arrayBuffer()))
      .catch(() => null);
    if (served?.equals(bytes)) return null;
  }
  return `differs from what the server has (${bytes.length} bytes here)`;
}

/** What a run writes about itself beside its outputs. */
export const OF_THE_RUN = ['run_results.json', 'failed.csv'];

function filesBelow(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function readQueue(lab: Lab, faults: string[]) {
  const db = new Database(lab.queue, { readonly: true });
  try {
    for (const check of ['integrity_check', 'foreign_key_check']) {
      const found = db.pragma(check) as readonly Record<string, unknown>[];
      if (found.length > 0 && found[0]?.integrity_check !== 'ok') faults.push(`${check}: ${JSON.stringify(found)}`);
    }
    return {
      jobs: db
        .prepare(`SELECT j.seq, j.id, j.state, j.family, j.provider, j.params ->> 'prompt' AS prompt, j.error,
            coalesce(a.charged, 0) - coalesce(a.refunded, 0) AS net
          FROM jobs j LEFT JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt ORDER BY j.seq`)
        .all() as JobRow[],
      bound: db
        .prepare(
          'SELECT r.remote_id AS remoteId, a.job_seq AS jobSeq, a.charged, a.refunded FROM remote_ids r JOIN attempts a ON a.id = r.attempt_id',
        )
        .all() as BoundRow[],
      outputs: db
        .prepare(`SELECT a.job_seq AS jobSeq, o.state, o.url, o.path, o.bytes, o.sha256 FROM outputs o JOIN attempts a ON a.id = o.attempt_id
          JOIN jobs j ON j.seq = a.job_seq AND j.attempt = a.number`)
        .all() as OutputRow[],
      net: new Map(
        (
          db.prepare('SELECT provider, sum(charged - refunded) AS net FROM money GROUP BY provider').all() as {
            provider: string;
            net: number;
          }[]
        ).map((row) => [row.provider, row.net]),
      ),
    };
  } finally {
    db.close();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
