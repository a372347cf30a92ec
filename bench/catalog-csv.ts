import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Writes a manifest of so many images, about 200 bytes a row. */
export async function writeCatalog(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('id,model,prompt,aspect_ratio,sku,tags\n');
  for (let from = 0; from < rows; from += 1_000) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + 1_000); row++) {
      const id = String(row).padStart(7, '0');
      text += `p${id},ulazai/image,"Product ${id} on a plain white table, soft light from the left, a shadow below, sharp from front to back, colour as it is, no text, no hands",1:1,SKU-${id},spring|catalog\n`;
    }
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}
