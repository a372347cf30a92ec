import type { JobType } from '../../job-type/job-type.ts';
import type { LimitDefinition } from '../../job-type/provider.ts';
import type { Registry } from '../../job-type/registry.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import { afterSpending, SANDBOX_PRICES } from '../../sandbox/sandbox-account.ts';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { defaultSandboxOptions } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import type { Settings } from '../config/settings.ts';
import type { Output } from '../output/output.ts';
import type { Secrets } from '../secrets/load-secrets.ts';
import { leaveEndedSandbox, spentOnSandboxes } from './ended-sandbox.ts';
import { sandboxSettings } from './sandbox-settings.ts';

/** `run --sandbox` plays a minute in a second: an image takes half a second, a film two. */
const SPEED = 60;

/** A busy machine may hold up an answer of the sandbox for a while, however fast it plays. */
const SHORTEST_ANSWER_MS = 30_000;

/** Settings and keys that lead to a stand-in of this process instead of the accounts. */
export interface SandboxMode {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** The job types with their lengths as the sandbox plays them. */
  readonly registry: Registry;
  readonly sandbox: Sandbox | null;
}

/** Starts a sandbox on a free port and leads everything there: addresses, keys, and limits as fast as it plays. `looks`: nothing of the queue may change. */
export async function startSandboxMode(
  registry: Registry,
  settings: Settings,
  secrets: Secrets,
  output: Output,
  own: { readonly db: boolean; readonly out: boolean; readonly looks: boolean },
): Promise<SandboxMode> {
  const moved = sandboxSettings(settings, own);
  const names = Object.keys(moved.providers);
  const spent = own.looks ? spentOnSandboxes(moved.dbPath, names) : leaveEndedSandbox(moved.dbPath, own.db, names, output);
  const options = { ...defaultSandboxOptions, port: 0, speed: SPEED };
  // The account is as the last run on it left it, so that the report's balances fit together over several runs.
  const sandbox = await startSandbox(afterSpending(options, spent));
  const providers: Record<string, ProviderSettings> = {};
  for (const [name, provider] of Object.entries(moved.providers)) providers[name] = led(provider, name, sandbox.url);
  return {
    settings: { ...moved, providers },
    secrets: { ...secrets, keys: { ...sandbox.keys } },
    registry: { ...registry, jobTypes: registry.jobTypes.map(faster) },
    sandbox,
  };
}

function faster(jobType: JobType): JobType {
  if (!jobType.pollHints) return jobType;
  const { typicalMs, intervalMs } = jobType.pollHints;
  return { ...jobType, pollHints: { typicalMs: [typicalMs[0] / SPEED, typicalMs[1] / SPEED], intervalMs: intervalMs / SPEED } };
}

function led(provider: ProviderSettings, name: string, url: string): ProviderSettings {
  const limits: Record<string, LimitDefinition> = {};
  for (const [limit, definition] of Object.entries(provider.limits)) {
    limits[limit] =
      definition.kind === 'slots'
        ? definition
        : { kind: 'window', windows: definition.windows.map((window) => ({ max: window.max, windowMs: window.windowMs / SPEED })) };
  }
  return {
    ...provider,
    baseUrl: url,
    limits,
    poll: { minMs: provider.poll.minMs / SPEED, maxMs: provider.poll.maxMs / SPEED },
    settleMs: 1_000,
    submitTimeoutMs: Math.min(provider.submitTimeoutMs, Math.max(SHORTEST_ANSWER_MS, provider.submitTimeoutMs / SPEED)),
    prices: { ...SANDBOX_PRICES[name], ...provider.prices },
  };
}
