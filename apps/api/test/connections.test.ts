import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { buildWorld } from './support/world.ts';

async function listen(api: TestApi): Promise<number> {
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  return (api.app.server.address() as AddressInfo).port;
}

/** An open connection; one that is refused is closed at once. */
async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const request = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`;

/** What a connection is answered. */
async function ask(socket: Socket): Promise<string> {
  socket.write(request('/healthz'));
  const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])]);
  return String(chunk).split('\r\n')[0] ?? '';
}

const CLOSED = '';
const OK = 'HTTP/1.1 200 OK';

describe('connections', () => {
  it('are bounded for each address, and there is room again once one closes', async () => {
    const api = await startTestApi({ MAX_CONNECTIONS_PER_ADDRESS: '3' });
    onTestFinished(() => api.close());
    const port = await listen(api);
    const three = await Promise.all([open(port), open(port), open(port)]);
    expect(await ask(three[0] as Socket)).toBe(OK);
    expect(await ask(await open(port))).toBe(CLOSED);
    (three[2] as Socket).destroy();
    await expect.poll(async () => ask(await open(port))).toBe(OK);
  });

  it('are bounded in all, also those of a proxy', async () => {
    const api = await startTestApi({
      MAX_CONNECTIONS: '4',
      MAX_CONNECTIONS_PER_ADDRESS: '2',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    onTestFinished(() => api.close());
    const port = await listen(api);
    const four = await Promise.all([open(port), open(port), open(port), open(port)]);
    expect(await ask(four[3] as Socket)).toBe(OK);
    expect(await ask(await open(port))).toBe(CLOSED);
  });
});

describe('a connection over which nothing moves', () => {
  let api: TestApi;
  let port: number;
  let output: string;
  beforeAll(async () => {
    api = await startTestApi({ IDLE_TIMEOUT_SECONDS: '1' });
    port = await listen(api);
    const world = await buildWorld(api);
    output = `/v1/generations/${await world.generation()}/outputs/0`;
    const { generationId, storageKey } = await api.db.output.findFirstOrThrow();
    const byteSize = 64 * 1024 * 1024;
    await api.db.output.updateMany({ where: { generationId }, data: { byteSize: BigInt(byteSize) } });
    await api.db.projectMember.updateMany({
      where: { userId: world.ownerId, role: 'owner' },
      data: { userId: api.owner.id },
    });
    await api.services.store.put(storageKey, Readable.from([Buffer.alloc(byteSize)]), async () => null);
  });
  afterAll(() => api?.close());

  it('is cut off before a request comes', async () => {
    const socket = await open(port);
    await once(socket.resume(), 'close');
  });

  it('is cut off where its reader does not take what is sent', async () => {
    const socket = await open(port);
    socket.write(request(output, `authorization: Bearer ${api.ownerToken}\r\n`));
    // A little is read, so that it is known to have begun.
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 200 OK/);
    socket.pause();
    const left = () =>
      new Promise<number>((resolve, reject) =>
        api.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
  });
});
