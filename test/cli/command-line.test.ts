import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import type { PlanOptions } from '../../src/cli/nightshift.ts';
import { somePlan } from './documents-of-tests.ts';
import { cli } from './surroundings.ts';

const engine = {
  plan: () => Promise.resolve(somePlan()),
  jobs: () => Promise.resolve({ batch: 'spring', total: 0, matching: () => 0, whyNone: () => null, jobs: [] }),
};

describe('the command line', () => {
  test.each([
    [['--max-cost', 'abc'], /"abc" is not an amount/],
    [['--max-cost', ''], /"" is not an amount/],
    [['--max-cost='], /"" is not an amount/],
    [['--max-cost'], /--max-cost needs a value/],
    [['--max-cost', '--yes'], /--max-cost needs a value/],
    [['--max-cost', '5', '--max-cost', '6'], /--max-cost is given 2 times; once is allowed/],
    [['--max-cost', '-1'], /"-1" is not an amount/],
    [['--max-cost', '1e309'], /"1e309" is not an amount/],
    [['--max-cost', '5,00'], /"5,00" is not an amount/],
    [['--max-cost', 'NaN'], /"NaN" is not an amount/],
    [['--max-cost', '0x10'], /"0x10" is not an amount/],
    [['--max-csot', '5'], /Unknown flag: --max-csot; did you mean --max-cost\?/],
    [['--maxCost', '5'], /Unknown flag: --maxCost; did you mean --max-cost\?/],
    [['--dry-run=maybe'], /--dry-run=maybe: a switch takes no value/],
    [['--no-dry-run'], /Unknown flag: --no-dry-run/],
    [['--max-rows', '1e6'], /whole number/],
    [['--max-rows', '0'], /whole number from 1/],
    [['--api-key', 'sk-1'], /Unknown flag: --api-key/],
    [['second.yaml'], /Unknown argument: second\.yaml/],
    [['--__proto__.x', '1'], /Unknown argument: __proto__/],
    [['--constructor.prototype.x', '1'], /Unknown argument: constructor/],
    [['--out', ''], /a path is needed/],
    [['--log-level', 'loud'], /allowed are trace, debug/],
    [['--json', '--events'], /exclude each other/],
  ])('run m.yaml %j ends with 2 before anything is read or sent', async (flags, said) => {
    const left = await cli(['run', 'm.yaml', ...flags], { compose: () => Promise.reject(new Error('must not be reached')) });
    expect(left).toMatchObject({ code: 2, stdout: '' });
    expect(left.stderr).toMatch(said);
    expect(left.stderr).not.toContain('sk-1');
    expect(left.stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    [['rnu', 'm.yaml'], /Unknown command: rnu; did you mean "run"\?/],
    [['run'], /Something is missing: nightshift run <manifest>; `nightshift run --help` shows examples/],
    [['account'], /nightshift account <action\.\.> \(profile, register, login or create-key\)/],
    [['jobs', '--limit', '0x1F'], /whole number/],
    [['status', '--watch', '--json'], /--json is one document/],
    [['report', '--format', 'htm'], /did you mean "html"/],
    [['report', '--format', 'csv', '--json'], /exclude each other/],
    [['sandbox', '--fault', 'slwo=1'], /did you mean "slow"/],
    [['sandbox', '--fault', 'slow=2'], /a number from 0 to 1/],
    [['sandbox', '--fault', 'slow'], /how often is missing.*slow=0\.1/],
    [['run', 'm.yaml', '--max-duration', '90'], /a duration such as 250ms, 2s, 5m, 8h or 1h30m/],
    [['sandbox', '--port', '65536'], /whole number from 0 to 65535/],
    [['sandbox', '--fail-rate', '-0.1'], /a number from 0 to 1/],
  ])('%j ends with 2', async (argv, said) => {
    const left = await cli(argv, { compose: () => Promise.reject(new Error('must not be reached')) });
    expect(left).toMatchObject({ code: 2, stdout: '' });
    expect(left.stderr).toMatch(said);
  });

  test('nothing at all shows the help on standard error and ends with 2', async () => {
    const left = await cli([]);
    expect(left).toMatchObject({ code: 2, stdout: '' });
    expect(left.stderr).toContain('nightshift run <manifest>');
  });

  test("the version is the package's", async () => {
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });

  test.each(['run', 'resume'])('the help of %s names every exit code that it can end with', async (name) => {
    const { stdout } = await cli([name, '--help']);
    const codes = stdout.replaceAll(/\s+/g, ' ').match(/Exit codes: (.*)/)?.[1];
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 130]) expect(codes).toMatch(new RegExp(`\\b${code} \\w`));
  });

  test("a command's own flags come before those of every command, at any width of the terminal", async () => {
    const { stdout } = await cli(['run', '--help']);
    const at = ['Options:', '--max-cost', '--halt', 'Everywhere:', '--json', '--log-file', 'Examples:'].map((text) => stdout.indexOf(text));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
  });

  test('help names every command; every command has help with an example, under the same name and sentence', async () => {
    const { stdout } = await cli(['--help']);
    for (const entry of COMMANDS) {
      expect(stdout).toContain(`nightshift ${entry.name}`);
      const command = await entry.load();
      expect(command).toMatchObject({ name: entry.name, describe: entry.describe });
      const help = await cli([entry.name.split(' ')[0] ?? '', '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain(entry.describe);
      expect(help.stdout).toContain('Examples:');
    }
  });

  test('flags may stand before and after the command, and text that looks like a number stays text', async () => {
    const seen: PlanOptions[] = [];
    const plan = (options: PlanOptions) => {
      seen.push(options);
      return Promise.resolve(somePlan());
    };
    for (const argv of [
      ['--json', 'estimate', '007', '--max-rows', '20'],
      ['plan', '007', '--max-rows=20', '--json'],
    ]) {
      expect(await cli(argv, { engine: { plan } })).toMatchObject({ code: 0, stderr: '' });
    }
    const options = {
      manifest: '007',
      maxCost: null,
      maxRows: 20,
      sandbox: false,
      scope: { selection: null, triggers: ['params', 'inputs'], limit: null, sample: null, pilot: null },
      changes: true,
    };
    expect(seen).toEqual([options, options]);
  });

  test('ls is jobs, estimate is plan', async () => {
    expect(await cli(['ls'], { engine })).toMatchObject({ code: 0 });
    expect(await cli(['estimate', 'm.yaml'], { engine })).toMatchObject({ code: 0 });
  });
});
