import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../../jobs/index.ts';
import { loadSecrets } from '../../../src/cli/secrets/load-secrets.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';

const { providers } = registry;
let folder: string;
let envFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-secrets-'));
  envFile = join(folder, '.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, mode = 0o600): void {
  writeFileSync(envFile, text);
  chmodSync(envFile, mode);
}

describe('keys', () => {
  test('come from the environment, and win over the file', () => {
    write('ULAZAI_API_KEY=from-file-1234\nMAYANIO_API_KEY="from-file-5678"\n');
    const secrets = loadSecrets({ env: { ULAZAI_API_KEY: 'from-environment-1' }, envFile, providers });
    expect(secrets.keys).toEqual({ ulazai: 'from-environment-1', mayanio: 'from-file-5678' });
    expect(secrets.warnings).toEqual([]);
  });

  test('are null where there are none; an empty variable is none', () => {
    expect(loadSecrets({ env: { ULAZAI_API_KEY: '' }, envFile: null, providers }).keys).toEqual({ ulazai: null, mayanio: null });
  });

  test('are all known to the redactor, with what else looks secret', () => {
    write('ULAZAI_API_KEY=from-file-1234\nMY_TOKEN=a-long-token-value\nCOLOUR=not-secret-at-all\n');
    const { values } = loadSecrets({ env: {}, envFile, providers });
    expect([...values].sort()).toEqual(['a-long-token-value', 'from-file-1234']);
  });

  test('do not enter the environment of this process, where every child would inherit them', () => {
    write('ULAZAI_API_KEY=from-file-1234\n');
    loadSecrets({ env: {}, envFile, providers });
    expect(process.env.ULAZAI_API_KEY).not.toBe('from-file-1234');
  });

  test('a file that others can read is a warning with the line that mends it', () => {
    write('ULAZAI_API_KEY=from-file-1234\n', 0o644);
    expect(loadSecrets({ env: {}, envFile, providers }).warnings).toEqual([
      `${envFile} can be read by other users: chmod 600 "${envFile}"`,
    ]);
  });

  test.each(['two words-key', 'line\nbreak-key', 'ключ-ключ-ключ'])(
    'a value that no header can carry is refused without showing it: %j',
    (key) => {
      const load = () => loadSecrets({ env: { ULAZAI_API_KEY: key }, envFile: null, providers });
      expect(load).toThrow(UsageError);
      expect(load).toThrow(/^ULAZAI_API_KEY holds/);
      expect(load).not.toThrow(key);
    },
  );
});
