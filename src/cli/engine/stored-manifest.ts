import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';

type Place = Pick<EngineParts, 'cwd' | 'settings'>;

/**
 * A manifest's path as it is stored: relative to the configuration, so that it moves with its folder, else absolute. Never relative to the
 * folder that a command is called in: another one may have a manifest of that name.
 */
export function pathToStore({ cwd, settings }: Place, manifest: string): string {
  const path = resolve(cwd, manifest);
  return settings.configFile === null ? path : relative(settings.baseDir, path);
}

/** The path of a batch's manifest as somebody in the current folder writes it. */
export function manifestOf({ cwd, settings }: Place, batch: Pick<Batch, 'manifest'>): string {
  const path = resolve(settings.baseDir, batch.manifest);
  return relative(cwd, path) || path;
}

/** The manifest that a batch was run with last. Throws a UsageError when it is not there any more. */
export function existingManifest(place: Place, batch: Batch): string {
  const path = manifestOf(place, batch);
  if (existsSync(resolve(place.cwd, path))) return path;
  throw new UsageError(`The manifest of ${batch.name} was ${path}, and is not there: name it with --manifest`);
}
