import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys that no account has: the bench's servers take any. */
export const KEYS = { ULAZAI_API_KEY: 'bench-key-of-nobody-1', MAYANIO_API_KEY: 'bench-key-of-nobody-2' };

/** A folder whose configuration leads to a server of the bench without limits that anyone could reach. */
export function unlimitedWorkplace(folder: string, url: string, concurrency: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'nightshift.config.yaml'),
    `out: out
providers:
  ulazai:
    base_url: ${url}
    limits: { requests: 100000/1s, concurrency: ${concurrency} }
  mayanio:
    base_url: ${url}
    limits: { requests: 100000/1s, concurrency: ${concurrency} }
    prices: { nano-banana: 8 }
downloads: { concurrency: 8, max_bytes: 4GB, allow_private_hosts: true }
`,
  );
}
