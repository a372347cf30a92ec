import type { CommonOptions } from './options/common-options.ts';

/** What a command line was given that says which queue is meant. */
export interface QueueChoice {
  readonly common: Pick<CommonOptions, 'config' | 'profile' | 'db'>;
  readonly sandbox: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was found from the manifest's folder, where a command given in the current one would find another; relative to here. */
  readonly elsewhere?: { readonly config: string | null; readonly db: string | null };
}

/**
 * The flags that a command to copy needs to mean the same queue: without them it would work another one, and spend real money where this one was
 * a sandbox. What the environment says is written too: the other terminal may not have it.
 */
export function queueFlags({ common, sandbox, env, elsewhere }: QueueChoice): readonly string[] {
  // A sandbox has a queue of its own: NIGHTSHIFT_DB is that of the real account.
  const db = common.db ?? (sandbox ? null : env.NIGHTSHIFT_DB || (elsewhere?.db ?? null));
  const config = common.config ?? (env.NIGHTSHIFT_CONFIG || (elsewhere?.config ?? null));
  return [
    ...(sandbox ? ['--sandbox'] : []),
    ...(common.profile === null ? [] : ['--profile', common.profile]),
    ...(db === null ? [] : ['--db', db]),
    ...(config === null ? [] : ['--config', config]),
  ];
}

/** Writes a command to copy for the same queue; a batch of null is not named. */
export type Suggest = (verb: string, batch: string | null, ...rest: readonly string[]) => string;
