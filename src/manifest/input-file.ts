import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** What is known of a local input file. */
export interface InputFileFacts {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** By the file's own bytes; null when they are of no known type. */
  readonly mediaType: string | null;
}

/** The facts, or why the file cannot be read. */
export type InspectedFile = InputFileFacts | { readonly unreadable: string };

/** Inspects a local input file by its path as the manifest gives it. */
export type InspectFile = (path: string) => Promise<InspectedFile>;

/** Enough for every media type that is recognised by its head. */
const HEAD_BYTES = 4_100;

/**
 * An inspector of files relative to a folder. Each file is read once however many jobs name it.
 */
export function inputFileInspector(folder: string): InspectFile {
  const seen = new Map<string, Promise<InspectedFile>>();
  return (name) => {
    const path = resolve(folder, name);
    let found = seen.get(path);
    if (!found) {
      found = inspectInputFile(path);
      seen.set(path, found);
    }
    return found;
  };
}

/** Reads what a file is: its type by its head, its size, the hash of its content (streamed, so that large files need no memory). */
export async function inspectInputFile(path: string): Promise<InspectedFile> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return { unreadable: 'it is not a file' };
    if (facts.size === 0) return { unreadable: 'the file is empty' };
    const head = await readHead(path);
    // Loaded with the first file: most manifests name none, and its parsers are many.
    const { fileTypeFromBuffer } = await import('file-type');
    const type = await fileTypeFromBuffer(head);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { path, sha256: hash.digest('hex'), bytes, mediaType: type?.mime ?? null };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { unreadable: 'there is no such file' };
    if (code === 'EACCES' || code === 'EPERM') return { unreadable: 'reading it is not permitted' };
    return { unreadable: message };
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
