import { randomUUID } from 'node:crypto';
import type { Generation } from '@veogate/shared/contracts/generations';
import { findPersonalProjectId } from '@veogate/shared/db/project-repo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let keyId = '';
let projectId = '';
beforeAll(async () => {
  api = await startTestApi({ RETENTION_HOURS: '48', STORAGE_PER_USER_MB: '1' });
  const body = { provider: 'genaipro', secret: `eyJ${randomUUID()}` };
  keyId = (await api.call<{ id: string }>('POST', '/v1/keys', { body })).body.id;
  await api.activateKey(keyId);
  projectId = await findPersonalProjectId(api.db, api.owner.id);
});
afterAll(() => api?.close());

/** A generation with a file of so many bytes; no file where null. */
async function add(byteSize: number | null, state: 'succeeded' | 'failed' | 'running' = 'succeeded') {
  const id = randomUUID();
  const what = { provider: 'genaipro', model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', count: 1 };
  const output = { index: 0, operationId: randomUUID(), storageKey: id, mimeType: 'video/mp4', sha256: '' };
  const expiresAt = new Date(Date.now() + 60_000);
  const outputs = byteSize !== null && {
    outputs: { create: { ...output, byteSize: BigInt(byteSize), expiresAt } },
  };
  const data = { id, userId: api.owner.id, projectId, keyId, ...what, state, ...outputs };
  await api.db.generation.create({ data });
  return id;
}
const call = (method: 'PUT' | 'DELETE' | 'GET', id: string, after = '/pin') =>
  api.call<Generation & { code: string }>(method, `/v1/generations/${id}${after}`);
const remove = (id: string) => call('DELETE', id, '');

describe('a pin', () => {
  it('keeps the files until it is taken off, and both may be said twice', async () => {
    const id = await add(100);
    expect((await call('GET', id, '')).body.pinned).toBe(false);
    for (let again = 0; again < 2; again += 1) {
      const { status, body } = await call('PUT', id);
      expect([status, body.pinned, body.outputs[0]?.expires_at]).toEqual([200, true, null]);
    }
    for (let again = 0; again < 2; again += 1) {
      const { status, body } = await call('DELETE', id);
      const hours = (Date.parse(body.outputs[0]?.expires_at ?? '') - Date.now()) / 3_600_000;
      expect([status, body.pinned, Math.round(hours)]).toEqual([200, false, 48]);
    }
    await remove(id);
  });

  it('is found by its filter, and goes with its generation', async () => {
    const [pinned, other] = [await add(100), await add(100)];
    await call('PUT', pinned);
    const list = async (filter: string) =>
      (await api.call<{ data: Generation[] }>('GET', `/v1/generations?pinned=${filter}`)).body.data.map(
        ({ id }) => id,
      );
    expect([await list('true'), await list('false')]).toEqual([[pinned], [other]]);
    expect((await api.call('GET', '/v1/generations?pinned=perhaps')).status).toBe(400);
    expect((await remove(pinned)).status).toBe(204);
    expect(await list('true')).toEqual([]);
    await remove(other);
  });

  it('waits for files that are still to come, and is refused where there are none', async () => {
    const [running, failed, gone] = [await add(null, 'running'), await add(null, 'failed'), await add(100)];
    expect((await call('PUT', running)).body.pinned).toBe(true);
    expect((await call('PUT', failed)).body.code).toBe('no_files');
    await api.db.output.updateMany({ where: { generationId: gone }, data: { deletedAt: new Date() } });
    const { status, body } = await call('PUT', gone);
    expect([status, body.code]).toEqual([409, 'files_gone']);
    expect((await call('DELETE', gone)).body.pinned).toBe(false);
  });
});

describe('the share of the storage', () => {
  const begin = () =>
    api.call('POST', '/v1/generations', {
      body: { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a kite', key_id: keyId },
    });
  const usage = async () => (await api.call<{ storage: object }>('GET', '/v1/me')).body.storage;

  it('is counted exactly, and refuses what is new until there is room again', async () => {
    const upload = { id: randomUUID(), ownerId: api.owner.id, storageKey: 'u', mimeType: 'image/png' };
    await api.db.upload.create({ data: { ...upload, byteSize: 400, width: 8, height: 8 } });
    const large = await add(999_500);
    expect(await usage()).toEqual({ used_bytes: 999_900, limit_bytes: 1_000_000 });
    const { status, body: made } = await begin();
    expect(status).toBe(202);
    const [last, retried] = [await add(100), await add(null, 'failed')];
    expect(await usage()).toEqual({ used_bytes: 1_000_000, limit_bytes: 1_000_000 });

    const refused = [
      await begin(),
      await api.call('POST', `/v1/generations/${retried}/retry`),
      await api.call('POST', '/v1/uploads', {
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      }),
      await call('PUT', last),
    ];
    for (const { status, body } of refused)
      expect([status, body]).toMatchObject([
        409,
        { code: 'storage_quota_exceeded', detail: '1 of 1 MB are used.' },
      ]);
    // What is there can be seen, unpinned and deleted, and what is under way goes on.
    expect((await call('GET', String(made['id']), '')).status).toBe(200);
    expect((await call('DELETE', last)).status).toBe(200);
    expect((await remove(large)).status).toBe(204);
    expect(await usage()).toEqual({ used_bytes: 500, limit_bytes: 1_000_000 });
    expect((await begin()).status).toBe(202);
    expect((await call('PUT', last)).status).toBe(200);
  });

  it('is nobody else’s: a stranger begins what they like', async () => {
    await add(1_000_000);
    expect(await usage()).toMatchObject({ limit_bytes: 1_000_000 });
    const { as } = await api.addPerson();
    const me = await api.call<{ storage: object }>('GET', '/v1/me', { as });
    expect(me.body.storage).toEqual({ used_bytes: 0, limit_bytes: 1_000_000 });
  });
});
