import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { ChangeFeed } from './change-feed.ts';
import { type ReviewHost, ReviewRefusal } from './review-host.ts';

const text = z.string().max(20_000).nullable();
const output = z.int().nonnegative();
const CHANGES = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        output,
        decision: z.enum(['pick', 'reject']).nullable().optional(),
        star: z.boolean().optional(),
        note: text.optional(),
        prompt: text.optional(),
      }),
    )
    .min(1)
    .max(100_000),
});
const COST = z.record(z.string(), z.strictObject({ unit: z.string(), total: z.number().nullable() }));
const REGENERATE = z.strictObject({ outputs: z.array(output).min(1).max(100_000), agreed: COST.nullable() });
const PAUSE = z.strictObject({ paused: z.boolean() });

/** What the page asks and does, in JSON. */
export function apiRoutes(app: Hono, host: ReviewHost, feed: ChangeFeed): void {
  const json = (context: Context, value: object) =>
    context.body(host.redact(JSON.stringify(value)), 200, { 'content-type': 'application/json' });
  const after = (context: Context): number => {
    const text = context.req.query('after') ?? '0';
    if (!/^\d{1,15}$/.test(text)) throw new ReviewRefusal('after: a whole number is needed');
    return Number(text);
  };
  app.use('/api/*', bodyLimit({ maxSize: 32 * 1024 * 1024 }));
  app.get('/api/outputs', (context) => json(context, host.outputs(after(context))));
  app.get('/api/decisions', (context) => json(context, host.decisions(after(context))));
  app.get('/api/status', (context) => json(context, host.status()));
  app.get('/api/decisions.csv', (context) =>
    context.body(host.redact(host.csv()), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="decisions.csv"',
    }),
  );
  app.post('/api/decisions', async (context) => {
    const { changes } = await body(context, CHANGES);
    // Zod writes `undefined` into nothing that was left out, and the types cannot tell.
    return json(context, host.decide(changes as Parameters<ReviewHost['decide']>[0]));
  });
  app.post('/api/undo', (context) => json(context, host.undo()));
  app.post('/api/redo', (context) => json(context, host.redo()));
  app.post('/api/regenerate', async (context) => {
    const { outputs, agreed } = await body(context, REGENERATE);
    return json(context, await host.regenerate(outputs, agreed));
  });
  app.post('/api/pause', async (context) => {
    await host.pause((await body(context, PAUSE)).paused);
    return json(context, host.status());
  });
  app.get('/api/news', (context) =>
    streamSSE(context, async (stream) => {
      let tell: (() => void) | null = null;
      let news = true;
      const stop = feed.listen(() => {
        news = true;
        tell?.();
      });
      stream.onAbort(() => {
        stop();
        tell?.();
      });
      while (!stream.aborted && !stream.closed) {
        if (!news) await new Promise<void>((resolve) => (tell = resolve));
        if (stream.aborted) break;
        news = false;
        await stream.writeSSE({ event: 'news', data: JSON.stringify(host.news()) });
      }
    }),
  );
  app.onError((error, context) => {
    if (error instanceof ReviewRefusal) return context.json({ error: host.redact(error.message) }, 409);
    if (error instanceof z.ZodError || error instanceof SyntaxError) return context.json({ error: 'This request is not understood.' }, 400);
    return context.json({ error: host.redact(`Unexpected: ${error.message}`) }, 500);
  });
}

async function body<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(await context.req.json());
}
