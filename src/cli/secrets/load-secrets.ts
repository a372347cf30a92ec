import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'dotenv';
import type { Provider } from '../../job-type/provider.ts';
import { UsageError } from '../usage-error.ts';
import { secretValues } from './secret-values.ts';

/** The keys of one run. They live in memory only. */
export interface Secrets {
  /** By provider; null when no key is set. */
  readonly keys: Readonly<Record<string, string | null>>;
  /** Login tokens by provider, where one may be given; null when it is not. */
  readonly tokens: Readonly<Record<string, string | null>>;
  /** Every value that must not leave: for the redactor, and for refusing manifests that hold one. */
  readonly values: readonly string[];
  /** What the user should know: a `.env` that others can read. */
  readonly warnings: readonly string[];
}

/**
 * Keys from the environment, else from a `.env` file, which is read and not put into the process's environment,
 * where every child would inherit it. Throws a UsageError for a value that no header could carry.
 */
export function loadSecrets(from: {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The `.env` file; null when there is none. */
  readonly envFile: string | null;
  readonly providers: Readonly<Record<string, Provider>>;
}): Secrets {
  const file = from.envFile === null ? {} : parse(readFileSync(from.envFile));
  const keys: Record<string, string | null> = {};
  const tokens: Record<string, string | null> = {};
  const values = new Set<string>();
  for (const provider of Object.values(from.providers)) {
    const read = (variable: string): string | null => {
      const value = (from.env[variable] || file[variable] || '').trim();
      if (value === '') return null;
      if (!/^[\x21-\x7e]+$/.test(value))
        throw new UsageError(`${variable} holds a space, a line break or a character that no header can carry: copy it again`);
      values.add(value);
      return value;
    };
    keys[provider.name] = read(provider.keyVariable);
    tokens[provider.name] = provider.signUp === null ? null : read(provider.signUp.tokenVariable);
  }
  const warnings = from.envFile === null ? [] : readableByOthers(from.envFile);
  // A profile's own file says whose account is meant; the variable may be left over from another.
  if (from.envFile !== null && basename(from.envFile) !== '.env') {
    for (const { keyVariable } of Object.values(from.providers)) {
      const [set, written] = [from.env[keyVariable]?.trim(), file[keyVariable]?.trim()];
      if (set && written && set !== written) warnings.push(`${keyVariable} of the environment is used, not the one in ${from.envFile}`);
    }
  }
  for (const value of [...secretValues(from.env), ...secretValues(file)]) values.add(value);
  return { keys, tokens, values: [...values], warnings };
}

function readableByOthers(path: string): string[] {
  if (process.platform === 'win32') return [];
  const { mode, uid } = statSync(path);
  const warnings: string[] = [];
  if ((mode & 0o077) !== 0) warnings.push(`${path} can be read by other users: chmod 600 ${JSON.stringify(path)}`);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    warnings.push(`${path} belongs to another user (uid ${uid}): whoever owns it can read and change the keys`);
  }
  return warnings;
}
