import { Agent, type FormData, request } from 'undici';
import { onTestFinished } from 'vitest';
import { defaultSandboxOptions, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

/** An answer as a test looks at it. `json` is loose on purpose: the tests say what it must be. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly json: ReturnType<typeof JSON.parse>;
}

export interface Client {
  readonly sandbox: Sandbox;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  send(method: string, path: string, body?: string | Buffer | FormData, headers?: Record<string, string>): Promise<Reply>;
  /** Asks again until the answer satisfies. */
  until(path: string, satisfied: (reply: Reply) => boolean): Promise<Reply>;
}

/** A sandbox on a free port, closed when the test ends, and a client with the fitting key. A generation takes 2 ms at the default speed here. */
export async function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Client> {
  const sandbox = await startSandbox({ ...defaultSandboxOptions, speed: 100_000, balance: 100_000, ...options });
  const dispatcher = new Agent();
  onTestFinished(async () => {
    await sandbox.close();
    await dispatcher.destroy();
  });
  const send: Client['send'] = async (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path : sandbox.url + path;
    const key = /\/api\/v1\/(images|videos|3d|projects)(\?|$)/.test(path) ? sandbox.keys.mayanio : sandbox.keys.ulazai;
    const auth: Record<string, string> = url.includes('/files/') ? {} : { authorization: `Bearer ${key}` };
    const answer = await request(url, { method: method as 'GET', headers: { ...auth, ...headers }, body: body ?? null, dispatcher });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return {
      status: answer.statusCode,
      headers: answer.headers,
      bytes,
      get json() {
        return JSON.parse(bytes.toString());
      },
    };
  };
  const get: Client['get'] = (path, headers) => send('GET', path, undefined, headers);
  return {
    sandbox,
    send,
    get,
    post: (path, body, headers) => send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    async until(path, satisfied) {
      for (;;) {
        const reply = await get(path);
        if (satisfied(reply)) return reply;
      }
    },
  };
}
