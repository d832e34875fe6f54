import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDatabase, startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ SIMULATOR_URL: 'http://127.0.0.1:9' });
});
afterAll(() => api?.close());

const add = (body: object) => api.call<Key & { code: string }>('POST', '/v1/keys', { body });

describe('a key', () => {
  it('goes in, and only a hint of it comes out', async () => {
    const { status, body, text, headers } = await add({
      provider: 'genaipro',
      secret: '  eyJ-canary-abcd \n',
      label: 'Mine',
    });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/keys/${body.id}`);
    expect(body).toMatchObject({
      label: 'Mine',
      hint: 'abcd',
      state: 'checking',
      scope: 'kept',
      quota: null,
      in_flight: 0,
    });
    expect(text).not.toContain('canary');
  });

  it.each([
    [{ provider: 'genaipro', secret: 'sk-not-of-theirs' }, 'key_secret_malformed'],
    [{ provider: 'genaipro', secret: 'eyJ with spaces' }, 'key_secret_malformed'],
    [{ provider: 'genaipro', secret: 'eyJ\r\nx-injected: 1' }, 'key_secret_malformed'],
    [{ provider: 'genaipro', secret: 'eyJ' }, 'invalid_request'],
    [{ provider: 'nobody', secret: 'eyJabcdefgh' }, 'invalid_request'],
    [{ provider: 'genaipro', secret: 'eyJabcdefgh', scope: 'session' }, 'invalid_request'],
    [{ provider: 'genaipro', secret: 'eyJabcdefgh', owner_id: 'me' }, 'invalid_request'],
  ])('is refused with a reason, and not repeated: %o', async (body, code) => {
    const answer = await add(body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(answer.text).not.toContain(body.secret.slice(3) || 'eyJ"');
  });

  it('is retired, not dropped; twice without error', async () => {
    const { body } = await add({ provider: 'demo', secret: 'eyJ-to-retire' });
    for (const _ of [1, 2]) expect((await api.call('DELETE', `/v1/keys/${body.id}`)).status).toBe(204);
    const { body: retired } = await api.call<Key>('GET', `/v1/keys/${body.id}`);
    expect(retired).toMatchObject({ state: 'retired', retired_at: expect.any(String) });
    expect((await api.call('POST', `/v1/keys/${body.id}/check`)).status).toBe(409);
  });

  it('is nobody else’s', async () => {
    const { body } = await add({ provider: 'demo', secret: 'eyJ-of-the-owner' });
    const { as } = await api.addPerson();
    expect((await api.call('GET', `/v1/keys/${body.id}`, { as })).status).toBe(404);
    expect((await api.call('DELETE', `/v1/keys/${body.id}`, { as })).status).toBe(404);
    expect((await api.call('POST', `/v1/keys/${body.id}/check`, { as })).status).toBe(404);
    expect((await api.call<{ data: Key[] }>('GET', '/v1/keys', { as })).body.data).toEqual([]);
  });

  it('stands nowhere in plain text: not in the database, the queue or the log', async () => {
    const canary = 'eyJ-canary-of-the-whole-database';
    await add({ provider: 'genaipro', secret: canary });
    await add({ provider: 'genaipro', secret: `${canary} twice` });
    await api.call('POST', '/auth/launch', { as: {}, body: { token: api.ownerToken } });
    const { as } = await api.addPerson();
    await api.call('GET', '/v1/me', { as });
    const traces = `${await dumpDatabase(api.db)}\n${api.logs()}`;
    expect(traces).toContain('key.added');
    for (const secret of [
      canary,
      Buffer.from(canary).toString('hex'),
      Buffer.from(canary).toString('base64'),
      api.ownerToken,
    ]) {
      expect(traces).not.toContain(secret);
    }
    expect(traces).not.toContain(as.cookie.split('=')[1]);
  });
});
