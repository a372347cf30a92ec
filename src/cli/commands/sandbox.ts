import type { FaultName, Sandbox } from '../../sandbox/sandbox-options.ts';
import type { Command, CommandContext } from '../command.ts';
import { readSandboxOptions } from '../options/sandbox-options.ts';
import { untilStopped } from '../until-stopped.ts';
import { UsageError } from '../usage-error.ts';

/** Every fault with what it does, for the help: a new one that is missing here does not compile. */
export const FAULTS = {
  'server-error': '500 before anything is charged',
  'server-error-after-charge': '500 after the charge',
  'cut-before-charge': 'connection cut before the charge',
  'cut-after-charge': 'connection cut after the charge',
  'late-charge': 'the charge comes late, even when nobody waits any more',
  slow: 'the answer comes late',
  'broken-json': 'an answer that is not JSON, after the charge',
  'expired-url': 'a result address that has expired',
  'expired-upload': 'an upload that serves one submission only',
  'sign-up-closed': 'registration, login and new keys are refused with 403',
  'truncated-file': 'a file that is too short',
  'generation-failed': 'the generation fails and is refunded',
  'status-error': 'a status request answers 500',
  throttled: '429 though no limit is reached',
} as const satisfies Record<FaultName, string>;

/** `nightshift sandbox`: serves until it is stopped. */
export const sandboxCommand: Command = {
  name: 'sandbox',
  describe: 'A local stand-in for both APIs: real files, no key, no money',
  builder: (yargs) =>
    yargs
      .option('port', { type: 'string', requiresArg: true, describe: 'Port on 127.0.0.1, 0 for any; default 4747' })
      .option('balance', { type: 'string', requiresArg: true, describe: 'Credits of the UlazAI account; default 10000' })
      .option('points', { type: 'string', requiresArg: true, describe: 'Points of the MayanIO account; default 1000' })
      .option('speed', { type: 'string', requiresArg: true, describe: 'How many times faster than real time; default 60' })
      .option('seed', { type: 'string', requiresArg: true, describe: 'The same seed plays the same faults and latencies; default 1' })
      .option('fail-rate', { type: 'string', requiresArg: true, describe: 'Share of generations that fail, 0 to 1; default 0' })
      .option('fault', { type: 'string', requiresArg: true, describe: 'name=probability such as slow=0.1, can be repeated' })
      .option('concurrency', { type: 'string', requiresArg: true, describe: 'Generations that UlazAI takes at once; default 5' })
      .option('sora-concurrency', { type: 'string', requiresArg: true, describe: 'The same of Sora 2; default 10' })
      .option('no-limits', { type: 'boolean', describe: 'Never answer 429 for a documented limit' })
      .example('$0 sandbox --fail-rate 0.1 --fault cut-after-charge=0.05', 'A bad night')
      .epilogue(
        `It prints the environment variables that point nightshift at it. Faults:\n${Object.entries(FAULTS)
          .map(([name, what]) => `  ${name}: ${what}`)
          .join('\n')}`,
      ),
  run: async (context) => {
    const options = readSandboxOptions(context.flags, Object.keys(FAULTS) as FaultName[]);
    const { startSandbox } = await import('../../sandbox/start-sandbox.ts');
    const { matchingSettings } = await import('../../sandbox/matching-settings.ts');
    const sandbox = await startSandbox(options).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
      throw new UsageError(`--port ${options.port} cannot be used (${error.code}): give another one, or 0 for any that is free`);
    });
    try {
      await announce(context, sandbox);
      if (options.speed !== 1) context.output.note(paceNote(options.speed, matchingSettings(options.speed)));
      await untilStopped(context.signals);
    } finally {
      await sandbox.close();
    }
    context.output.note('The sandbox has stopped.');
    return 0;
  },
};

async function announce({ output }: CommandContext, { url, keys }: Sandbox): Promise<void> {
  // Its keys open nothing else, so that they may be shown: they are what the user must set.
  await output.text(
    [
      `export NIGHTSHIFT_ULAZAI_BASE_URL=${url}`,
      `export NIGHTSHIFT_MAYANIO_BASE_URL=${url}`,
      `export ULAZAI_API_KEY=${keys.ulazai}`,
      `export MAYANIO_API_KEY=${keys.mayanio}`,
    ].join('\n'),
  );
  if (output.mode === 'json') await output.document({ schema_version: 1, sandbox: { url, keys } });
  await output.event('ready', { url, keys });
  output.note(`The sandbox serves both APIs at ${url}; set the variables above in another terminal. Ctrl-C stops it.`);
}

/** Generations pass faster here, nightshift's own waiting does not: without these lines a run seems to hang. */
function paceNote(speed: number, lines: string): string {
  return `It plays ${speed} times as fast as the real APIs, and nightshift polls and counts limits in real time unless nightshift.config.yaml says (take the lines out again for the real accounts):\n${lines}`;
}
