import type { Provider } from '../../job-type/provider.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { noDeskError } from '../no-desk-error.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import { whyNoDesk } from './open-desks.ts';

/** A provider by name, or the only one that can do something. Throws a UsageError that says who can. */
export function chooseProvider(parts: EngineParts, named: string | null, what: string, can: (provider: Provider) => boolean): Provider {
  const { providers } = parts.registry;
  const able = Object.values(providers).filter(can);
  const names = able.map(({ name }) => name);
  if (named !== null) {
    const provider = providerNamed(parts, named);
    if (can(provider)) return provider;
    throw new UsageError(`${named} documents no ${what}; ${names.join(' and ')} ${names.length === 1 ? 'does' : 'do'}`);
  }
  const [only, ...others] = able;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(`--provider is needed: ${what} is documented by ${names.join(' and ')}`);
}

/** A provider by its name. Throws a UsageError with the nearest one. */
export function providerNamed(parts: EngineParts, name: string): Provider {
  const { providers } = parts.registry;
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider) return provider;
  const names = Object.keys(providers);
  throw new UsageError(`--provider ${JSON.stringify(name)}: allowed are ${names.join(', ')}${didYouMean(name, names)}`);
}

/** The providers to ask: the named one, or all. What keeps one from being asked is told as a note; for a named one it is an error. */
export function providersToAsk(parts: EngineParts, named: string | null, notes: string[]): readonly Provider[] {
  if (named !== null) {
    const provider = providerNamed(parts, named);
    const why = whyNoDesk(parts, named);
    if (why) throw noDeskError(why);
    return [provider];
  }
  const able = Object.values(parts.registry.providers).filter(({ name }) => {
    const why = whyNoDesk(parts, name);
    if (why) notes.push(why.message);
    return why === null;
  });
  return able;
}
