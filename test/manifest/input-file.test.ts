import { createHash } from 'node:crypto';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { inputFileInspector } from '../../src/manifest/input-file.ts';
import { folderWith } from './folder.ts';

test('a local file is known by its bytes, not its name', async () => {
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const folder = await folderWith({ 'photos/a.jpg': png, 'text.png': 'hello', 'empty.png': '' });
  const inspect = inputFileInspector(folder);
  expect(await inspect('photos/a.jpg')).toEqual({
    path: join(folder, 'photos/a.jpg'),
    sha256: createHash('sha256').update(png).digest('hex'),
    bytes: png.length,
    mediaType: 'image/png',
  });
  expect(await inspect('text.png')).toMatchObject({ mediaType: null, bytes: 5 });
  expect(await inspect('gone.png')).toEqual({ unreadable: 'there is no such file' });
  expect(await inspect('photos')).toEqual({ unreadable: 'it is not a file' });
  expect(await inspect('empty.png')).toEqual({ unreadable: 'the file is empty' });
});
