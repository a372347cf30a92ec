import { DOCUMENTED_WINDOWS } from './documented-windows.ts';
import { SANDBOX_PRICES } from './sandbox-account.ts';

/** How often a job is asked for by default, and how long a lost submission may stay out of the history; milliseconds of real time. */
const REAL = { pollMin: 2_000, pollMax: 60_000, settle: 60_000 } as const;
const LEAST_SETTLE_MS = 1_000;

/**
 * The lines of a configuration that keep pace with a sandbox of this speed. Generations and limits of the sandbox pass faster; without these
 * lines polls and limits are waited for in real time, and a batch on it takes as long as on the real APIs.
 */
export function matchingSettings(speed: number): string {
  const ms = (real: number): string => `${Math.max(1, Math.ceil(real / speed))}ms`;
  const per = ({ max, spanMs }: { readonly max: number; readonly spanMs: number }): string => `${max}/${ms(spanMs)}`;
  const { requests, studioSubmits, hourly } = DOCUMENTED_WINDOWS;
  const pace = [
    `    poll: { min: ${ms(REAL.pollMin)}, max: ${ms(REAL.pollMax)} }`,
    `    settle_window: ${Math.max(LEAST_SETTLE_MS, Math.ceil(REAL.settle / speed))}ms`,
  ];
  const prices = Object.entries(SANDBOX_PRICES.mayanio ?? {}).map(([model, { perJob }]) => `${model}: ${perJob}`);
  return [
    'providers:',
    '  ulazai:',
    `    limits: { requests: ${per(requests)}, studio_submits: ${per(studioSubmits)} }`,
    ...pace,
    '  mayanio:',
    `    limits: { requests: ${per(hourly)} }`,
    ...pace,
    `    prices: { ${prices.join(', ')} }`,
  ].join('\n');
}
