import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/**
 * Puts a Content Security Policy into each built page: what stands in it runs, by its hash, and nothing else does. Data that is put
 * into the page later (`<script type="application/json">`) is not run and needs no hash.
 */
export function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
          file.source = withPolicy(String(file.source));
        }
      },
    },
  };
}

function withPolicy(page: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashes(page, /<script(?: type="module")?(?: crossorigin)?>([\s\S]*?)<\/script>/g)}`,
    `style-src ${hashes(page, /<style[^>]*>([\s\S]*?)<\/style>/g)}`,
    // `file:` for a page that was opened from disk, whose pictures lie beside it.
    "img-src 'self' data: blob: file:",
    "media-src 'self' data: blob: file:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return page.replace('<head>', () => `<head>\n    ${meta}`);
}

function hashes(page: string, pattern: RegExp): string {
  const found = [...page.matchAll(pattern)].map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return found.length === 0 ? "'none'" : found.join(' ');
}
