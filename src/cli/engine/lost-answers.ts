import type { Registry } from '../../job-type/registry.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { lookUpAt } from '../../work/look-up-time.ts';
import { lostAnswerNote } from '../../work/lost-answer-note.ts';
import type { OpenStores } from './queue-stores.ts';

/** What is said of lost answers that cannot be looked up yet: a run that seems to do nothing waits for them. */
export function lostAnswers(
  stores: Pick<OpenStores, 'attempts' | 'jobs'>,
  registry: Registry,
  batch: Batch,
  settingsOf: (provider: string) => Pick<ProviderSettings, 'settleMs' | 'submitTimeoutMs'> | undefined,
  now: number,
): readonly string[] {
  const waiting = stores.attempts
    .unknown(batch.id)
    .map((attempt) => ({ attempt, at: lookUpAt(registry, settingsOf(attempt.provider), attempt) ?? 0 }))
    .filter(({ at }) => at > now)
    .sort((a, b) => a.at - b.at);
  const first = waiting[0];
  if (!first) return [];
  const note = lostAnswerNote(stores.jobs.bySeq(first.attempt.jobSeq)?.id ?? String(first.attempt.jobSeq), first.at);
  return [waiting.length === 1 ? note : `${note}; ${waiting.length - 1} more later`];
}
