import type { JsonObject } from '../values/json.ts';
import type { ApiAnswer, ApiRequest } from './outcomes.ts';

/** A documented list of what an account generated, for people to look at. */
export interface Listing {
  /** The word for it: `image`, `video`, `studio`, `3d`. */
  readonly type: string;
  /** One page, the newest first, numbered from 1. */
  page(number: number, size: number): ApiRequest;
  /** Lenient; null when no list can be recognised. */
  read(answer: ApiAnswer): ListingPage | null;
}

/** One page of a listing. */
export interface ListingPage {
  readonly entries: readonly ListingEntry[];
  /** False when the answer says that nothing older follows; null when it does not say. */
  readonly more: boolean | null;
}

/** One generation as a listing shows it; null where it does not say. */
export interface ListingEntry {
  readonly id: string;
  readonly createdAt: number | null;
  readonly status: string | null;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly url: string | null;
  readonly raw: JsonObject;
}

/** What an account says of itself. */
export interface ProfileService {
  readonly request: ApiRequest;
  /** Null when no profile can be recognised. */
  read(answer: ApiAnswer): Profile | null;
  /** Sets the watermark of everything the account makes; null turns it off. */
  setWatermark(text: string | null): ApiRequest;
  readonly longestWatermark: number;
}

/** A profile; null where it does not say. */
export interface Profile {
  readonly username: string | null;
  readonly email: string | null;
  readonly balance: number | null;
  readonly watermark: { readonly enabled: boolean | null; readonly text: string | null };
  readonly createdAt: number | null;
  readonly raw: JsonObject;
}

/** Making an account and keys for it. */
export interface SignUpService {
  /** The environment variable of the login token. */
  readonly tokenVariable: string;
  /** The word before the login token in the Authorization header. */
  readonly tokenScheme: string;
  register(fields: { readonly username: string; readonly email: string; readonly password: string }): ApiRequest;
  login(fields: { readonly username: string; readonly password: string }): ApiRequest;
  createKey(name: string): ApiRequest;
  /** The answer to `register` and `login`; null when it holds no token. */
  readSession(answer: ApiAnswer): Session | null;
  /** The answer to `createKey`; null when it holds no key. */
  readKey(answer: ApiAnswer): NewKey | null;
  /** What a person can do where the provider no longer takes these requests. */
  readonly elsewhere: string;
}

/** Who logged in. The token is a secret. */
export interface Session {
  readonly token: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly balance: number | null;
}

/** A key that was just made. The key itself is a secret, and this is the only time it is told. */
export interface NewKey {
  readonly key: string;
  readonly id: string | null;
  readonly name: string | null;
  readonly preview: string | null;
  readonly createdAt: number | null;
}
