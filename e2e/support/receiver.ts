import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from './wait-for.ts';

export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
  event: { type: string; timestamp: string; data: Record<string, unknown> };
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Somebody's server that takes webhooks, on loopback. Each path of it is a receiver of its own. */
export async function startReceiver() {
  const received: Received[] = [];
  const behaviours = new Map<string, Behaviour[]>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { url: path = '/' } = request;
    const headers = request.headers as Record<string, string>;
    received.push({ path, headers, body, event: JSON.parse(body) });
    const behave = behaviours.get(path)?.shift();
    if (behave) behave(request, response);
    else response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    host,
    url: (path: string) => `http://${host}${path}`,
    /** What came to a path so far. */
    at: (path: string) => received.filter((each) => each.path === path),

    /** What the next messages to a path are answered with, one each; after that all are taken. */
    next(path: string, ...next: (Behaviour | number)[]): void {
      const toBehaviour =
        (status: number): Behaviour =>
        (_, response) =>
          response.writeHead(status).end('x');
      behaviours.set(
        path,
        next.map((each) => (typeof each === 'number' ? toBehaviour(each) : each)),
      );
    },

    /** Waits until so many messages came to a path. */
    waitFor(path: string, count: number): Promise<Received[]> {
      return waitFor(`${count} messages at ${path}`, () => {
        const found = received.filter((each) => each.path === path);
        return found.length >= count && found;
      });
    },

    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
