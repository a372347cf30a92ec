import { dirname } from 'node:path';
import { FolderSync } from './folder-sync.ts';
import type { PartFile } from './part-file.ts';
import { nameFile } from './place-file.ts';

/** A finished file that is to be saved. */
interface Order {
  readonly part: PartFile;
  readonly path: string;
  readonly content: { readonly bytes: number; readonly sha256: string };
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Small files in one round: what waits in memory is bounded by it, and so is how long the first waits for the last. */
const MOST_IN_A_ROUND = 64;

/**
 * Brings finished files to the disk and gives them their names, each in the order that a power loss needs: its bytes, its name, the list of
 * names of its folder.
 *
 * Small files go in rounds: all that wait are written, their fsyncs run side by side together with that of the folder of the round before,
 * and then they are named. Creating or naming a file while an fsync is under way waits for that fsync (the file system's journal holds the
 * folder's block), and the loop with it: one after the other it took ten times as long. Large files do not wait for each other.
 */
export class FilePlacer {
  readonly #folders = new FolderSync();
  #waiting: Order[] = [];
  #working = false;

  /** Resolves when the file has its name and keeps it through a power loss. Throws a NameTakenError, or what the disk throws. */
  place(part: PartFile, path: string, content: Order['content']): Promise<void> {
    if (!part.small) return this.#alone(part, path, content);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ part, path, content, resolve, reject });
      if (this.#working) return;
      this.#working = true;
      // What is finished in the same turn is of the same round.
      setImmediate(() => void this.#work());
    });
  }

  async #alone(part: PartFile, path: string, content: Order['content']): Promise<void> {
    await bring(part);
    await name(part, path, content);
    await this.#folders.sync(dirname(path));
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    let named: readonly Order[] = [];
    while (this.#waiting.length > 0 || named.length > 0) {
      const round = this.#waiting.splice(0, MOST_IN_A_ROUND);
      const [brought] = await Promise.all([each(round, ({ part }) => bring(part)), this.#keepNames(named)]);
      named = await each(brought, ({ part, path, content }) => name(part, path, content));
    }
    this.#working = false;
  }

  /** Syncs each folder once, and tells those that were named in it. */
  async #keepNames(named: readonly Order[]): Promise<void> {
    const syncs = new Map([...new Set(named.map(({ path }) => dirname(path)))].map((folder) => [folder, this.#folders.sync(folder)]));
    const kept = await each(named, async ({ path }) => syncs.get(dirname(path)));
    for (const { resolve } of kept) resolve();
  }
}

async function bring(part: PartFile): Promise<void> {
  await part.sync();
}

async function name(part: PartFile, path: string, content: Order['content']): Promise<void> {
  part.close();
  await nameFile(part.path, path, content);
  part.moved();
}

/** Those with which it went well; the others are told. */
async function each(orders: readonly Order[], step: (order: Order) => Promise<void>): Promise<readonly Order[]> {
  const ends = await Promise.allSettled(orders.map(step));
  return orders.filter((order, index) => {
    const end = ends[index]!;
    if (end.status === 'rejected') order.reject(end.reason);
    return end.status === 'fulfilled';
  });
}
