import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LimitDefinition } from '../../job-type/provider.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import { openQueueForReading } from '../../queue/open-queue.ts';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { defaultSandboxOptions } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { toUnits } from '../../values/money.ts';
import { type Settings, stateFolder } from '../config/settings.ts';
import type { Output } from '../output/output.ts';
import type { Secrets } from '../secrets/load-secrets.ts';
import { storesOf } from './queue-stores.ts';

/** `run --sandbox` plays a minute in a second: an image takes half a second, a film two. */
const SPEED = 60;

/** Points that the sandbox's MayanIO takes: nothing documents a price, so without the user's own these stand in. */
const MAYANIO_PRICES = {
  'nano-banana': { perJob: 8 },
  'vidu-q2': { perJob: 10 },
  'ltx-2': { perJob: 10 },
  'image-to-3d': { perJob: 20 },
} as const;

/** Settings and keys that lead to a stand-in of this process instead of the accounts. */
export interface SandboxMode {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly sandbox: Sandbox | null;
}

/** The settings of a batch that ran on a sandbox: its own queue file and its own output folder. */
export function sandboxSettings(settings: Settings, own: { readonly db: boolean; readonly out: boolean }): Settings {
  return {
    ...settings,
    dbPath: own.db ? settings.dbPath : join(stateFolder(settings), 'sandbox', 'queue.db'),
    out: own.out ? settings.out : join(settings.baseDir, 'out', 'sandbox', '<batch>'),
  };
}

/** Starts a sandbox on a free port and leads everything there: addresses, keys, and limits as fast as it plays. */
export async function startSandboxMode(
  settings: Settings,
  secrets: Secrets,
  output: Output,
  own: { readonly db: boolean; readonly out: boolean },
): Promise<SandboxMode> {
  const moved = sandboxSettings(settings, own);
  const spent = await forgetDeadSandbox(moved.dbPath, output);
  const options = { ...defaultSandboxOptions, port: 0, speed: SPEED };
  // The account is as the last run on it left it, so that the report's balances fit together over several runs.
  const sandbox = await startSandbox({ ...options, balance: options.balance - spent.ulazai, points: options.points - spent.mayanio });
  const providers: Record<string, ProviderSettings> = {};
  for (const [name, provider] of Object.entries(moved.providers)) providers[name] = led(provider, name, sandbox.url);
  return {
    settings: { ...moved, providers },
    secrets: { ...secrets, keys: { ...sandbox.keys } },
    sandbox,
  };
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
    prices: name === 'mayanio' ? { ...MAYANIO_PRICES, ...provider.prices } : provider.prices,
  };
}

/**
 * A sandbox of an earlier process is gone, and what was in flight on it with it. Its queue is then begun anew, as it would be with a new
 * account: no real money was in it. Returns what the queue has spent, by provider, in units.
 */
async function forgetDeadSandbox(dbPath: string, output: Output): Promise<{ ulazai: number; mayanio: number }> {
  const none = { ulazai: 0, mayanio: 0 };
  if (!existsSync(dbPath)) return none;
  const db = openQueueForReading(dbPath);
  if (!db) return none;
  const stores = storesOf(db);
  const inFlight = db
    .prepare(`SELECT count(*) FROM jobs WHERE state IN ('submitting', 'processing', 'ready', 'unknown')`)
    .pluck()
    .get() as number;
  const spent = { ulazai: toUnits(stores.ledger.netOf('ulazai')), mayanio: toUnits(stores.ledger.netOf('mayanio')) };
  db.close();
  if (inFlight === 0) return spent;
  for (const ending of ['', '-wal', '-shm', '.lock']) await rm(`${dbPath}${ending}`, { force: true });
  output.note(`The sandbox that had ${inFlight} jobs in flight is gone: its queue is begun anew.`);
  return none;
}
