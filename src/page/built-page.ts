import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The pages that are built from ui/. */
export type PageName = 'review' | 'report';

/** Where they lie, seen from the sources and from the built program. */
const FOLDERS = ['../../dist/ui', '../../ui'] as const;

/** A built page, whole: script and style stand in it. Throws with what to do when it was not built. */
export async function builtPage(name: PageName): Promise<string> {
  for (const folder of FOLDERS) {
    const page = await readFile(join(import.meta.dirname, folder, name, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    // Seen from the sources, the second folder holds the page as it was before building, which has no policy.
    if (page.includes('Content-Security-Policy')) return page;
  }
  throw new Error(`The page ${name} is not built: npm run build`);
}
