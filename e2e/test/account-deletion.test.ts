import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSession } from '@veogate/shared/db/session-repo';
import { createUser } from '@veogate/shared/db/user-repo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../apps/api/src/plugins/session.ts';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { createClient } from '../support/client.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

/** So many that the worker is killed while it erases them. */
const GENERATIONS = 3_000;

describe.each(queueBackends())('a deleted account, with the queue on $name', ({ redisUrl }) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ redisUrl });
  });
  afterAll(() => stack?.close());

  /** Somebody beside the owner, with a token to work with and a browser to leave with. */
  async function addPerson() {
    const { db, client } = stack;
    const user = await db.$transaction((tx) => createUser(tx, { displayName: 'Ada' }));
    const id = randomBytes(32).toString('base64url');
    await createSession(db, { idHash: sha256(id), userId: user.id, via: 'launch' });
    const browser = { cookie: `veogate_${new URL(client.url).port}=${id}`, origin: client.url };
    const scopes = ['keys:read', 'keys:write', 'generations:read', 'generations:write', 'uploads:write'];
    const response = await fetch(`${client.url}/v1/me/tokens`, {
      method: 'POST',
      headers: { ...browser, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'e2e', scopes }),
    });
    const { secret } = (await response.json()) as { secret: string };
    const leave = () =>
      fetch(`${client.url}/v1/me`, {
        method: 'DELETE',
        headers: { ...browser, 'content-type': 'application/json' },
        body: JSON.stringify({ confirm: 'Ada' }),
      });
    return { userId: user.id, client: createClient(client.url, secret), leave };
  }

  /** Finished generations with files, as many as somebody may have after years. */
  async function addHistory(userId: string, { id: like }: { id: string }): Promise<void> {
    const { keyId, projectId } = await stack.db.generation.findUniqueOrThrow({ where: { id: like } });
    const ids = Array.from({ length: GENERATIONS }, () => randomUUID());
    const folder = join(stack.storage, 'objects/outputs/2020-01');
    await mkdir(folder, { recursive: true });
    for (const id of ids) await writeFile(join(folder, id), 'video');
    const kind = { provider: 'genaipro', model: 'genaipro/veo', kind: 'text_to_video', count: 1 };
    await stack.db.generation.createMany({
      data: ids.map((id) => ({
        ...kind,
        id,
        userId,
        projectId,
        keyId,
        prompt: 'old',
        state: 'succeeded' as const,
      })),
    });
    const file = { index: 0, mimeType: 'video/mp4', byteSize: 5n, sha256: '' };
    await stack.db.output.createMany({
      data: ids.map((id) => ({
        ...file,
        generationId: id,
        operationId: randomUUID(),
        storageKey: `outputs/2020-01/${id}`,
      })),
    });
  }

  async function filesLeft(): Promise<string[]> {
    const entries = await readdir(join(stack.storage, 'objects'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  async function tablesThatMention(id: string): Promise<string[]> {
    const tables = await stack.db.$queryRaw<{ name: string }[]>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'audit_events%'`;
    const found: string[] = [];
    for (const { name } of tables) {
      const text = `select 1 from "${name}" t where position($1 in t::text) > 0 limit 1`;
      if ((await stack.db.$queryRawUnsafe<unknown[]>(text, id)).length > 0) found.push(name);
    }
    return found;
  }

  it('is erased whole once its paid work is collected, though the worker is killed in the middle', async () => {
    const { userId, client, leave } = await addPerson();
    const { db, simulator } = stack;
    const key = await client.addKey(newSecret());
    const upload = await client.upload(
      new Uint8Array(
        Buffer.from(
          'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
          'base64',
        ),
      ),
    );
    expect(upload).toEqual(expect.any(String));
    const running = await client.generate(key.id, { prompt: 'paid for [sim:never_completes]' });
    await client.waitForStage(running.id, 'running');
    await addHistory(userId, running);
    // Nothing is admitted while it is paused, so it is certain to wait.
    await db.serviceMode.update({ where: { id: 1 }, data: { mode: 'paused' } });
    const waiting = randomUUID();
    const { keyId, projectId } = await db.generation.findUniqueOrThrow({ where: { id: running.id } });
    const wish = {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'waits',
      count: 1,
      provider: 'genaipro',
    };
    await db.generation.create({ data: { ...wish, id: waiting, userId, keyId, projectId } });

    expect((await leave()).status).toBe(204);
    await db.serviceMode.update({ where: { id: 1 }, data: { mode: 'open' } });
    const stateOf = async (id: string) => (await db.generation.findUniqueOrThrow({ where: { id } })).state;
    expect([await stateOf(waiting), await stateOf(running.id)]).toEqual(['canceled', 'running']);
    expect((await client.call('GET', '/v1/generations')).status).toBe(401);

    simulator.completeTasks();
    await waitFor('the erasing to begin', async () => {
      const left = await db.generation.count({ where: { userId } });
      return left < GENERATIONS && left > 0;
    });
    await stack.worker.kill();
    expect(await db.user.count({ where: { id: userId } })).toBe(1);
    expect(await db.generation.count({ where: { userId } })).toBeGreaterThan(0);
    stack.worker = await stack.startWorker();
    await waitFor(
      'the account to be gone',
      async () => (await db.user.count({ where: { id: userId } })) === 0,
    );
    expect(await tablesThatMention(userId)).toEqual([]);
    expect(await filesLeft()).toEqual([]);
    expect(simulator.ledger().filter(({ prompt }) => prompt.startsWith('paid for'))).toHaveLength(1);
    expect(await db.auditEvent.count({ where: { action: 'account.deleted', subjectId: userId } })).toBe(1);
  });
});
