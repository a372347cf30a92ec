import type { Stopped } from '../report/run-document.ts';
import type { JsonObject } from '../values/json.ts';

/** One generation of `history --json`. */
export interface HistoryItem {
  readonly provider: string;
  readonly type: string;
  readonly id: string;
  readonly created_at: string | null;
  readonly status: string | null;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly url: string | null;
  /** The job of this queue that it is; null for what others made. */
  readonly job: { readonly batch: string; readonly id: string } | null;
  /** The entry as the API gave it. */
  readonly raw: JsonObject;
}

/** One booking of `transactions --json`. */
export interface TransactionItem {
  readonly provider: string;
  readonly unit: string;
  readonly at: string | null;
  /** Negative for money taken; null where the entry does not say. */
  readonly amount: number | null;
  readonly description: string | null;
  readonly job: { readonly batch: string; readonly id: string } | null;
  readonly raw: unknown;
}

/** One profile of `account profile --json`. */
export interface ProfileItem {
  readonly provider: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly unit: string;
  readonly balance: number | null;
  readonly watermark: { readonly enabled: boolean | null; readonly text: string | null };
  readonly created_at: string | null;
}

/** One file of `upload --json`. */
export interface UploadItem {
  readonly file: string;
  readonly provider: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly media_type: string;
  /** The same content was uploaded before, and that address still serves. */
  readonly reused: boolean;
}

/** A key that was just made. */
export interface KeyItem {
  readonly provider: string;
  readonly key: string;
  readonly id: string | null;
  readonly name: string | null;
  readonly preview: string | null;
  readonly created_at: string | null;
}

/** What was found, and why some of it was not. */
export interface Found<Item> {
  readonly items: readonly Item[];
  readonly reasons: readonly Stopped[];
  readonly notes: readonly string[];
}

/** Which accounts are asked, and for how much. Null: all of them. */
export interface AskOptions {
  readonly provider: string | null;
  /** The newest so many. */
  readonly limit: number;
}

/** Who registers or logs in. The password is asked for only when everything else is in order. */
export interface Credentials {
  readonly username: string;
  readonly email: string | null;
  password(): Promise<string>;
}

/** The accounts behind the keys. Every method throws a UsageError for what the user can put right, and a HaltError for what only the provider can. */
export interface AccountAccess {
  /** `type`: one of the lists only. */
  history(options: AskOptions & { readonly type: string | null }): Promise<Found<HistoryItem>>;
  transactions(options: AskOptions): Promise<Found<TransactionItem>>;
  profile(provider: string | null): Promise<ProfileItem>;
  /** Null: no watermark. */
  setWatermark(provider: string | null, text: string | null): Promise<ProfileItem>;
  register(provider: string | null, who: Credentials): Promise<ProfileItem>;
  login(provider: string | null, who: Credentials): Promise<ProfileItem>;
  /** `who` null: with the login token of the environment. */
  createKey(provider: string | null, name: string, who: Credentials | null): Promise<KeyItem>;
  /** `again`: upload also what was uploaded before. */
  upload(provider: string | null, files: readonly string[], again: boolean): Promise<readonly UploadItem[]>;
}
