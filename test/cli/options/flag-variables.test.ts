import { describe, expect, test } from 'vitest';
import { parseMoneyFlag } from '../../../src/cli/options/parse-money-flag.ts';
import { allFlagVariables, parseCommandLine } from '../../../src/cli/parse-command-line.ts';

async function flagsOf(argv: readonly string[], env: Record<string, string>) {
  const line = await parseCommandLine(argv, { version: '0', width: 100, env });
  if (line.kind !== 'command') throw new Error('no command');
  return line.flags;
}

describe('environment variables for flags', () => {
  test('a variable stands for its flag, and the command line wins', async () => {
    const env = { NIGHTSHIFT_MAX_COST: '40', NIGHTSHIFT_QUIET: 'yes', NIGHTSHIFT_LIMIT: '3' };
    const flags = await flagsOf(['run', 'm.yaml'], env);
    expect(flags.parsed('max-cost', parseMoneyFlag)).toEqual({ kind: 'single', amount: 40_000_000 });
    expect(flags.on('quiet')).toBe(true);
    expect((await flagsOf(['run', 'm.yaml', '--max-cost', '50'], env)).text('max-cost')).toBe('50');
    expect((await flagsOf(['run', 'm.yaml'], { NIGHTSHIFT_QUIET: '0' })).on('quiet')).toBe(false);
    expect((await flagsOf(['run', 'm.yaml'], { NIGHTSHIFT_MAX_COST: '' })).text('max-cost')).toBeNull();
  });

  test('a switch that is neither on nor off is refused: it could spend', async () => {
    await expect(flagsOf(['run', 'm.yaml'], { NIGHTSHIFT_YES: 'maybe' })).rejects.toThrow(/NIGHTSHIFT_YES "maybe": allowed are 1, true/);
  });

  test('a fault in a variable names the variable', async () => {
    const flags = await flagsOf(['run', 'm.yaml'], { NIGHTSHIFT_MAX_COST: '5,00' });
    expect(() => flags.parsed('max-cost', parseMoneyFlag)).toThrow(/^NIGHTSHIFT_MAX_COST "5,00"/);
  });

  test('every flag of every command has one', async () => {
    const variables = await allFlagVariables();
    for (const name of ['NIGHTSHIFT_MAX_COST', 'NIGHTSHIFT_SELECT', 'NIGHTSHIFT_FAIL_RATE', 'NIGHTSHIFT_JSON'])
      expect(variables).toContain(name);
  });
});
