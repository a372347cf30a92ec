import type { JobType } from '../../job-type/job-type.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import { firstLookAfter, lookUpAfter } from '../../work/look-up-time.ts';

/** What a lost answer to a submission would mean for a batch of these families, in one line. Null for an empty batch. */
export function lostAnswerLine(
  jobTypes: readonly JobType[],
  settings: Readonly<Record<string, Pick<ProviderSettings, 'settleMs' | 'submitTimeoutMs'>>>,
  reconcile: string,
): string | null {
  const found = new Map<string, string[]>();
  const parked: string[] = [];
  for (const jobType of jobTypes) {
    const { family, provider } = jobType;
    const afterMs = lookUpAfter(jobType, settings[provider]);
    if (afterMs === null) {
      parked.push(family);
      continue;
    }
    // Where a sure entry can be told from others, it is looked for sooner.
    const word = firstLookAfter(jobType, settings[provider]) === null ? 'after' : 'within';
    const when = `${word} ${inWords(Math.ceil(afterMs / 1_000))}`;
    found.set(when, [...(found.get(when) ?? []), family]);
  }
  const parts = [...found].map(
    ([when, families]) => `${families.join(', ')} ${families.length === 1 ? 'is' : 'are'} looked up in the history ${when}`,
  );
  const rest = parked.length === 1 ? 'has none, and waits' : 'have none, and wait';
  if (parked.length > 0) parts.push(`${parked.join(', ')} ${rest} for \`${reconcile}\` instead of being sent again`);
  return parts.length === 0 ? null : `If an answer is lost: ${parts.join('; ')}`;
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
