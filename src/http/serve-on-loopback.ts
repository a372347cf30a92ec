import { createAdaptorServer } from '@hono/node-server';

/** A server of this machine alone. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends it and every connection that is still open. */
  close(): Promise<void>;
}

/** Serves an application on 127.0.0.1, at a free port where `port` is 0. Throws what the system says where the port cannot be had. */
export async function serveOnLoopback(
  application: Parameters<typeof createAdaptorServer>[0]['fetch'],
  port: number,
): Promise<LoopbackServer> {
  const server = createAdaptorServer({ fetch: application, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens, but its port is not known.');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  return { port: address.port, close };
}
