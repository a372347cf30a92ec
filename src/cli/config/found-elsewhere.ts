import { relative } from 'node:path';
import { CONFIG_NAME, findUpward } from './find-config.ts';
import type { Settings } from './settings.ts';

/**
 * What a command given in the current folder has to be told to mean the queue of these settings: they were found from the folder of a manifest,
 * and from here another configuration, or none, would be. Null: it finds the same by itself. Relative to the current folder.
 */
export function foundElsewhere(
  { configFile, dbPath }: Pick<Settings, 'configFile' | 'dbPath'>,
  cwd: string,
): { readonly config: string | null; readonly db: string | null } {
  const here = findUpward(cwd, CONFIG_NAME);
  if (here === configFile) return { config: null, db: null };
  // Where the manifest has no configuration above it, no flag says "none": the queue is named.
  return configFile === null ? { config: null, db: relative(cwd, dbPath) } : { config: relative(cwd, configFile), db: null };
}
