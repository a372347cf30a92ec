import { createHash } from 'node:crypto';
import { encodeFilm, type FilmSpec } from './film.ts';
import { encodeModel, type ModelSpec } from './model.ts';
import { encodePicture, type PictureSpec } from './picture.ts';

/** What to make: equal specs give equal bytes, so a file can be forgotten and made again. */
export type MediaSpec =
  | ({ readonly kind: 'picture' } & PictureSpec)
  | ({ readonly kind: 'film' } & FilmSpec)
  | ({ readonly kind: 'model' } & ModelSpec);

/** A made file. */
export interface MediaFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** A strong validator: the content's hash, in quotes. */
  readonly etag: string;
}

/** A file of these bytes. */
export function mediaFile(bytes: Uint8Array, type: string): MediaFile {
  return { bytes, type, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` };
}

/** Makes files when they are first asked for and keeps the latest, at most `capacity` bytes of them. */
export class MediaCache {
  private readonly capacity: number;
  private readonly files = new Map<string, Promise<MediaFile>>();
  /** Sizes of what is held and finished. */
  private readonly finished = new Map<string, number>();
  /** Sizes of all that was ever made: equal specs give equal bytes. */
  private readonly sizes = new Map<string, number>();
  private held = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How long the file under this key is, made only if it never was before. */
  async size(key: string, spec: MediaSpec): Promise<number> {
    return this.sizes.get(key) ?? (await this.get(key, spec)).bytes.length;
  }

  /** The file under this key; `spec` says what it shows. */
  get(key: string, spec: MediaSpec): Promise<MediaFile> {
    const known = this.files.get(key);
    if (known !== undefined) {
      this.files.delete(key);
      this.files.set(key, known);
      return known;
    }
    const made = make(spec);
    this.files.set(key, made);
    made.then(
      (file) => {
        this.sizes.set(key, file.bytes.length);
        this.finished.set(key, file.bytes.length);
        this.held += file.bytes.length;
        this.trim();
      },
      () => this.files.delete(key),
    );
    return made;
  }

  private trim(): void {
    for (const key of this.files.keys()) {
      if (this.held <= this.capacity) return;
      const size = this.finished.get(key);
      if (size === undefined) continue;
      this.files.delete(key);
      this.finished.delete(key);
      this.held -= size;
    }
  }
}

async function make(spec: MediaSpec): Promise<MediaFile> {
  switch (spec.kind) {
    case 'picture':
      return mediaFile(await encodePicture(spec), `image/${spec.format}`);
    case 'film':
      return mediaFile(await encodeFilm(spec), 'video/mp4');
    case 'model':
      return mediaFile(await encodeModel(spec), 'model/gltf-binary');
  }
}
