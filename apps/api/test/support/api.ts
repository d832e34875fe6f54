import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import type { User } from '@veogate/shared/db/generated/client';
import { createSession, type NewSession } from '@veogate/shared/db/session-repo';
import { createUser, ensureLocalOwner } from '@veogate/shared/db/user-repo';
import { generateRing } from '@veogate/shared/vault/ring';
import type { InjectOptions } from 'fastify';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { buildApp } from '../../src/app.ts';
import { newSessionId } from '../../src/plugins/session.ts';
import { createServices } from '../../src/services.ts';

export const ORIGIN = 'http://localhost:8080';

export type TestApi = Awaited<ReturnType<typeof startTestApi>>;

/** The API as it is served, with a database of its own, and every log line kept. */
export async function startTestApi(env: Record<string, string> = {}) {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'veogate-api-'));
  const ownerToken = `vgo_${randomBytes(32).toString('base64url')}`;
  const ringFile = join(folder, 'public.json');
  const tokenFile = join(folder, 'owner-token');
  await writeFile(ringFile, JSON.stringify((await generateRing()).publicRing));
  await writeFile(tokenFile, ownerToken);
  const logs: string[] = [];
  const logTo = new Writable({
    write: (chunk, _, done) => {
      logs.push(String(chunk));
      done();
    },
  });
  const services = await createServices(
    {
      DATABASE_URL: database.url,
      STORAGE_URL: pathToFileURL(join(folder, 'storage')).href,
      DATA_DIR: folder,
      // Not built, whatever lies in the work tree.
      WEB_DIR: join(folder, 'web'),
      VAULT_PUBLIC_KEYS_FILE: ringFile,
      OWNER_TOKEN_FILE: tokenFile,
      LOG_LEVEL: 'debug',
      ...env,
    },
    logTo,
  );
  const isLocal = services.config.ACCESS_PROFILE === 'local';
  const ownerDb: Database = openDatabase({ url: database.ownerUrl, max: 2 });
  const owner = isLocal
    ? await ensureLocalOwner(services.db)
    : await ownerDb.$transaction((tx) => createUser(tx, { displayName: 'Admin', role: 'admin' }));
  // As at the first start, before there is anything that could be missing.
  await services.store.isThere();
  const app = await buildApp(services);
  await services.listener.start();
  const origin = services.config.PUBLIC_URL ? new URL(services.config.PUBLIC_URL).origin : ORIGIN;

  /** Signs a user in with a browser of their own; the headers that its requests carry. */
  async function signIn(userId: string, more: Partial<NewSession> = {}) {
    const { id, idHash } = newSessionId();
    await createSession(ownerDb, { idHash, userId, via: 'launch', ...more });
    return { cookie: `${app.sessionCookieName}=${id}`, origin };
  }
  const asOwner: Record<string, string> = isLocal
    ? { authorization: `Bearer ${ownerToken}` }
    : await signIn(owner.id);

  async function call<T = Record<string, unknown>>(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    options: { body?: unknown; headers?: Record<string, string>; as?: Record<string, string> } = {},
  ) {
    const { body, headers, as = asOwner } = options;
    const response = await app.inject({
      method,
      url,
      headers: { host: new URL(origin).host, ...as, ...headers },
      ...(body !== undefined && { payload: body as object }),
    });
    const isJson = /^application\/(problem\+)?json(;|$)/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: (isJson ? response.json() : {}) as T,
    };
  }

  return {
    app,
    services,
    database,
    db: ownerDb,
    owner,
    ownerToken,
    call,
    origin,
    signIn,
    logs: () => logs.join(''),

    /** Another person, signed in with a browser; the headers that its requests carry. */
    async addPerson(displayName = 'Somebody else', role: User['role'] = 'member') {
      const user = await ownerDb.$transaction((tx) => createUser(tx, { displayName, role }));
      return { user, as: await signIn(user.id) };
    },

    /** Says what the worker would say of a key. */
    async activateKey(id: string) {
      await ownerDb.providerKey.update({ where: { id }, data: { state: 'active' } });
    },

    async close(): Promise<void> {
      await app.close();
      await services.close();
      await ownerDb.$disconnect();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that is written in a database, as text: every table of the service and of the queue. */
export async function dumpDatabase(db: Database): Promise<string> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'bullmq') and table_type = 'BASE TABLE'`;
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows = await db.$queryRawUnsafe<{ row: string }[]>(`select t::text as row from ${name} t`);
    parts.push(`${name}\n${rows.map(({ row }) => row).join('\n')}`);
  }
  return parts.join('\n');
}
