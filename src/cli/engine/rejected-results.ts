import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ProblemList } from '../../manifest/problem-list.ts';
import { SECRET_MESSAGE, SecretCheck } from '../../manifest/secret-check.ts';
import { decodeText } from '../../manifest/text-encoding.ts';
import { type ReadDecision, readDecisions } from '../../report/read-decisions.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';

/** One job whose result a decisions file rejects. */
export interface Rejected {
  readonly id: string;
  /** The attempt that was looked at; null where the file does not say. */
  readonly attempt: number | null;
  readonly note: string | null;
  readonly prompt: string | null;
  readonly line: number;
}

/** A job of which results are rejected, attempt by attempt: each once, however many of its files are rejected. */
export interface RejectedJob {
  readonly id: string;
  readonly decisions: readonly [Rejected, ...Rejected[]];
}

/** The decision that counts: a review that goes on says something of every attempt. That of the result in force does; without one, the latest. */
export function decisionOn({ decisions }: RejectedJob, inForce: number): Rejected {
  const [first, ...others] = decisions;
  const latest = others.reduce((most, each) => ((each.attempt ?? 0) > (most.attempt ?? 0) ? each : most), first);
  return decisions.find(({ attempt }) => attempt === inForce) ?? latest;
}

/** What a decisions file rejects, by job. Throws a UsageError that lists every fault. */
export async function readRejected(parts: EngineParts, file: string): Promise<readonly RejectedJob[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(resolve(parts.cwd, file));
  } catch (error) {
    throw new UsageError(`--from ${file}: the file cannot be read: ${(error as Error).message}`);
  }
  return rejectedOf(parts, bytes, file);
}

/** The same of a decisions file that is there already; `file` names it in what is reported. */
export function rejectedOf(parts: EngineParts, bytes: Buffer, file: string): readonly RejectedJob[] {
  const problems = new ProblemList();
  const text = decodeText(bytes, file, problems);
  const read = text === null ? { decisions: [], problems: [] } : readDecisions(text, file);
  for (const problem of read.problems) problems.add(problem);
  const secrets = new SecretCheck(parts.secrets.values);
  const rejected = new Map<string, Map<number | null, Rejected>>();
  for (const decision of read.decisions) {
    if (secrets.inText(decision.prompt ?? '')) problems.add({ file, line: decision.line, field: 'prompt', message: SECRET_MESSAGE });
    if (decision.decision !== 'reject') continue;
    const ofJob = rejected.get(decision.id) ?? new Map<number | null, Rejected>();
    rejected.set(decision.id, ofJob);
    const before = ofJob.get(decision.attempt);
    if (before === undefined) {
      ofJob.set(decision.attempt, decision);
      continue;
    }
    if (before.prompt !== null && decision.prompt !== null && before.prompt !== decision.prompt) {
      const message = `differs from line ${before.line}: the files of ${JSON.stringify(decision.id)} are made again together`;
      problems.add({ file, line: decision.line, field: 'prompt', message });
    }
    ofJob.set(decision.attempt, joined(before, decision));
  }
  if (problems.count > 0) throw new UsageError(`The decisions cannot be used as they are; nothing was changed.`, problems.items);
  return [...rejected].map(([id, ofJob]) => ({ id, decisions: [...ofJob.values()] as [Rejected, ...Rejected[]] }));
}

/** Two files of one job are made again together. */
function joined(before: Rejected, next: ReadDecision): Rejected {
  const notes = [...new Set([before.note, next.note].filter((note) => note !== null))];
  return {
    ...before,
    prompt: before.prompt ?? next.prompt,
    note: notes.length === 0 ? null : notes.join('; '),
  };
}
