import { type FileHandle, open } from 'node:fs/promises';
import { ByteSource } from './byte-source.ts';
import { checkGif } from './structure/gif.ts';
import { checkGlb } from './structure/glb.ts';
import { checkIsoImage, checkMovie } from './structure/iso-media.ts';
import { checkJpeg } from './structure/jpeg.ts';
import { checkMatroska } from './structure/matroska.ts';
import { checkMp3 } from './structure/mp3.ts';
import { checkPng } from './structure/png.ts';
import { checkRiff } from './structure/riff.ts';
import type { StructureCheck } from './structure/structure-check.ts';

/** How each media type is followed to its end. */
const CHECKS: Readonly<Record<string, StructureCheck>> = {
  'image/png': checkPng,
  'image/apng': checkPng,
  'image/jpeg': checkJpeg,
  'image/gif': checkGif,
  'image/webp': checkRiff,
  'image/avif': checkIsoImage,
  'image/heic': checkIsoImage,
  'image/heif': checkIsoImage,
  'video/mp4': checkMovie,
  'video/x-m4v': checkMovie,
  'video/quicktime': checkMovie,
  'video/3gpp': checkMovie,
  'video/webm': checkMatroska,
  'video/matroska': checkMatroska,
  'video/vnd.avi': checkRiff,
  'audio/wav': checkRiff,
  'audio/mpeg': checkMp3,
  'model/gltf-binary': checkGlb,
};

/** What a file's own structure says of it. */
export type StructureVerdict =
  | { readonly kind: 'whole' }
  | { readonly kind: 'broken'; readonly message: string }
  /** There is no check for this type. */
  | { readonly kind: 'unchecked' };

/** Follows a file of a known type, by its path or its content, to its end: a download without a length can be cut and still look like a file. */
export async function checkStructure(source: string | Buffer, mediaType: string): Promise<StructureVerdict> {
  const check = CHECKS[mediaType];
  if (!check) return { kind: 'unchecked' };
  if (Buffer.isBuffer(source)) return verdictOf(await check(new ByteSource(source, source.length)));
  const file: FileHandle = await open(source, 'r');
  try {
    return verdictOf(await check(new ByteSource(file, (await file.stat()).size)));
  } finally {
    await file.close();
  }
}

function verdictOf(message: string | null): StructureVerdict {
  return message === null ? { kind: 'whole' } : { kind: 'broken', message };
}
