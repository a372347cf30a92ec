import { createInterface } from 'node:readline';
import { defaultSandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

// `sandbox-server SPEED SEED`: a rich account; says its port, its key, and on each line that it is told how many 429s there were.
const sandbox = await startSandbox({
  ...defaultSandboxOptions,
  speed: Number(process.argv[2]),
  seed: Number(process.argv[3]),
  balance: 10_000_000,
  points: 10_000_000,
});
process.stdout.write(`port ${new URL(sandbox.url).port}\nkey ${sandbox.keys.ulazai}\n`);
createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`throttled ${sandbox.ledger.throttled()}\n`));
