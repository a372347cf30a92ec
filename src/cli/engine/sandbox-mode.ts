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
import { atSandboxPace, jobsAtSandboxPace, SPEED } from './sandbox-pace.ts';
import { sandboxSettings } from './sandbox-settings.ts';

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
    registry: { ...registry, jobTypes: registry.jobTypes.map(jobsAtSandboxPace) },
    sandbox,
  };
}

function led(provider: ProviderSettings, name: string, url: string): ProviderSettings {
  return { ...atSandboxPace(provider), baseUrl: url, prices: { ...SANDBOX_PRICES[name], ...provider.prices } };
}
