import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { COMMON_FLAGS } from '../../src/cli/options/common-flags.ts';
import { overview } from '../../src/cli/overview.ts';
import { quickAnswer } from '../../src/cli/quick-answer.ts';
import { cli } from './surroundings.ts';

describe('the overview', () => {
  test('names every command with its other names, and every flag that all of them take', () => {
    const text = overview(100);
    for (const { name, aliases } of COMMANDS) {
      expect(text).toContain(`nightshift ${name} `);
      for (const alias of aliases) expect(text).toContain(`(also: ${alias}`);
    }
    for (const { name } of COMMON_FLAGS) expect(text).toContain(`--${name} `);
    expect(text).toContain('--version');
  });

  test.each([60, 80, 100, 110, 400])('keeps to %i columns, and to 110', (columns) => {
    const widest = Math.max(
      ...overview(columns)
        .split('\n')
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(Math.min(columns, 110));
    expect(overview(columns).replaceAll(/\s+/g, ' ')).toBe(overview(400).replaceAll(/\s+/g, ' '));
  });

  test('is the same whichever way it is asked for', async () => {
    const quick = `${await quickAnswer(['--help'], undefined)}\n`;
    expect(await quickAnswer(['-h'], 100)).toBe(overview(100));
    expect(await cli(['--help'])).toEqual({ code: 0, stdout: quick, stderr: '' });
    expect((await cli(['--quiet', '--help'])).stdout).toBe(quick);
    expect((await cli([])).stderr).toBe(quick);
  });
});

test('everything else is for the program', async () => {
  for (const argv of [[], ['run'], ['run', '--help'], ['--help', '--json'], ['--versions']]) expect(await quickAnswer(argv, 80)).toBeNull();
});
