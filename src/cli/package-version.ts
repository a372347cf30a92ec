import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in the package's own package.json, which lies at a different height above the sources and above `dist`. */
export function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (isOurs(manifest)) return manifest.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('Cannot tell the version: no package.json of nightshift above the program. Install it again.');
}

function isOurs(value: unknown): value is { name: 'nightshift'; version: string } {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === 'nightshift' && 'version' in value;
}
