import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../packages/shared/src/db/migrate.ts';
import { ensureDatabase, sharedTempDir, startPostgres } from '../../scripts/lib/postgres.mjs';

const TEMPLATE = 'veogate_template';

/** What the tests are told about the server; `createTestDatabase` is how they use it. */
interface TestServer {
  /** The superuser, in the maintenance database. */
  ownerUrl: string;
  /** The role that the services connect as. */
  appUser: { name: string; password: string };
  /** A migrated database, to be copied and never connected to. */
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

/** One server for all projects of a run: vitest calls this file once for each of them, in one process. */
const shared = globalThis as {
  veogateTestServer?: { users: number; started: ReturnType<typeof startServer> };
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.veogateTestServer ??= { users: 0, started: startServer() };
  const server = shared.veogateTestServer;
  server.users += 1;
  project.provide('testServer', (await server.started).context);
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    delete shared.veogateTestServer;
    await (await server.started).stop();
  };
}

async function startServer(): Promise<{ context: TestServer; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(sharedTempDir(), 'veogate-test-'));
  const password = randomBytes(12).toString('hex');
  const server = await startPostgres({
    dir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    password,
    durable: false,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const appUser = { name: 'veogate', password: randomBytes(12).toString('hex') };
    await ensureDatabase(server, TEMPLATE);
    await migrate({ url: server.ownerUrl(TEMPLATE), appUser });
    return { context: { ownerUrl: server.ownerUrl(), appUser, template: TEMPLATE }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
