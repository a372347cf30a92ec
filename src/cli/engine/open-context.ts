import { EventEmitter } from 'node:events';
import type { ModelCatalog } from '../../job-type/capabilities.ts';
import { sha256 } from '../../manifest/sha256.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { schedulePolls } from '../../schedule/poll-policy.ts';
import { BalanceWatch } from '../../work/balance-watch.ts';
import type { RequestTally } from '../../work/request-tally.ts';
import { RunControl } from '../../work/run-control.ts';
import type { WorkContext } from '../../work/work-context.ts';
import type { WorkEvents } from '../../work/work-events.ts';
import { cachedModels, catalogOf } from './catalogs.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks } from './open-desks.ts';
import type { OpenStores } from './queue-stores.ts';
import { openSaver } from './save-files.ts';

/** A work context with its connections, to be closed. */
export interface OpenContext {
  readonly context: WorkContext;
  close(): Promise<void>;
}

/** Opens everything that the work on a stored batch needs: desks of the named providers, the way to the disk, brakes, events. */
export function openContext(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  order: {
    readonly providers: readonly string[];
    readonly tally: RequestTally;
    /** Each output gets a sidecar; left out, only those that have one keep it up to date. */
    readonly sidecars?: boolean;
  },
): OpenContext {
  const events: WorkEvents = new EventEmitter();
  const { desks, close } = openDesks(parts, order.providers, {
    limits: stores.limits,
    commits: stores.commits,
    tally: order.tally,
    events,
  });
  const { close: closeSaver, ...saver } = openSaver(parts, batch, order.sidecars ?? false);
  const context: WorkContext = {
    batch,
    catalog: catalogs(parts, stores),
    registry: parts.registry,
    stores,
    desks,
    balances: Object.fromEntries(Object.keys(desks).map((name) => [name, new BalanceWatch(stores.ledger, name)])),
    control: new RunControl(),
    events,
    clock: parts.clock,
    random: Math.random,
    pollPolicy: schedulePolls,
    sha256,
    ...saver,
  };
  return {
    context,
    close: async () => {
      await Promise.all([close(), closeSaver()]);
    },
  };
}

function catalogs(parts: EngineParts, stores: OpenStores): (provider: string) => ModelCatalog {
  const known = new Map<string, ModelCatalog>();
  return (name) => {
    const catalog = known.get(name) ?? catalogOfProvider(parts, stores, name);
    known.set(name, catalog);
    return catalog;
  };
}

/** What is known of a provider's models, without asking it. */
export function catalogOfProvider(parts: EngineParts, stores: OpenStores, name: string): ModelCatalog {
  const provider = parts.registry.providers[name];
  const settings = parts.settings.providers[name];
  if (!provider || !settings) throw new Error(`Cannot read the models of ${name}: this version does not know it`);
  return catalogOf(provider, settings, cachedModels(stores.cache, name));
}
