/** An output path that cannot be used, with the reason. */
export class UnsafePath extends Error {
  override readonly name = 'UnsafePath';
}

/** Bytes of a segment: file systems hold 255, and `-preview`, `.a12`, an extension and `.part` are still to come. */
const SEGMENT_BYTES = 180;
const PATH_BYTES = 800;
const SEGMENTS = 16;

/** What Windows cannot hold in a name (Microsoft, "Naming Files, Paths, and Namespaces"), controls, line separators, and characters that turn the reading direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
const UNSAFE = /[<>:"|?*\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|\p{Cs}/gu;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;
/** Nothing to make safe: most names. */
const PLAIN = /^[A-Za-z0-9_-]{1,120}$/;

/**
 * The path under the output folder that a manifest asks for, made safe on every system: forward slashes, NFC, no name that Windows reserves or
 * cannot hold; long names are shortened with a hash of the whole. Harmless characters are replaced by `_`; what would leave the folder
 * (`..`, an absolute path, a drive) is refused with UnsafePath, never repaired.
 */
export function safeOutputPath(wanted: string, sha256: (text: string) => string): string {
  if (PLAIN.test(wanted) && !RESERVED.test(wanted)) return wanted;
  const path = wanted.normalize('NFC').replaceAll('\\', '/').trim();
  if (path.includes('\0')) throw new UnsafePath('a NUL character');
  if (path === '') throw new UnsafePath('an empty path');
  if (path.startsWith('/'))
    throw new UnsafePath('a path that begins with "/" (a variable before it may be empty); it must be relative to the output folder');
  if (/^[A-Za-z]:(?:\/|$)/.test(path)) throw new UnsafePath('a path on a drive; it must be relative to the output folder');
  if (path === '~' || path.startsWith('~/')) throw new UnsafePath('a path in the home folder; it must be relative to the output folder');
  const segments = path.split('/').filter((segment) => segment.trim() !== '' && segment.trim() !== '.');
  if (segments.some((segment) => segment.trim() === '..')) throw new UnsafePath('".." would leave the output folder');
  if (segments.length === 0) throw new UnsafePath(`${JSON.stringify(path)} holds nothing that can be a name`);
  if (path.endsWith('/')) throw new UnsafePath('a path that ends in "/"; the last part is the name of the file');
  if (segments.length > SEGMENTS) throw new UnsafePath(`${segments.length} folders deep; at most ${SEGMENTS} parts are allowed`);
  const safe = segments.map((segment) => safeSegment(segment, sha256)).join('/');
  if (Buffer.byteLength(safe) > PATH_BYTES) throw new UnsafePath(`${Buffer.byteLength(safe)} bytes; at most ${PATH_BYTES} are allowed`);
  return safe;
}

function safeSegment(segment: string, sha256: (text: string) => string): string {
  if (PLAIN.test(segment) && !RESERVED.test(segment)) return segment;
  // A leading dot would hide the output, a tilde be expanded by shells, and `.nightshift` is ours.
  const clean = segment
    .replace(UNSAFE, '_')
    .trim()
    .replace(/[. ]+$/, '')
    .replace(/^[.~]+/, '_');
  if (clean === '') throw new UnsafePath(`the part ${JSON.stringify(segment)} holds nothing that can be a name`);
  const named = clean.replace(RESERVED, (word) => `${word}_`);
  return Buffer.byteLength(named) <= SEGMENT_BYTES ? named : shortened(named, sha256);
}

function shortened(name: string, sha256: (text: string) => string): string {
  let kept = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > SEGMENT_BYTES - 9) break;
    kept += character;
  }
  return `${kept.replace(/[. ]+$/, '')}-${sha256(name).slice(0, 8)}`;
}
