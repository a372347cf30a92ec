import { join } from 'node:path';
import { type Settings, sandboxQueue } from '../config/settings.ts';

/** The settings of a batch that ran on a sandbox: its own queue file and its own output folder. */
export function sandboxSettings(settings: Settings, own: { readonly db: boolean; readonly out: boolean }): Settings {
  // Beside that of the profile's real account: two profiles may have a batch of one name.
  const folder = settings.profile === null ? [] : [settings.profile];
  return {
    ...settings,
    dbPath: own.db ? settings.dbPath : sandboxQueue(settings),
    out: own.out ? settings.out : join(settings.baseDir, 'out', ...folder, 'sandbox', '<batch>'),
  };
}
