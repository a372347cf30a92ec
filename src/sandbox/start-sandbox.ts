import { Hono } from 'hono';
import { serveOnLoopback } from '../http/serve-on-loopback.ts';
import { accountRoutes } from './families/account-routes.ts';
import { klingRoutes } from './families/kling-routes.ts';
import { mayanioRoutes } from './families/mayanio-routes.ts';
import { modelRoutes } from './families/model-routes.ts';
import { soraRoutes } from './families/sora-routes.ts';
import { studioRoutes } from './families/studio-routes.ts';
import { unifiedRoutes } from './families/unified-routes.ts';
import { uploadRoutes } from './families/upload-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { sandboxLedger } from './ledger.ts';
import type { Env } from './route.ts';
import type { Sandbox, SandboxOptions } from './sandbox-options.ts';
import { sandboxKeys } from './users.ts';
import { createWorld, type World } from './world.ts';

/**
 * Starts a stand-in for both APIs on 127.0.0.1: every endpoint of the documents, accounts that are charged and refunded, documented limits and
 * errors, real files, and faults where the options ask for them. Built from the documents alone, so that it is a second reading of them.
 * Throws what the system says where the port cannot be had.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (!(options.speed > 0))
    throw new RangeError(`The sandbox's speed must be a number above 0; found ${options.speed}. 1 is real time, 60 a minute a second.`);
  const world = createWorld(options);
  const server = await serveOnLoopback(application(world).fetch, options.port);
  world.address.url = `http://127.0.0.1:${server.port}`;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    if (!closing) {
      world.clock.close();
      closing = server.close();
    }
    return closing;
  };
  return { url: world.address.url, keys: sandboxKeys, ledger: sandboxLedger(world), close };
}

function application(world: World): Hono<Env> {
  const app = new Hono<Env>();
  accountRoutes(app, world);
  modelRoutes(app, world);
  unifiedRoutes(app, world);
  studioRoutes(app, world);
  soraRoutes(app, world);
  klingRoutes(app, world);
  uploadRoutes(app, world);
  mayanioRoutes(app, world);
  fileRoutes(app, world);
  app.notFound((context) => {
    const { pathname, search } = new URL(context.req.url);
    world.traffic.count(`${context.req.method} (no such route)`);
    // UlazAI's paths end in a slash; without it they answer as a Django site does, whatever the method.
    if (/^\/(api|payments|kling30)\/.*[^/]$/.test(pathname)) return context.redirect(`${pathname}/${search}`, 301);
    return context.json({ success: false, error: `Not found: ${context.req.method} ${pathname}` }, 404);
  });
  app.onError((error, context) => context.json({ success: false, error: 'Internal server error', error_details: error.message }, 500));
  return app;
}
