import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it stood on the wire. */
export interface Seen {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** An HTTP server for one test that keeps what it was asked, and the number of connections. */
export async function serve(reply: (seen: Seen) => Reply | Promise<Reply>) {
  const seen: Seen[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks) };
    seen.push(one);
    const { status = 200, headers: given = {}, body = '' } = await reply(one);
    response.writeHead(status, given).end(body);
  });
  const { url, connections } = await listen(server);
  return { url, seen, connections };
}

/** A TCP server for one test that does with each connection as told. */
export async function serveRaw(onConnection: (socket: net.Socket) => void) {
  const server = net.createServer(onConnection);
  const { url, connections } = await listen(server);
  return { url, connections };
}

/** Reads a whole HTTP request, then does as told: what happens after the provider has read everything. */
export function afterRequest(then: (socket: net.Socket) => void): (socket: net.Socket) => void {
  return (socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const head = text.indexOf('\r\n\r\n');
      if (head >= 0 && text.length >= head + 4 + length) then(socket);
    });
  };
}

/** Makes a server listen on a free port of 127.0.0.1 until the test ends. */
export async function listen(server: net.Server) {
  const sockets = new Set<net.Socket>();
  let count = 0;
  server.on('connection', (socket: net.Socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, connections: () => count };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
