import { Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { ApiClient } from '../../src/http/api-client.ts';
import { closableConnector } from '../../src/http/closable-connector.ts';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/http-server.ts';

/** After a full collection of garbage. */
const socketsHeld = (): number => queryObjects(Socket, { format: 'count' }) as unknown as number;

test('of a fresh connection for each of many submissions nothing is left, long before the client is closed', async () => {
  const server = await serve((_, response) => response.end('{}'));
  const client = new ApiClient({ baseUrl: server.url, authScheme: 'Bearer', key: null });
  const send = () => client.send({ method: 'POST', path: '/', body: {} }, { timeoutMs: 5_000, kind: 'submit' });
  await send();
  for (let job = 0; job < 100; job++) expect((await send()).kind).toBe('answer');
  // Both ends are in this process, and the last ones may be on their way out.
  await eventually('the connections are gone', () => socketsHeld() < 50);
  await client.close();
  await server.close();
});

test('a connection that is still being made is ended with the others', async () => {
  const connector = closableConnector({ timeout: 60_000, lookup: () => undefined });
  const ended = new Promise((resolve) =>
    connector.connect({ hostname: 'nowhere.test', protocol: 'http:', port: '80' }, (...[error]) => resolve(error)),
  );
  connector.close();
  expect(await ended).toMatchObject({ code: 'ABORTED' });
  const late = new Promise((resolve) =>
    connector.connect({ hostname: 'nowhere.test', protocol: 'http:', port: '80' }, (...[error]) => resolve(error)),
  );
  expect(await late).toMatchObject({ code: 'ABORTED' });
});
