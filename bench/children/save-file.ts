import { join } from 'node:path';
import { downloadFile } from '../../src/files/download.ts';
import { FilePlacer } from '../../src/files/file-placer.ts';
import { MediaClient } from '../../src/http/media-client.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';

// `save-file URL FOLDER COUNT KIND`: saves so many files as the engine does, eight at a time, and tells the milliseconds.
const [url, root, count, kind] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4]), process.argv[5] as 'video' | 'image'];
const media = new MediaClient({ baseUrls: [url], allowPrivateHosts: true });
const placer = new FilePlacer();
let next = 0;
const started = performance.now();
await Promise.all(
  Array.from({ length: Math.min(8, count) }, async () => {
    for (let index = next++; index < count; index = next++) {
      const outcome = await downloadFile(
        { url: `${url}/f/${index}`, root, target: join(root, `file-${index}`), kind, expectedBytes: null, maxBytes: 8e9 },
        { media, clock: systemClock, placer, waitBeforeRetry: () => 1_000 },
      );
      if (outcome.kind !== 'saved') throw new Error(JSON.stringify(outcome));
    }
  }),
);
process.stdout.write(`${performance.now() - started}\n`);
await media.close();
