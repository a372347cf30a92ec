import { didYouMean } from '../../manifest/nearest-name.ts';
import type { FaultName, SandboxOptions } from '../../sandbox/sandbox-options.ts';
import { UsageError } from '../usage-error.ts';
import type { Flags } from './flags.ts';
import { parseCountFlag, parseNumberFlag } from './parse-flags.ts';

/** The options of `nightshift sandbox`. Throws a UsageError. */
export function readSandboxOptions(flags: Flags, names: readonly FaultName[]): SandboxOptions {
  const count = (name: string, max: number, min = 0) => flags.parsed(name, (flag, text) => parseCountFlag(flag, text, { min, max }));
  const number = (name: string, min: number, max: number) => flags.parsed(name, (flag, text) => parseNumberFlag(flag, text, { min, max }));
  return {
    port: count('port', 65_535) ?? 4747,
    balance: number('balance', 0, 1e9) ?? 10_000,
    points: number('points', 0, 1e9) ?? 1_000,
    speed: number('speed', 0.001, 1e6) ?? 60,
    seed: count('seed', 2 ** 32 - 1) ?? 1,
    failRate: number('fail-rate', 0, 1) ?? 0,
    faults: Object.fromEntries(flags.list('fault').map((text) => parseFault(text, names))),
    concurrency: count('concurrency', 10_000, 1) ?? 5,
    soraConcurrency: count('sora-concurrency', 10_000, 1) ?? 10,
    enforceLimits: !flags.on('no-limits'),
  };
}

function parseFault(text: string, names: readonly FaultName[]): [FaultName, number] {
  const [, name = text, probability = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new UsageError(
      `--fault ${JSON.stringify(text)}: allowed is name=probability, such as slow=0.1, with one of ${names.join(', ')}${didYouMean(name, names)}`,
    );
  }
  if (probability === '') {
    throw new UsageError(
      `--fault ${JSON.stringify(text)}: how often is missing, a number from 0 to 1; for one request of ten: ${known}=0.1`,
    );
  }
  return [known, parseNumberFlag(`--fault ${known}`, probability, { min: 0, max: 1 })];
}
