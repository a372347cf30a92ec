import type { LimitDefinition } from '../job-type/provider.ts';

/** The limits as they are expected to be: of a range, what was learned of it, else its lower bound. `learned` gives null where nothing was. */
export function expectedLimits(
  limits: Readonly<Record<string, LimitDefinition>>,
  learned: (name: string) => number | null,
): Readonly<Record<string, LimitDefinition>> {
  return Object.fromEntries(
    Object.entries(limits).map(([name, limit]): [string, LimitDefinition] => {
      if (limit.kind !== 'slots' || limit.min === undefined) return [name, limit];
      return [name, { kind: 'slots', max: Math.min(limit.max, Math.max(limit.min, learned(name) ?? limit.min)) }];
    }),
  );
}
