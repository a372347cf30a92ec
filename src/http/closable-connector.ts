import { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Makes connections, and ends them all. */
export interface ClosableConnector {
  readonly connect: buildConnector.connector;
  /** Ends every connection at once, those too that are still being made: they would keep the process alive. */
  close(): void;
}

/**
 * undici's connector, with a list of what is open. Its option `signal` would do the same, and hold every connection that was ever made: Node takes
 * its listener off only when the signal aborts, which at the end of 100,000 fresh connections is a gigabyte.
 */
export function closableConnector(options: buildConnector.BuildOptions): ClosableConnector {
  const connect = buildConnector(options);
  const open = new Set<Socket>();
  let closed = false;
  const end = (socket: Socket): void => {
    socket.destroy(Object.assign(new Error('the connection was called off'), { code: 'ABORTED' }));
  };
  return {
    connect(target, callback) {
      // The type hides it: the socket, which the callback gives only when it is connected.
      const socket: unknown = connect(target, callback);
      if (!(socket instanceof Socket)) return;
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      if (closed) end(socket);
    },
    close() {
      closed = true;
      for (const socket of open) end(socket);
    },
  };
}
