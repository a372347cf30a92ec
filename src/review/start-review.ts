import { Hono } from 'hono';
import { serveOnLoopback } from '../http/serve-on-loopback.ts';
import { apiRoutes } from './api-routes.ts';
import { ChangeFeed } from './change-feed.ts';
import { Guard, newSecret } from './guard.ts';
import { mediaRoutes } from './media-routes.ts';
import type { ReviewHost } from './review-host.ts';
import { Thumbnails } from './thumbnails.ts';

/** A contact sheet that is being served. */
export interface ReviewServer {
  /** With the token that lets one browser in, once. */
  readonly url: string;
  close(): Promise<void>;
}

/** How it is served. */
export interface ReviewServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** The built page. */
  readonly page: string;
  /** Where small pictures are kept. */
  readonly thumbnails: string;
  /** Which view the page opens with. */
  readonly view: 'sheet' | 'live';
}

/** Serves the contact sheet of a batch on the loopback address. Throws what the system says where the port cannot be had. */
export async function startReview(host: ReviewHost, options: ReviewServerOptions): Promise<ReviewServer> {
  const token = newSecret();
  let port = 0;
  const app = new Hono();
  const feed = new ChangeFeed(() => host.version());
  app.use('*', new Guard(token, () => port).middleware);
  const policy = pagePolicy(options.page);
  app.get('/', (context) => context.html(options.page, 200, { 'content-security-policy': policy }));
  apiRoutes(app, host, feed);
  mediaRoutes(app, host, new Thumbnails(options.thumbnails));
  const server = await serveOnLoopback(app.fetch, options.port);
  port = server.port;
  const close = (): Promise<void> => {
    feed.close();
    return server.close();
  };
  const view = options.view === 'live' ? '&view=live' : '';
  return { url: `http://127.0.0.1:${port}/?token=${token}${view}`, close };
}

/** The page's own policy, and that nothing may frame it, which only a header can say. */
function pagePolicy(page: string): string {
  const own = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  if (own === undefined) throw new Error('The page has no policy: npm run build');
  return `${own.replaceAll(' file:', '')}; frame-ancestors 'none'`;
}
