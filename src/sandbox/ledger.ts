import type { SandboxLedger } from './sandbox-options.ts';
import { settle, type World } from './world.ts';

/** The sandbox's own account book, for who runs it. Refunds that fell due since the last request are booked before it answers. */
export function sandboxLedger(world: World): SandboxLedger {
  return {
    balance: (provider) => {
      settle(world);
      return world.users[provider].account.balance;
    },
    bookings: () => {
      settle(world);
      return [...world.book];
    },
    requests: () => ({ ...world.traffic.requests }),
    throttled: () => world.traffic.throttled,
    published: () => {
      settle(world);
      return [...world.traffic.published];
    },
    keyLeaks: () => world.traffic.keyLeaks,
  };
}
