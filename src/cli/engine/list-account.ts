import { existsSync } from 'node:fs';
import type { Transaction } from '../../job-type/provider.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { openQueueForReading } from '../../queue/open-queue.ts';
import type { Stopped } from '../../report/run-document.ts';
import type { AskOptions, Found, HistoryItem, TransactionItem } from '../account.ts';
import { AccountError } from '../account-error.ts';
import { UsageError } from '../usage-error.ts';
import { providersToAsk } from './choose-provider.ts';
import { type EngineParts, usable } from './engine-parts.ts';
import { openDesks } from './open-desks.ts';
import { storesOf } from './queue-stores.ts';
import { readPages } from './read-pages.ts';

/** `history`: what the accounts generated, over every documented list, the newest first. */
export async function listHistory(parts: EngineParts, options: AskOptions & { readonly type: string | null }): Promise<Found<HistoryItem>> {
  const { type, limit } = options;
  const types = [...new Set(Object.values(parts.registry.providers).flatMap(({ listings }) => listings.map((listing) => listing.type)))];
  if (type !== null && !types.includes(type))
    throw new UsageError(`--type ${JSON.stringify(type)}: allowed are ${types.join(', ')}${didYouMean(type, types)}`);
  const notes: string[] = [];
  const reasons: Stopped[] = [];
  const items: HistoryItem[] = [];
  await withAccounts(parts, options.provider, notes, async (desks, jobOf) => {
    for (const [name, desk] of Object.entries(desks)) {
      for (const listing of desk.provider.listings) {
        if (type !== null && listing.type !== type) continue;
        const read = await readPages(desk, { ...listing, keyOf: ({ id }) => id }, limit);
        if (read.why !== null) notes.push(`${name}, ${listing.type}: ${read.why}`);
        if (read.reason !== null) reasons.push(read.reason);
        for (const { createdAt, ...entry } of read.entries) {
          items.push({ provider: name, type: listing.type, created_at: iso(createdAt), ...entry, job: jobOf(name, [entry.id]) });
        }
      }
    }
  });
  return { items: newest(items, ({ created_at }) => created_at, limit), reasons, notes };
}

/** `transactions`: the bookings of the accounts, the newest first. */
export async function listTransactions(parts: EngineParts, options: AskOptions): Promise<Found<TransactionItem>> {
  const notes: string[] = [];
  const reasons: Stopped[] = [];
  const items: TransactionItem[] = [];
  await withAccounts(parts, options.provider, notes, async (desks, jobOf) => {
    for (const [name, desk] of Object.entries(desks)) {
      const { transactions: source, unit } = desk.provider;
      if (source === null) {
        notes.push(`${name} documents no list of bookings`);
        continue;
      }
      const list = {
        page: (number: number, size: number) => source.page?.(number, size) ?? source.request,
        read: (answer: Parameters<typeof source.read>[0]) => {
          const entries = source.read(answer);
          return entries === null ? null : { entries, more: null };
        },
        keyOf: (entry: Transaction) => JSON.stringify(entry.raw),
      };
      const read = await readPages(desk, list, options.limit);
      if (read.why !== null) notes.push(`${name}: ${read.why}`);
      if (read.reason !== null) reasons.push(read.reason);
      for (const { at, amount, description = null, text, raw } of read.entries) {
        const ids = text.split(/[^\w-]+/).filter((word) => word.length >= 6);
        items.push({ provider: name, unit, at: iso(at), amount, description, job: jobOf(name, ids), raw });
      }
    }
  });
  return { items: newest(items, ({ at }) => at, options.limit), reasons, notes };
}

type JobOf = (provider: string, ids: readonly string[]) => { readonly batch: string; readonly id: string } | null;

/** Opens the accounts, and the queue where there is one, so that what is ours is named. */
async function withAccounts(
  parts: EngineParts,
  named: string | null,
  notes: string[],
  ask: (desks: ReturnType<typeof openDesks>['desks'], jobOf: JobOf) => Promise<void>,
): Promise<void> {
  const providers = providersToAsk(parts, named, notes);
  if (providers.length === 0) throw new AccountError(`There is no account to ask. ${notes.splice(0).join('. ')}`, 'auth');
  const { dbPath } = parts.settings;
  const db = existsSync(dbPath) ? usable(() => openQueueForReading(dbPath)) : null;
  const stores = db === null ? null : storesOf(db, parts.output.redact);
  const names = providers.map(({ name }) => name);
  const { desks, close } = openDesks(parts, names, { limits: null });
  try {
    await ask(desks, (provider, ids) => {
      for (const id of ids) {
        const job = stores?.attempts.jobOf(provider, id) ?? null;
        if (job !== null) return job;
      }
      return null;
    });
  } finally {
    await close();
    db?.close();
  }
}

/** The newest entries of several lists; what has no time stays where its list had it, behind the others. */
function newest<Item>(items: readonly Item[], at: (item: Item) => string | null, limit: number): readonly Item[] {
  return [...items].sort((a, b) => (at(b) ?? '').localeCompare(at(a) ?? '')).slice(0, limit);
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
