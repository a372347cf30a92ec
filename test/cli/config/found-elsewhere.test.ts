import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foundElsewhere } from '../../../src/cli/config/found-elsewhere.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nightshift-elsewhere-'));
  mkdirSync(join(home, 'here/below'), { recursive: true });
  writeFileSync(join(home, 'here/nightshift.config.yaml'), 'providers: {}\n');
});
afterEach(() => rmSync(home, { recursive: true }));

const own = (): string => join(home, 'here/nightshift.config.yaml');

test('nothing is named where the same is found, from below too', () => {
  const found = { configFile: own(), dbPath: join(home, 'here/.nightshift/queue.db') };
  expect(foundElsewhere(found, join(home, 'here'))).toEqual({ config: null, db: null });
  expect(foundElsewhere(found, join(home, 'here/below'))).toEqual({ config: null, db: null });
});

test('the configuration is named where another or none would be found', () => {
  const found = { configFile: own(), dbPath: join(home, 'here/.nightshift/queue.db') };
  expect(foundElsewhere(found, home)).toEqual({ config: 'here/nightshift.config.yaml', db: null });
});

test('the queue is named where a configuration is found from here and the manifest has none', () => {
  const found = { configFile: null, dbPath: join(home, 'here/below/.nightshift/queue.db') };
  expect(foundElsewhere(found, join(home, 'here/below'))).toEqual({ config: null, db: '.nightshift/queue.db' });
});
