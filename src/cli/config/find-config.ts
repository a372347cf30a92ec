import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

export const CONFIG_NAME = 'nightshift.config.yaml';

/** The file of this name in the folder or the nearest one above it; null when there is none. */
export function findUpward(startDir: string, name: string): string | null {
  for (let folder = resolve(startDir); ; folder = dirname(folder)) {
    const candidate = join(folder, name);
    if (isFile(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
  }
}

/** The configuration: the one that was named (which must be there), else beside the manifest or above it, else none. */
export function findConfig(named: string | null, startDir: string, cwd: string): string | null {
  if (named === null) return findUpward(startDir, CONFIG_NAME);
  const path = resolve(cwd, named);
  if (isFile(path)) return path;
  throw new UsageError(`--config ${named}: there is no such file (${path})`);
}

/** The `.env` beside the configuration, that of the profile first; without a configuration, the nearest from the start folder upward. */
export function findEnvFile(configFile: string | null, startDir: string, profile: string | null = null): string | null {
  if (configFile === null) return findUpward(startDir, '.env');
  const names = profile === null ? ['.env'] : [`.env.${profile}`, '.env'];
  return names.map((name) => join(dirname(configFile), name)).find(isFile) ?? null;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
