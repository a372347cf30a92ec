import { createServer } from 'node:http';

// A server without latency and without limits that makes every MayanIO image at once, and every UlazAI account rich. Tells its port on its
// first line; tells on a line of its own when the first request that pays has come.
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let submissions = 0;
let port = 0;

const server = createServer((request, response) => {
  const { method = '', url = '' } = request;
  if (method === 'GET' && url.startsWith('/f/')) {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': PICTURE.length, etag: '"one"' }).end(PICTURE);
    return;
  }
  request.resume();
  request.on('end', () => {
    let body: object = { credits_balance: 1_000_000_000, credits: 1_000_000_000, results: [], generations: [], total: 0 };
    if (method === 'POST') {
      submissions += 1;
      if (submissions === 1) process.stdout.write(`paid ${Date.now()}\n`);
      const result = { url: `http://127.0.0.1:${port}/f/${submissions}.png` };
      body = url.includes('/api/v1/images')
        ? { success: true, data: { generation_id: `g${submissions}`, images: [result] } }
        : { success: true, data: { generation_id: `g${submissions}`, status: 'processing' } };
    }
    const text = JSON.stringify(body);
    response
      .writeHead(method === 'POST' ? 201 : 200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`port ${port}\n`);
});
