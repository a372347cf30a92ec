/**
 * One repeatable number in [0, 2^32) from any parts: the same parts give the same number on every machine.
 * FNV-1a over the text, then a murmur3 finish, because FNV alone leaves the high bits of short texts alike.
 */
export function hash32(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = typeof part === 'string' ? part : `#${part}`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** One repeatable number in [0, 1) from any parts. */
export function fraction(...parts: readonly (string | number)[]): number {
  return hash32(...parts) / 0x1_0000_0000;
}
