import { z } from 'zod';
import type { Registry } from '../../job-type/registry.ts';
import { byteSize, text, truth, webhook, wholeNumber } from './leaf.ts';
import { PROFILE_NAME } from './profile-name.ts';
import { providerSchema } from './provider-schema.ts';

/** The configuration file as a whole (contract, section 9). Strict everywhere: a misspelt limit that is ignored is a limit that is not kept. */
export function configSchema(registry: Registry) {
  const providers = Object.fromEntries(
    Object.entries(registry.providers).map(([name, provider]) => [name, providerSchema(provider).optional()]),
  );
  const profile = {
    out: text('a folder').optional(),
    db: text('the path of the queue file').optional(),
    providers: z.strictObject(providers).optional(),
    downloads: z
      .strictObject({
        concurrency: wholeNumber(1, 64).optional(),
        max_bytes: byteSize.optional(),
        allow_private_hosts: truth.optional(),
      })
      .optional(),
  };
  return z.strictObject({
    ...profile,
    notify: z
      .strictObject({ command: text('a command line').optional(), webhook: webhook.optional(), desktop: truth.optional() })
      .optional(),
    profiles: z.record(z.string().regex(PROFILE_NAME, 'allowed: 1 to 40 letters, digits, - and _'), z.strictObject(profile)).optional(),
  });
}

export type Config = z.output<ReturnType<typeof configSchema>>;
