import type { JobType } from '../../job-type/job-type.ts';
import type { LimitDefinition } from '../../job-type/provider.ts';
import type { Registry } from '../../job-type/registry.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import type { Settings } from '../config/settings.ts';

/** `run --sandbox` plays a minute in a second: an image takes half a second, a film two. */
export const SPEED = 60;

/** A busy machine may hold up an answer of the sandbox for a while, however fast it plays. */
const SHORTEST_ANSWER_MS = 30_000;

/**
 * What a provider is held to on a sandbox: limits, polls and waits as fast as it plays. Also for who only looks at the queue of a sandbox's run
 * (`status --sandbox`): its requests were counted in these windows, and its time goes by them.
 */
export function atSandboxPace(provider: ProviderSettings): ProviderSettings {
  const limits: Record<string, LimitDefinition> = {};
  for (const [limit, definition] of Object.entries(provider.limits)) {
    limits[limit] =
      definition.kind === 'slots'
        ? definition
        : { kind: 'window', windows: definition.windows.map((window) => ({ max: window.max, windowMs: window.windowMs / SPEED })) };
  }
  return {
    ...provider,
    limits,
    poll: { minMs: provider.poll.minMs / SPEED, maxMs: provider.poll.maxMs / SPEED },
    settleMs: 1_000,
    submitTimeoutMs: Math.min(provider.submitTimeoutMs, Math.max(SHORTEST_ANSWER_MS, provider.submitTimeoutMs / SPEED)),
  };
}

/** A job type with its lengths as the sandbox plays them. */
export function jobsAtSandboxPace(jobType: JobType): JobType {
  if (!jobType.pollHints) return jobType;
  const { typicalMs, intervalMs } = jobType.pollHints;
  return { ...jobType, pollHints: { typicalMs: [typicalMs[0] / SPEED, typicalMs[1] / SPEED], intervalMs: intervalMs / SPEED } };
}

/** What a command that only looks at a sandbox's queue goes by. */
export function pacedSandbox(registry: Registry, settings: Settings): { readonly registry: Registry; readonly settings: Settings } {
  const providers = Object.fromEntries(Object.entries(settings.providers).map(([name, provider]) => [name, atSandboxPace(provider)]));
  return { registry: { ...registry, jobTypes: registry.jobTypes.map(jobsAtSandboxPace) }, settings: { ...settings, providers } };
}
