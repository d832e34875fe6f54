import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = { ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ ...PROFILE, TERMS_VERSION: '2026-11' });
});
afterAll(() => api?.close());

const show = (as: Record<string, string> = {}) =>
  api.call<{ version: string; text: string }>('GET', '/v1/terms', { as });
const accept = (as: Record<string, string>, version = '2026-11') =>
  api.call('POST', '/v1/me/terms', { as, body: { version } });
const addKey = (at: TestApi, as: Record<string, string>) =>
  at.call('POST', '/v1/keys', { as, body: { provider: 'genaipro', secret: 'eyJabcdefgh' } });

describe('the terms of service', () => {
  it('are shown to anyone, and keep everybody from beginning or storing anything until they are accepted', async () => {
    const { as } = await api.addPerson();
    const shown = await show();
    expect(shown.status).toBe(200);
    expect(shown.body).toMatchObject({
      version: '2026-11',
      text: expect.stringContaining('Terms of service'),
    });
    const refused = await addKey(api, as);
    expect([refused.status, refused.body['code']]).toEqual([403, 'terms_required']);
    expect((await api.call('GET', '/v1/me', { as })).body['terms_due']).toBe(true);
    expect((await accept(as)).status).toBe(204);
    expect((await addKey(api, as)).status).toBe(201);
    expect((await api.call('GET', '/v1/me', { as })).body['terms_due']).toBe(false);
  });

  it('are recorded with the hash of the text that was shown, once, and in the audit log', async () => {
    const { user, as } = await api.addPerson();
    await accept(as);
    const [first] = await api.db.termsAcceptance.findMany({ where: { userId: user.id } });
    await accept(as);
    const records = await api.db.termsAcceptance.findMany({ where: { userId: user.id } });
    expect(records).toEqual([first]);
    const shown = createHash('sha256')
      .update((await show()).body.text)
      .digest();
    expect(Buffer.from(records[0]?.textHash ?? [])).toEqual(shown);
    const [entry] = await api.db.auditEvent.findMany({
      where: { actorId: user.id, action: 'terms.accepted' },
    });
    expect(entry?.detail).toEqual({ version: '2026-11', sha256: shown.toString('hex') });
  });

  it('are accepted in the version in force, and no other', async () => {
    const { user, as } = await api.addPerson();
    const { status, body } = await accept(as, '2025-01');
    expect([status, body['code']]).toEqual([409, 'wrong_state']);
    expect(body['detail']).toContain('2026-11');
    expect(await api.db.termsAcceptance.count({ where: { userId: user.id } })).toBe(0);
  });

  it.each([
    ['nothing', undefined],
    ['no version', {}],
    ['a version that is no text', { version: 1 }],
    ['more than a version', { version: '2026-11', text: 'mine' }],
  ])('refuse %s', async (_, body) => {
    const { as } = await api.addPerson();
    expect((await api.call('POST', '/v1/me/terms', { as, body })).status).toBe(400);
  });

  it('are accepted by whoever is signed in with a browser, and by no token', async () => {
    expect((await accept({ origin: api.origin })).status).toBe(401);
  });

  it('are asked for again when their version changes', async () => {
    const { user, as } = await api.addPerson();
    await accept(as);
    const later = await startTestApi({
      ...PROFILE,
      TERMS_VERSION: '2027-01',
      DATABASE_URL: api.database.url,
    });
    try {
      const refused = await addKey(later, as);
      expect([refused.status, refused.body['code']]).toEqual([403, 'terms_required']);
      const old = await later.call('POST', '/v1/me/terms', { as, body: { version: '2026-11' } });
      expect(old.status).toBe(409);
      expect((await later.call('POST', '/v1/me/terms', { as, body: { version: '2027-01' } })).status).toBe(
        204,
      );
      expect((await addKey(later, as)).status).toBe(201);
      const versions = await api.db.termsAcceptance.findMany({ where: { userId: user.id } });
      expect(versions.map(({ version }) => version).sort()).toEqual(['2026-11', '2027-01']);
    } finally {
      await later.close();
    }
  });
});

describe('where the operator wrote the terms', () => {
  it('shows their file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'veogate-terms-'));
    const file = join(folder, 'terms.txt');
    await writeFile(file, 'Be kind.\n\nThat is all.\n');
    const other = await startTestApi({ ...PROFILE, TERMS_VERSION: '1', TERMS_FILE: file });
    try {
      const { body } = await other.call('GET', '/v1/terms');
      expect(body).toEqual({ version: '1', text: 'Be kind.\n\nThat is all.' });
    } finally {
      await other.close();
      await rm(folder, { recursive: true });
    }
  });

  it('does not start where the file is missing', async () => {
    const settings = { ...PROFILE, TERMS_VERSION: '1', TERMS_FILE: '/nowhere/terms.txt' };
    await expect(startTestApi(settings)).rejects.toThrow('TERMS_FILE: /nowhere/terms.txt cannot be read');
  });
});

describe('where there are no terms', () => {
  it('has none to show or to accept, and asks nobody', async () => {
    const home = await startTestApi();
    try {
      expect((await home.call('GET', '/v1/terms')).status).toBe(404);
      expect((await home.call('POST', '/v1/me/terms', { body: { version: '1' } })).status).toBe(404);
      expect((await home.call('GET', '/v1/me')).body['terms_due']).toBe(false);
    } finally {
      await home.close();
    }
  });
});
