import type { SandboxOptions } from './sandbox-options.ts';

/** What the sandbox's MayanIO takes: nothing documents a price, so these stand in where the user's configuration gives none. Points. */
export const SANDBOX_PRICES: Readonly<Record<string, Readonly<Record<string, { readonly perJob: number }>>>> = {
  mayanio: { 'nano-banana': { perJob: 8 }, 'vidu-q2': { perJob: 10 }, 'ltx-2': { perJob: 10 }, 'image-to-3d': { perJob: 20 } },
};

/** The options of a sandbox whose accounts are as earlier runs left them. `spent` in units, by provider. */
export function afterSpending(options: SandboxOptions, spent: Readonly<Record<string, number>>): SandboxOptions {
  return { ...options, balance: options.balance - (spent.ulazai ?? 0), points: options.points - (spent.mayanio ?? 0) };
}
