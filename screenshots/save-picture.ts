import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';

/** What a picture of the README may weigh, in bytes. */
const MOST = 150_000;

/** Writes a PNG as WebP. Throws when it is too heavy for a page that people open to read. */
export async function savePicture(png: Buffer, path: string): Promise<void> {
  const webp = await sharp(png).webp({ quality: 82, effort: 6, smartSubsample: true }).toBuffer();
  if (webp.length > MOST) throw new Error(`${basename(path)} has ${webp.length} bytes; allowed: ${MOST}`);
  await writeFile(path, webp);
  process.stderr.write(`${basename(path)}: ${Math.ceil(webp.length / 1000)} KB\n`);
}
