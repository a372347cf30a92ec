import { randomBytes } from 'node:crypto';
import { Account, type Booking, type ProviderName } from './account.ts';
import { DOCUMENTED_WINDOWS } from './documented-windows.ts';
import { FixedWindow, SlidingWindow } from './windows.ts';

/** The keys that every sandbox accepts. */
export const sandboxKeys = { ulazai: 'ulazai_live_sandbox', mayanio: 'mayanio_sandbox' } as const;

/** A user of one provider: limits are kept per user, as documented, not per key. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly createdAt: number;
  readonly account: Account;
  readonly watermark: { enabled: boolean; text: string };
  /** 100 requests in any minute (API reference). */
  readonly requests: SlidingWindow;
  /** 24 Video Studio submissions in any hour (video errors and limits). */
  readonly studioSubmits: SlidingWindow;
  /** 100 requests an hour, free plan (MayanIO). */
  readonly hourly: FixedWindow;
  /** When the generations now running end, in sandbox time; pruned where it is read. */
  readonly running: { general: number[]; sora: number[] };
}

/** Who may come in, and with what. */
export class Users {
  private readonly byName = new Map<string, User>();
  private readonly bySecret = new Map<string, User>();
  private readonly book: Booking[];
  readonly ulazai: User;
  readonly mayanio: User;

  constructor(credits: number, points: number, book: Booking[]) {
    this.book = book;
    this.ulazai = this.create('ulazai', { username: 'sandbox', email: 'sandbox@localhost', password: 'sandbox' }, credits);
    this.mayanio = this.create('mayanio', { username: 'sandbox-mayanio', email: 'sandbox@localhost', password: '' }, points);
    this.bySecret.set(sandboxKeys.ulazai, this.ulazai);
    this.bySecret.set(sandboxKeys.mayanio, this.mayanio);
  }

  /** The user of a key or login token at a provider, or null. */
  find(provider: ProviderName, secret: string): User | null {
    const user = this.bySecret.get(secret);
    return user?.account.provider === provider ? user : null;
  }

  /** The UlazAI user with this name, or null. */
  named(username: string): User | null {
    return this.byName.get(username) ?? null;
  }

  /** A new user of UlazAI with an empty account. */
  register(fields: Pick<User, 'username' | 'email' | 'password'>): User {
    return this.create('ulazai', fields, 0);
  }

  /** A new secret for a user: a login token, or an API key by its prefix. */
  issue(user: User, prefix: string): string {
    const secret = prefix + randomBytes(20).toString('hex');
    this.bySecret.set(secret, user);
    return secret;
  }

  private create(provider: ProviderName, fields: Pick<User, 'username' | 'email' | 'password'>, units: number): User {
    const { requests, studioSubmits, hourly } = DOCUMENTED_WINDOWS;
    const user: User = {
      id: this.byName.size + 1,
      ...fields,
      createdAt: Date.now(),
      account: new Account(provider, units, this.book),
      watermark: { enabled: false, text: '' },
      requests: new SlidingWindow(requests.max, requests.spanMs),
      studioSubmits: new SlidingWindow(studioSubmits.max, studioSubmits.spanMs),
      hourly: new FixedWindow(hourly.max, hourly.spanMs),
      running: { general: [], sora: [] },
    };
    if (provider === 'ulazai') this.byName.set(user.username, user);
    return user;
  }
}
