import type { CommitQueue } from '../../queue/commit-queue.ts';
import { InvariantError } from '../../queue/ledger.ts';
import type { LimitMemory } from '../../queue/limit-memory.ts';
import type { ProviderDesk } from '../../work/provider-desk.ts';
import type { RequestTally } from '../../work/request-tally.ts';
import type { WorkEvents } from '../../work/work-events.ts';
import { buildDesk, type OpenDesk } from './build-desk.ts';
import type { EngineParts } from './engine-parts.ts';

/** Why a provider cannot be dealt with, in words; null when it can. */
export function whyNoDesk(parts: EngineParts, name: string): { readonly kind: 'key' | 'base_url'; readonly message: string } | null {
  const provider = parts.registry.providers[name];
  if (!provider) throw new InvariantError(`This version of nightshift does not know the provider ${name}`);
  if ((parts.settings.providers[name]?.baseUrl ?? null) === null) {
    return {
      kind: 'base_url',
      message: `${name} needs providers.${name}.base_url in the configuration: its documentation never says where it is`,
    };
  }
  if ((parts.secrets.keys[name] ?? null) === null) {
    return {
      kind: 'key',
      message: `${name} needs its key in ${provider.keyVariable}, from the environment or a .env file beside the configuration`,
    };
  }
  return null;
}

/** Desks of the providers that can be dealt with, to be closed together. */
export interface OpenDesks {
  readonly desks: Readonly<Record<string, ProviderDesk>>;
  close(): Promise<void>;
}

/** Opens the desks of these providers; those without a key or an address are left out. */
export function openDesks(
  parts: EngineParts,
  names: readonly string[],
  with_: {
    readonly limits: LimitMemory | null;
    readonly commits?: CommitQueue;
    readonly tally?: RequestTally;
    readonly events?: WorkEvents;
  },
): OpenDesks {
  const open: Record<string, OpenDesk> = {};
  for (const name of names) {
    const provider = parts.registry.providers[name];
    const settings = parts.settings.providers[name];
    const key = parts.secrets.keys[name];
    if (!provider || !settings?.baseUrl || !key) continue;
    open[name] = buildDesk({ provider, settings, baseUrl: settings.baseUrl, key, clock: parts.clock, ...with_ });
  }
  return {
    desks: Object.fromEntries(Object.entries(open).map(([name, { desk }]) => [name, desk])),
    close: async () => {
      await Promise.all(Object.values(open).map(({ close }) => close()));
    },
  };
}
