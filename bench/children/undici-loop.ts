import { Agent, request } from 'undici';

// `undici-loop URL JOBS CONCURRENCY WARM`: the same two requests a job as the engine sends, nothing written; tells the milliseconds after the first WARM jobs.
const [url, jobs, concurrency, warm] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5])];
const dispatcher = new Agent({ keepAliveTimeout: 4_000 });
let next = 0;
let done = 0;
let started = performance.now();
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    while (next++ < jobs) {
      const made = await request(`${url}/api/v1/images`, {
        method: 'POST',
        dispatcher,
        headers: { 'content-type': 'application/json', authorization: 'Bearer nobody' },
        body: JSON.stringify({ model: 'nano-banana', prompt: `picture ${next}`, aspect_ratio: '1:1', output_format: 'png', num_images: 1 }),
      });
      const answer = (await made.body.json()) as { data: { images: { url: string }[] } };
      const file = await request(answer.data.images[0]!.url, { dispatcher });
      await file.body.arrayBuffer();
      done += 1;
      if (done === warm) started = performance.now();
    }
  }),
);
process.stdout.write(`${performance.now() - started}\n`);
await dispatcher.close();
