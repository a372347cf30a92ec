import type { Capabilities } from '../job-type/capabilities.ts';
import type { QueueDb } from './open-queue.ts';

/** What is kept of provider accounts between runs: uploaded files and model lists. */
export class AccountCache {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** The URL that a file's content was uploaded to, at this moment or later; null when it was not. */
  uploadedUrl(provider: string, sha256: string, since: number): string | null {
    const url = this.#db
      .prepare('SELECT url FROM uploads WHERE provider = ? AND sha256 = ? AND uploaded_at >= ?')
      .pluck()
      .get(provider, sha256, since) as string | undefined;
    return url ?? null;
  }

  /** The URL serves no longer. One that was uploaded in the meantime stays. */
  forgetUpload(provider: string, sha256: string, url: string): void {
    this.#db.prepare('DELETE FROM uploads WHERE provider = ? AND sha256 = ? AND url = ?').run(provider, sha256, url);
  }

  rememberUpload(provider: string, sha256: string, url: string, now: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO uploads (provider, sha256, url, uploaded_at) VALUES (?, ?, ?, ?)')
      .run(provider, sha256, url, now);
  }

  /** A provider's model list as last read. */
  models(provider: string, kind: 'image' | 'video'): { readonly models: readonly Capabilities[]; readonly fetchedAt: number } | null {
    const row = this.#db
      .prepare('SELECT models, fetched_at AS fetchedAt FROM catalog WHERE provider = ? AND kind = ?')
      .get(provider, kind) as { models: string; fetchedAt: number } | undefined;
    return row ? { models: JSON.parse(row.models) as Capabilities[], fetchedAt: row.fetchedAt } : null;
  }

  rememberModels(provider: string, kind: 'image' | 'video', models: readonly Capabilities[], now: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO catalog (provider, kind, models, fetched_at) VALUES (?, ?, ?, ?)')
      .run(provider, kind, JSON.stringify(models), now);
  }
}
