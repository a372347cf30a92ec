import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** An answer that is larger than is read. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'BODY_TOO_LARGE';

  constructor(maxBytes: number) {
    super(`the answer is larger than the ${maxBytes} bytes that are read`);
  }
}

const DECODERS = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** A body read whole, up to a limit that also binds what it unpacks to. Throws a BodyTooLargeError, or what the stream throws. */
export async function readBody(body: AsyncIterable<Buffer>, encoding: string | undefined, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  // We ask for `identity`; some servers pack all the same.
  const decode = DECODERS[encoding?.trim().toLowerCase() as keyof typeof DECODERS];
  if (!decode || bytes === 0) return whole.toString('utf8');
  try {
    return (await decode(whole, { maxOutputLength: maxBytes })).toString('utf8');
  } catch (error) {
    if (error instanceof RangeError) throw new BodyTooLargeError(maxBytes);
    throw error;
  }
}
