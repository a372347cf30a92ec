import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isUsageFault, plan, run } from '../../src/library/nightshift.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const PEAR = { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' };

/** A workshop with a second account, and what a program would pass to work there. */
async function twoAccounts() {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', PEAR);
  const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
  workshop.write('nightshift.config.yaml', `${config}\nprofiles:\n  client: {}\n`);
  const messages: string[] = [];
  const options = (env: Record<string, string>) => ({
    cwd: workshop.folder,
    env: { ...workshop.env, ...env },
    onMessage: (line: string) => void messages.push(line),
  });
  return { workshop, options, messages };
}

test('the profile of the environment is the one that pays, one that is not there stops the call', async () => {
  const { workshop, options } = await twoAccounts();
  await expect(run('m.yaml', { ...options({ NIGHTSHIFT_PROFILE: 'nobody' }), yes: true })).rejects.toThrow('nobody');
  expect(workshop.spent().charged).toBe(0);
  await run('m.yaml', { ...options({ NIGHTSHIFT_PROFILE: 'client' }), yes: true });
  expect(workshop.files('.nightshift')).toContain('profiles/client/queue.db');
});

test('NIGHTSHIFT_SANDBOX is the stand-in: the account is not touched, and no warning says that nobody knows it', async () => {
  const { workshop, options, messages } = await twoAccounts();
  expect(await run('m.yaml', options({ NIGHTSHIFT_SANDBOX: '1' }))).toMatchObject({ kind: 'ended', exitCode: 0 });
  expect(workshop.requests()).toBe(0);
  expect(messages.filter((line) => line.includes('NIGHTSHIFT_SANDBOX'))).toEqual([]);
});

test('a switch that is neither on nor off stops the call', async () => {
  const { options } = await twoAccounts();
  const fault = await plan('m.yaml', options({ NIGHTSHIFT_SANDBOX: 'perhaps' })).catch((error: unknown) => error);
  expect(isUsageFault(fault)).toBe(true);
});

test('no variable lets a program spend', async () => {
  const { workshop, options } = await twoAccounts();
  await expect(run('m.yaml', options({ NIGHTSHIFT_YES: '1', NIGHTSHIFT_MAX_COST: '100' }))).rejects.toThrow();
  expect(workshop.submissions()).toBe(0);
});
