import type { AccountAccess } from '../account.ts';
import type { EngineParts } from './engine-parts.ts';

/** Everything that commands ask of the accounts themselves, each loaded when it is asked for. */
export function accountAccess(parts: EngineParts): AccountAccess {
  const lists = () => import('./list-account.ts');
  const keys = () => import('./account-keys.ts');
  return {
    history: async (options) => (await lists()).listHistory(parts, options),
    transactions: async (options) => (await lists()).listTransactions(parts, options),
    profile: async (provider) => (await keys()).profileOf(parts, provider),
    setWatermark: async (provider, text) => (await keys()).profileOf(parts, provider, { text }),
    register: async (provider, who) => (await keys()).register(parts, provider, who),
    login: async (provider, who) => (await keys()).login(parts, provider, who),
    createKey: async (provider, name, who) => (await keys()).createKey(parts, provider, name, who),
    upload: async (provider, files, again) => (await import('./upload-files.ts')).uploadFiles(parts, provider, files, again),
  };
}
