import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import PQueue from 'p-queue';

/** Longest side, in pixels: sharp on a display of twice the density at the usual size of a cell. */
const SIDE = 400;

/** Pixels of the largest picture that is made small; a bomb of more is refused by the decoder. */
const MOST_PIXELS = 268_402_689;

/** Small pictures of outputs, made when they are first asked for, a few at a time, and kept by content. */
export class Thumbnails {
  readonly #folder: string;
  readonly #side: number;
  readonly #queue = new PQueue({ concurrency: 2 });
  readonly #making = new Map<string, Promise<string | null>>();

  /** `folder`: where they are kept, made when needed; never among the outputs. `side`: the longest, in pixels. */
  constructor(folder: string, side: number = SIDE) {
    this.#folder = folder;
    this.#side = side;
  }

  /** The path of the small picture; null when the file is none that can be read. */
  async of(file: { readonly path: string; readonly sha256: string }): Promise<string | null> {
    const target = join(this.#folder, file.sha256.slice(0, 2), `${file.sha256}-${this.#side}.webp`);
    if (await exists(target)) return target;
    let making = this.#making.get(target);
    if (making === undefined) {
      making = this.#queue.add(() => this.#make(file.path, target)).finally(() => this.#making.delete(target));
      this.#making.set(target, making);
    }
    return making;
  }

  async #make(source: string, target: string): Promise<string | null> {
    const part = `${target}.${process.pid}.part`;
    try {
      const { default: sharp } = await import('sharp');
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const small = await sharp(source, { limitInputPixels: MOST_PIXELS })
        .rotate()
        .resize(this.#side, this.#side, { fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 78 })
        .toBuffer();
      await writeFile(part, small, { mode: 0o600 });
      await rename(part, target);
      return target;
    } catch {
      // A picture that cannot be read, or no room for a small one: the page shows the file itself instead.
      await rm(part, { force: true });
      return null;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
