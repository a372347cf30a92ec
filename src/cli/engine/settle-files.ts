import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFile } from '../../files/copy-file.ts';
import { NameTakenError, renameFile } from '../../files/place-file.ts';
import { makeSafeFolder, syncFolder, UnsafePathError } from '../../files/safe-folder.ts';
import { moveSidecar } from '../../files/sidecar-file.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { FileDifference, FileDifferences } from '../../queue/file-differences.ts';
import { formatCount } from '../../report/format.ts';
import { asideOf } from './compare-files.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/** Renamings that share the syncs of their folders and one commit. */
const TOGETHER = 200;

/**
 * Gives the files on disk the names that the manifest gives them now, and records it. Nothing is ever overwritten; what cannot be moved keeps
 * its old name and its record. A process that dies between a renaming and its record leaves a file that the next run finds by its content.
 */
export async function settleFiles(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  differences: FileDifferences,
  before = batch.outDir,
): Promise<void> {
  const mover = new Mover(stores, batch.outDir, differences);
  let copied = 0;
  for (const file of differences.of('elsewhere')) if (await mover.copy(file, before)) copied += 1;
  for (const file of differences.of('arrived')) await mover.record(file);
  for (const file of differences.of('move')) await mover.follow(file);
  await mover.flush();
  // What is left waits for another file to leave: in a ring, or behind one that cannot.
  for (const file of differences.of('move')) if (mover.inRing(file)) await mover.turn(file);
  await mover.flush();
  for (const message of mover.faults) parts.output.warn(message);
  if (copied > 0)
    parts.output.note(
      `${copied === 1 ? '1 file is' : `${formatCount(copied)} files are`} copied from ${before}; nothing there was changed.`,
    );
  const moved = mover.moved - copied;
  if (moved > 0) parts.output.note(moved === 1 ? '1 file has its new name.' : `${formatCount(moved)} files have their new names.`);
}

class Mover {
  readonly faults: string[] = [];
  moved = 0;
  readonly #stores: OpenStores;
  readonly #outDir: string;
  readonly #differences: FileDifferences;
  readonly #folders = new Set<string>();
  readonly #left = new Set<string>();
  #pending: FileDifference[] = [];

  constructor(stores: OpenStores, outDir: string, differences: FileDifferences) {
    this.#stores = stores;
    this.#outDir = outDir;
    this.#differences = differences;
  }

  /** Brings a file of another folder here; one that cannot be brought is missing here. */
  async copy(file: FileDifference, from: string): Promise<boolean> {
    const { path, wanted, bytes, sha256 } = file;
    try {
      await copyFile(join(from, path), this.#outDir, join(this.#outDir, wanted), { bytes, sha256 });
    } catch (error) {
      if (!isOfTheDisk(error)) throw error;
      this.faults.push(`${path} is not copied from ${from}: ${(error as Error).message}`);
      this.#differences.settle(file.outputId);
      this.#differences.add([{ ...file, kind: 'missing' }]);
      return false;
    }
    await this.record(file);
    return true;
  }

  /** Moves a file whose new name is free, then the one that waits for its old name, and so on. */
  async follow(first: FileDifference): Promise<void> {
    for (let file: FileDifference | null = first; file !== null; ) {
      if (this.#differences.movingFrom(file.path)?.outputId !== file.outputId) return;
      if (existsSync(join(this.#outDir, file.wanted)) && this.#differences.movingFrom(file.wanted)) return;
      if (!(await this.#rename(file.path, file.wanted))) return;
      await this.record(file);
      file = this.#differences.movingTo(file.path);
    }
  }

  /** Whether the file waits, through others, for itself. */
  inRing(file: FileDifference): boolean {
    const seen = new Set<number>();
    for (let at: FileDifference | null = this.#differences.movingFrom(file.path); at && !seen.has(at.outputId); ) {
      seen.add(at.outputId);
      at = this.#differences.movingFrom(at.wanted);
      if (at?.outputId === file.outputId) return true;
    }
    return false;
  }

  /** Turns a ring: one steps aside, the others follow, and it takes its place. Each step is on disk before the next. */
  async turn(file: FileDifference): Promise<void> {
    const aside = asideOf(file.path);
    if (!(await this.#rename(file.path, aside))) return;
    await this.flush();
    this.#differences.settle(file.outputId);
    const waiting = this.#differences.movingTo(file.path);
    if (waiting) await this.follow(waiting);
    await this.flush();
    if (await this.#rename(aside, file.wanted)) await this.record(file);
  }

  async record(file: FileDifference): Promise<void> {
    this.#differences.settle(file.outputId);
    this.#pending.push(file);
    if (this.#pending.length >= TOGETHER) await this.flush();
  }

  /** Brings the new names to the disk, then their record. */
  async flush(): Promise<void> {
    for (const folder of this.#folders) await syncFolder(folder);
    this.#folders.clear();
    const moved = this.#pending;
    this.#pending = [];
    if (moved.length > 0) this.#stores.outputs.movedTogether(moved);
    this.moved += moved.length;
    // A folder that nothing is left in goes too; one that holds something refuses.
    for (const folder of this.#left) await rmdir(folder).catch(() => {});
    this.#left.clear();
  }

  async #rename(from: string, to: string): Promise<boolean> {
    const [source, target] = [join(this.#outDir, from), join(this.#outDir, to)];
    try {
      await makeSafeFolder(this.#outDir, dirname(target));
      await moveSidecar(source, target);
      await renameFile(source, target);
    } catch (error) {
      if (!isOfTheDisk(error)) throw error;
      this.faults.push(`${from} keeps its name: ${(error as Error).message}`);
      return false;
    }
    this.#folders.add(dirname(source)).add(dirname(target));
    if (dirname(source) !== this.#outDir && dirname(source) !== dirname(target)) this.#left.add(dirname(source));
    return true;
  }
}

function isOfTheDisk(error: unknown): boolean {
  return error instanceof NameTakenError || error instanceof UnsafePathError || (error instanceof Error && 'code' in error);
}
