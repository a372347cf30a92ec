/** A name with the extension that the file's own bytes call for; not a second time when it ends with it already. */
export function withExtension(target: string, extension: string): string {
  const same = extension === 'jpg' ? /\.jpe?g$/i : new RegExp(`\\.${extension.replace(/[^a-z0-9]/gi, '\\$&')}$`, 'i');
  return same.test(target) ? target : `${target}.${extension}`;
}
