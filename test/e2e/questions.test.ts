import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { startAtTerminal, type TerminalCli } from '../support/terminal-cli.ts';

afterEach(closeWorkshops);

const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

async function opened(): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  const rows = [0, 1, 2, 3].map((n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

const at = (workshop: Workshop, argv: readonly string[]): TerminalCli => startAtTerminal(argv, { cwd: workshop.folder, env: workshop.env });

async function states(workshop: Workshop): Promise<readonly string[]> {
  return (await workshop.jobs()).map(({ state }) => state).sort();
}

describe('after a pilot', () => {
  const QUESTION = 'Go on with the other 2 jobs? [y/N]';
  async function asked(workshop: Workshop): Promise<TerminalCli> {
    const run = at(workshop, ['run', 'm.yaml', '--max-cost', '500', '--pilot', '2']);
    await eventually('the question is there', () => run.shown().includes(QUESTION), 60_000);
    return run;
  }

  test('the question comes with what was measured, and a yes makes the rest', async () => {
    const workshop = await opened();
    const run = await asked(workshop);
    expect(run.shown()).toMatch(/16 credits/);
    expect(await states(workshop)).toEqual(['done', 'done', 'queued', 'queued']);
    run.type(`y${ENTER}`);
    expect((await run.ended).code).toBe(0);
    expect(await states(workshop)).toEqual(['done', 'done', 'done', 'done']);
    expect(workshop.spent().charged).toBe(32);
  });

  test.each([
    ['no', `n${ENTER}`, 0],
    ['nothing', ENTER, 0],
    ['Ctrl-D', CTRL_D, 0],
    ['Ctrl-C', CTRL_C, 130],
  ])('%s leaves the rest queued, and says how to go on', async (_, keys, expected) => {
    const workshop = await opened();
    const run = await asked(workshop);
    run.type(keys);
    const { code, shown } = await run.ended;
    expect(code).toBe(expected);
    expect(shown.replaceAll(/\s+/g, ' ')).toContain('The rest stays queued: run it again with the same --pilot');
    expect(await states(workshop)).toEqual(['done', 'done', 'queued', 'queued']);
    expect(workshop.spent().charged).toBe(16);
  });
});

test.each([
  ['yes', `yes${ENTER}`, 0, 4],
  ['no', `no${ENTER}`, 2, 0],
  ['Ctrl-C', CTRL_C, 2, 0],
])('before anything is spent: %s', async (_, keys, expected, made) => {
  const workshop = await opened();
  const run = at(workshop, ['run', 'm.yaml']);
  await eventually('the question is there', () => run.shown().includes('This spends up to 32 credits of ulazai for 4 jobs. Go on? [y/N]'));
  run.type(keys);
  const { code, shown } = await run.ended;
  expect(code).toBe(expected);
  if (made === 0) expect(shown).toContain('Not confirmed. Nothing was sent.');
  expect(workshop.submissions()).toBe(made);
});

describe('init', () => {
  test('asks what to make and with which model, and the manifest has the answers', async () => {
    const workshop = await opened();
    const run = at(workshop, ['init', 'new']);
    await eventually('the first question is there', () => /2 +videos[\s\S]*\[1\] $/.test(run.shown()));
    run.type(`2${ENTER}`);
    await eventually('the second question is there', () => /ulazai\/kling-3\.0[\s\S]*\[1\] $/.test(run.shown()));
    run.type(`ulazai/kling-3.0${ENTER}`);
    const { code, shown } = await run.ended;
    expect(code).toBe(0);
    expect(shown).toContain('for ulazai/kling-3.0. Next: nightshift plan new/starter.yaml');
    expect((await workshop.run(['plan', 'new/starter.yaml'])).stdout).toContain('ulazai/kling-3.0');
  });

  test('Ctrl-C at a question writes nothing', async () => {
    const workshop = await opened();
    const run = at(workshop, ['init', 'new']);
    await eventually('the first question is there', () => /\[1\] $/.test(run.shown()));
    run.type(CTRL_C);
    expect(await run.ended).toMatchObject({ code: 2, shown: expect.stringContaining('nothing was written') });
    expect(existsSync(join(workshop.folder, 'new')) ? readdirSync(join(workshop.folder, 'new')) : []).toEqual([]);
  });
});
