import { join, resolve } from 'node:path';
import type { Config } from './config-schema.ts';

/** Where a profile's queue lies unless the configuration says otherwise; null: without a profile. */
export function usualQueue(profile: string | null): string {
  return profile === null ? '.nightshift/queue.db' : join('.nightshift/profiles', profile, 'queue.db');
}

/**
 * Queues that two accounts would share, with where the configuration says so. A job in flight at one account is unknown to the other, which
 * would give it up as lost, though it is paid for. Names that differ only in case are one file on many disks.
 */
export function sharedQueues(config: Config, folder: string): readonly { readonly path: string[]; readonly message: string }[] {
  const fold = (path: string): string => resolve(folder, path).normalize('NFC').toLowerCase();
  const owners = new Map([[fold(config.db ?? usualQueue(null)), 'what stands outside of the profiles']]);
  const faults: { path: string[]; message: string }[] = [];
  for (const [name, profile] of Object.entries(config.profiles ?? {})) {
    const queue = profile.db ?? usualQueue(name);
    const owner = owners.get(fold(queue));
    if (owner === undefined) owners.set(fold(queue), `profile ${JSON.stringify(name)}`);
    else {
      const path = ['profiles', name, ...(profile.db === undefined ? [] : ['db'])];
      faults.push({ path, message: `its queue is ${queue}, which is that of ${owner}; a queue belongs to one account: give each its own` });
    }
  }
  return faults;
}
