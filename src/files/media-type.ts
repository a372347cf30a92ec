import { fileTypeFromBuffer, fileTypeFromFile } from 'file-type';
import type { ResultFile } from '../job-type/outcomes.ts';

/** A type as the file's own bytes tell it. */
export interface DetectedType {
  readonly mediaType: string;
  /** Without a dot. */
  readonly extension: string;
}

const FAMILIES: Readonly<Record<ResultFile['kind'], { readonly prefix: string; readonly word: string }>> = {
  image: { prefix: 'image/', word: 'a picture' },
  video: { prefix: 'video/', word: 'a video' },
  model3d: { prefix: 'model/', word: 'a 3D model' },
};
/** Where the usual extension is another one. */
const EXTENSIONS: Readonly<Record<string, string>> = { 'image/apng': 'png', 'video/matroska': 'mkv' };

/** The type of a file, by its path or its content, from its first bytes, whatever its name or the answer says; null when they are of no known type. */
export async function detectType(source: string | Buffer): Promise<DetectedType | null> {
  const found = await (Buffer.isBuffer(source) ? fileTypeFromBuffer(source) : fileTypeFromFile(source));
  return found ? { mediaType: found.mime, extension: EXTENSIONS[found.mime] ?? found.ext } : null;
}

/** Null when a type is of the kind that was paid for; else what is wrong, for a message. */
export function kindProblem(detected: DetectedType | null, kind: ResultFile['kind']): string | null {
  const { prefix, word } = FAMILIES[kind];
  if (detected?.mediaType.startsWith(prefix)) return null;
  return `${word} was expected, and what came is ${detected ? detected.mediaType : 'no known type of file'}`;
}
