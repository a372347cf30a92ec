import { createServer } from 'node:http';

// `large-file BYTES`: serves a film of so many bytes (boxes as a player expects them, zeros for pictures) under any path.
const size = Number(process.argv[2]);
const box = (type: string, bytes: number): Buffer => {
  const head = Buffer.alloc(Math.min(bytes, 1_024));
  head.writeUInt32BE(bytes, 0);
  head.write(type, 4, 'latin1');
  return head;
};
const kind = box('ftyp', 24);
kind.write('isom', 8, 'latin1');
kind.write('isommp42', 16, 'latin1');
const head = Buffer.concat([kind, box('moov', 64)]);
const data = box('mdat', size - head.length).subarray(0, 8);
const CHUNK = Buffer.alloc(1 << 20, 7);

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': size, etag: '"film"' });
  response.write(Buffer.concat([head, data]));
  let left = size - head.length - data.length;
  const more = (): void => {
    while (left > 0) {
      const part = left >= CHUNK.length ? CHUNK : CHUNK.subarray(0, left);
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`port ${typeof address === 'object' && address ? address.port : 0}\n`);
});
