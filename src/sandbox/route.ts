import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Hono } from 'hono';
import type { JsonObject } from '../values/json.ts';
import { isJsonObject } from '../values/json.ts';
import { checkUploads } from './check-uploads.ts';
import { authenticate, type Door } from './doors.ts';
import { throttled } from './place.ts';
import { Refusal } from './refusal.ts';
import type { User } from './users.ts';
import { settle, type World } from './world.ts';

export type Env = { Bindings: HttpBindings };
export type App = Hono<Env>;

/** A request as the handlers see it. */
export interface Call {
  readonly context: Context<Env>;
  readonly user: User;
  /** The JSON body of a POST or PUT. */
  body(): Promise<JsonObject>;
}

/** An answer as data, or one that is ready to send. */
export type Answer = { readonly status: number; readonly body: JsonObject } | Response;

/** Where a route is and what it is for; the purpose says which faults can play on it. */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** In the router's form: `/api/v1/generate/:id/`. */
  readonly path: string;
  readonly door: Door;
  readonly purpose: 'submit' | 'status' | 'other';
}

const cut = Symbol('cut');

/** Registers a route for users with a key. */
export function route(app: App, world: World, spec: RouteSpec, handle: (call: Call) => Answer | Promise<Answer>): void {
  serve(app, world, spec.method, spec.path, async (context, headers) => {
    const { faults } = world;
    const user = authenticate(world, spec.door, context.req.header('authorization'));
    try {
      if (faults.plays('throttled')) throw throttled(world, 'Rate limit exceeded', 1000);
      spec.door.admit(world, user);
    } finally {
      Object.assign(headers, spec.door.headers(world, user));
    }
    const submit = spec.purpose === 'submit';
    if (submit && faults.plays('server-error')) throw new Refusal(500, 'Internal server error');
    if (submit && faults.plays('cut-before-charge')) return cut;
    if (spec.purpose === 'status' && faults.plays('status-error')) throw new Refusal(500, 'Internal server error');
    if (submit && faults.plays('late-charge')) {
      // Read first: what a client that has left had sent would be gone.
      await context.req.text();
      await world.clock.sleep(10_000 + 80_000 * faults.next('late-charge'));
      settle(world);
    }
    const body = async (): Promise<JsonObject> => {
      const read = await readBody(context);
      if (submit) checkUploads(world, read);
      return read;
    };
    const answer = await handle({ context, user, body });
    if (!submit || answer.status >= 300) return answer;
    if (faults.plays('cut-after-charge')) return cut;
    if (faults.plays('server-error-after-charge')) throw new Refusal(500, 'Internal server error');
    if (faults.plays('broken-json'))
      return new Response('<html><body>Bad gateway</body></html>', {
        status: answer.status,
        headers: { 'content-type': 'application/json' },
      });
    return answer;
  });
}

/** Registers a route that needs no key. */
export function openRoute(app: App, world: World, method: 'POST', path: string, handle: (body: JsonObject) => Answer): void {
  serve(app, world, method, path, async (context) => handle(await readBody(context)));
}

type Serve = (context: Context<Env>, headers: Record<string, string>) => Promise<Answer | typeof cut>;

function serve(app: App, world: World, method: string, path: string, handle: Serve): void {
  const label = `${method} ${path.replace(/:(\w+)/g, '{$1}')}`;
  app.on(method, path, async (context) => {
    world.traffic.count(label);
    settle(world);
    const late = world.faults.plays('slow') ? 5000 + 85_000 * world.faults.next('slow') : 0;
    const headers: Record<string, string> = {};
    let answer: Answer | typeof cut;
    try {
      answer = await handle(context, headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      Object.assign(headers, error.headers);
      answer = { status: error.status, body: { success: false, error: error.message, ...error.extra } };
    }
    if (late > 0) await world.clock.sleep(late);
    if (answer === cut) {
      context.env.incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    if (answer instanceof Response) {
      for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
      return answer;
    }
    return new Response(JSON.stringify(answer.body), {
      status: answer.status,
      headers: { 'content-type': 'application/json', ...headers },
    });
  });
}

async function readBody(context: Context<Env>): Promise<JsonObject> {
  let body: unknown;
  try {
    body = JSON.parse(await context.req.text());
  } catch {
    throw new Refusal(400, 'The request body is not valid JSON');
  }
  if (!isJsonObject(body)) throw new Refusal(400, 'The request body must be a JSON object');
  return body;
}
