import { jobTypeOf } from '../../job-type/registry.ts';
import type { UnknownSum } from '../../queue/staged-unknown.ts';
import { formatJobs } from '../../report/format.ts';
import { toUnits } from '../../values/money.ts';
import type { EngineParts } from './engine-parts.ts';

/** What a history may show never to have arrived: only that can be sent again without a person's word. */
export function provable({ registry }: Pick<EngineParts, 'registry'>, unknown: readonly UnknownSum[]): readonly UnknownSum[] {
  return unknown.filter(({ family }) => jobTypeOf(registry, family).recovery.history !== null);
}

/** What sending again everything of unknown outcome would cost, and when it is. */
export function unknownWords(parts: Pick<EngineParts, 'registry'>, unknown: readonly UnknownSum[]): string {
  return `${sumsOf(parts, unknown)} for ${formatJobs(jobsOf(unknown))} of unknown outcome, as far as they prove never to have arrived`;
}

/** What no history can settle, and no run sends again: a line for people. None without such jobs. */
export function undecidedLines(parts: Pick<EngineParts, 'registry' | 'suggest'>, batch: string, unknown: readonly UnknownSum[]): string[] {
  const sure = provable(parts, unknown);
  // What is being sent beside this may have its answer at any moment.
  const rest = unknown.filter((sum) => sum.state === 'unknown' && !sure.includes(sum));
  if (rest.length === 0) return [];
  const jobs = jobsOf(rest);
  const [it, stay] = jobs === 1 ? ['it', 'it stays'] : ['them', 'they stay'];
  return [
    `${formatJobs(jobs)} of unknown outcome (${sumsOf(parts, rest)}): no history can settle ${it}; ${stay} unknown until you decide with \`${parts.suggest('reconcile', batch)}\``,
  ];
}

/** All that is of unknown outcome at one provider; undefined for nothing. */
export function unknownAt(unknown: readonly UnknownSum[], provider: string): Pick<UnknownSum, 'jobs' | 'quoted'> | undefined {
  const found = unknown.filter((sum) => sum.provider === provider);
  return found.length === 0 ? undefined : { jobs: jobsOf(found), quoted: found.reduce((sum, { quoted }) => sum + quoted, 0) };
}

export function jobsOf(unknown: readonly UnknownSum[]): number {
  return unknown.reduce((sum, { jobs }) => sum + jobs, 0);
}

function sumsOf({ registry }: Pick<EngineParts, 'registry'>, unknown: readonly UnknownSum[]): string {
  const names = [...new Set(unknown.map(({ provider }) => provider))];
  const sums = names.map((name) => {
    const unit = registry.providers[name]?.unit ?? 'units';
    return `${toUnits(unknownAt(unknown, name)?.quoted ?? 0).toLocaleString('en')} ${unit} of ${name}`;
  });
  return sums.join(' and ');
}
