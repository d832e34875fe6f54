import { randomBytes, randomUUID } from 'node:crypto';
import type { CreatedToken } from '@veogate/shared/contracts/account';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExport } from '../src/features/account/write-export.ts';
import { startTestApi, type TestApi } from './support/api.ts';

/** What the export is read as here. */
type Row = Record<string, unknown> & { id: string };
interface Export {
  account: Row;
  identities: Row[];
  sessions: Row[];
  tokens: Row[];
  terms_accepted: Record<string, unknown>[];
  projects: Row[];
  keys: Row[];
  uploads: Row[];
  generations: (Row & { outputs: Row[]; ledger: Row[] })[];
  audit: Row[];
}
type As = Record<string, string>;

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await startTestApi();
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => api?.close());

const exportOf = (as: As) => api.call<Export>('GET', '/v1/me/export', { as });

async function addPersonWithWork() {
  const person = await api.addPerson('Ada');
  const { user, as } = person;
  const secret = `eyJ${randomBytes(12).toString('hex')}`;
  const key = await api.call<Key>('POST', '/v1/keys', { as, body: { provider: 'genaipro', secret } });
  const prompt = `a boat of ${user.id}`;
  const body = {
    model: 'genaipro/veo',
    kind: 'text_to_video',
    prompt,
    key_id: key.body.id,
    metadata: { shotNumber: '12' },
  };
  const generation = (await api.call<Generation>('POST', '/v1/generations', { as, body })).body;
  await api.db.output.create({
    data: {
      generationId: generation.id,
      index: 0,
      operationId: randomUUID(),
      storageKey: 'outputs/x',
      mimeType: 'video/mp4',
      byteSize: 5_000_000_000n,
      sha256: 'ab',
    },
  });
  const upload = { storageKey: 'uploads/x', mimeType: 'image/png', byteSize: 1, width: 8, height: 9 };
  const uploadId = randomUUID();
  await api.db.upload.create({ data: { ...upload, id: uploadId, ownerId: user.id } });
  await api.db.identity.create({
    data: {
      id: randomUUID(),
      userId: user.id,
      provider: 'google',
      subject: user.id,
      email: 'ada@b.test',
      pinHash: 'PIN',
    },
  });
  const token = await api.call<CreatedToken>('POST', '/v1/me/tokens', {
    as,
    body: { name: 'nightly', scopes: ['account:read'] },
  });
  await api.db.termsAcceptance.create({
    data: { userId: user.id, version: '3', textHash: new Uint8Array(32) },
  });
  return { ...person, secret, prompt, generation, uploadId, token: token.body };
}

describe('the export of an account', () => {
  it('is one JSON document with everything that is stored of the person', async () => {
    const { user, as, prompt, generation, uploadId, token } = await addPersonWithWork();
    const { status, headers, body } = await exportOf(as);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': expect.stringContaining('application/json'),
      'content-disposition': expect.stringMatching(/^attachment; filename="veogate-\d{4}-\d\d-\d\d\.json"$/),
      'cache-control': 'no-store',
    });
    expect(body.account).toMatchObject({ id: user.id, display_name: 'Ada', state: 'active' });
    expect(body.identities).toMatchObject([{ provider: 'google', email: 'ada@b.test' }]);
    expect(body.sessions).toMatchObject([{ via: 'launch', last_seen_at: expect.any(String) }]);
    expect(body.tokens).toMatchObject([{ id: token.token.id, name: 'nightly', scopes: ['account:read'] }]);
    expect(body.terms_accepted).toMatchObject([{ version: '3' }]);
    expect(body.projects).toMatchObject([{ name: 'Personal', role: 'owner' }]);
    expect(body.keys).toMatchObject([{ provider: 'genaipro', hint: expect.any(String) }]);
    expect(body.uploads).toMatchObject([{ id: uploadId, path: `/v1/uploads/${uploadId}/content` }]);
    expect(body.generations).toMatchObject([
      {
        id: generation.id,
        prompt,
        metadata: { shotNumber: '12' },
        outputs: [{ byte_size: 5_000_000_000, path: `/v1/generations/${generation.id}/outputs/0` }],
        ledger: [{ kind: 'hold', held: '1', unit: 'credits' }],
      },
    ]);
    const actions = body.audit.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['key.added', 'generation.created', 'token.created']));
  });

  it('tells from where the person did things', async () => {
    const { user, as } = await api.addPerson();
    const eventId = randomUUID();
    await api.db.auditEvent.create({ data: { id: eventId, action: 'sign_in.succeeded', actorId: user.id } });
    await api.db.auditPerson.create({ data: { eventId, address: '203.0.113.9' } });
    expect((await exportOf(as)).body.audit).toMatchObject([{ id: eventId, address: '203.0.113.9' }]);
  });

  it('holds no secret, no hash, no ciphertext', async () => {
    const { user, as, secret, token } = await addPersonWithWork();
    const { text } = await exportOf(as);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(token.secret);
    expect(text).not.toMatch(/hash|sealed|fingerprint|storage_key|PIN/);
    const keys = await api.db.providerKey.findMany({ where: { ownerId: user.id } });
    expect(keys.every(({ sealed }) => sealed && !text.includes(Buffer.from(sealed).toString('base64')))).toBe(
      true,
    );
  });

  it('holds nothing of anybody else', async () => {
    const [one, other] = [await addPersonWithWork(), await addPersonWithWork()];
    const { text } = await exportOf(one.as);
    for (const theirs of [other.user.id, other.prompt, other.generation.id, other.uploadId])
      expect(text).not.toContain(theirs);
  });

  it.each(['suspended', 'leaving'] as const)('is there for whoever is %s', async (state) => {
    const { user, as } = await api.addPerson();
    await api.db.user.update({ where: { id: user.id }, data: { state } });
    expect((await exportOf(as)).body.account).toMatchObject({ id: user.id, state });
  });

  it('is nothing that a token, or nobody, gets', async () => {
    const { token } = await addPersonWithWork();
    const bearer = { authorization: `Bearer ${token.secret}` };
    expect((await api.call('GET', '/v1/me/export', { as: bearer })).body['code']).toBe('session_needed');
    expect((await api.call('GET', '/v1/me/export', { as: {} })).status).toBe(401);
  });

  it('of 5,000 generations is complete, each once, and is written in small pieces', async () => {
    const { user, as, generation } = await addPersonWithWork();
    const { keyId, projectId } = await api.db.generation.findUniqueOrThrow({ where: { id: generation.id } });
    // Many at the same moment, so that pages end between equal times.
    await api.db.$executeRaw`
      insert into generations (id, project_id, user_id, key_id, provider, model, kind, prompt, count, state, created_at)
      select gen_random_uuid(), ${projectId}::uuid, ${user.id}::uuid, ${keyId}::uuid, 'genaipro', 'genaipro/veo',
        'text_to_video', repeat('a long prompt ', 200), 1, 'failed', now() - make_interval(secs => n / 1000)
      from generate_series(1, 5000) n`;
    const response = await fetch(`${url}/v1/me/export`, { headers: as });
    const { generations } = (await response.json()) as Export;
    expect(new Set(generations.map(({ id }) => id)).size).toBe(5_001);
    expect(generations).toHaveLength(5_001);
    // Some 15 MB in all.
    for await (const piece of writeExport(api.services.db, user.id))
      expect(piece.length).toBeLessThan(2 * 1024 * 1024);
  });
});
