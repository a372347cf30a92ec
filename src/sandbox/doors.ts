import type { ProviderName } from './account.ts';
import { throttled } from './place.ts';
import { Refusal } from './refusal.ts';
import type { User } from './users.ts';
import type { World } from './world.ts';

/** How a provider lets requests in: whose key it is, whether there is room, what it says of its limits. */
export interface Door {
  readonly provider: ProviderName;
  /** The key or token in an Authorization header, or null where it is not in a form that this provider accepts. */
  secret(header: string): string | null;
  /** Counts the request in the provider's window; throws a 429 where it is full. */
  admit(world: World, user: User): void;
  /** Headers that stand on every answer to this user. */
  headers(world: World, user: User): Readonly<Record<string, string>>;
}

/** UlazAI: `Bearer`, `Token` or the bare key; 100 requests a minute. */
export const ulazaiDoor: Door = {
  provider: 'ulazai',
  secret: (header) => header.trim().replace(/^(bearer|token)\s+/i, ''),
  admit(world, user) {
    if (!world.options.enforceLimits) return;
    const wait = user.requests.admit(world.clock.now());
    if (wait > 0) throw throttled(world, 'Rate limit exceeded', wait);
  },
  headers: () => ({}),
};

/** MayanIO: `Bearer` only; 100 requests an hour, told in X-RateLimit headers. */
export const mayanioDoor: Door = {
  provider: 'mayanio',
  secret: (header) => /^bearer\s+(\S+)$/i.exec(header.trim())?.[1] ?? null,
  admit(world, user) {
    const now = world.clock.now();
    if (!world.options.enforceLimits || user.hourly.admit(now)) return;
    throw throttled(world, 'Rate limit exceeded', user.hourly.resetsAt - now);
  },
  headers: (world, user) => ({
    'x-ratelimit-limit': String(user.hourly.limit),
    'x-ratelimit-remaining': String(user.hourly.remaining),
    'x-ratelimit-reset': String(Math.ceil(world.clock.wall(user.hourly.resetsAt) / 1000)),
  }),
};

/** The user whose key a request carries; throws a 401. */
export function authenticate(world: World, door: Door, header: string | undefined): User {
  const secret = header === undefined ? null : door.secret(header);
  const user = secret === null ? null : world.users.find(door.provider, secret);
  if (user === null)
    throw new Refusal(401, header === undefined ? 'Authentication credentials were not provided' : 'Invalid or missing API key');
  return user;
}
