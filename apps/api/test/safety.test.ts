import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { apiEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import type { SafetyReport } from '@veogate/shared/contracts/admin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listUnsafe } from '../src/refuse-unsafe.ts';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test', HOST: '0.0.0.0' });
});
afterAll(() => api.close());

describe('GET /v1/admin/safety', () => {
  const read = (as?: Record<string, string>) =>
    api.call<SafetyReport>('GET', '/v1/admin/safety', as ? { as } : {});

  it('tells an administrator what is missing, what is wise, and how to mend it', async () => {
    const { status, body } = await read();
    expect(status).toBe(200);
    expect(body).toMatchObject({ profile: 'invite', risk: 'high', your_address: '127.0.0.1' });
    expect(body.checks.filter(({ state }) => state === 'missing').map(({ id }) => id)).toEqual([
      'https',
      'oauth',
      'alerts',
      'admin',
    ]);
    expect(body.checks.find(({ id }) => id === 'open-host')).toMatchObject({ state: 'warning' });
  });

  it('sees that the role of the service can neither own tables nor change the audit log', async () => {
    const { body } = await read();
    expect(body.checks.find(({ id }) => id === 'database-role')).toMatchObject({ state: 'ok' });
  });

  it('names a secret file that others can read', async () => {
    const file = join(api.services.config.DATA_DIR, 'owner-token');
    await chmod(file, 0o644);
    const check = (await read()).body.checks.find(({ id }) => id === 'secret-files');
    expect(check).toMatchObject({ state: 'warning', mend: `chmod 600 ${file}` });
    await chmod(file, 0o600);
    expect((await read()).body.checks.find(({ id }) => id === 'secret-files')?.state).toBe('ok');
  });

  it('is for administrators and auditors alone', async () => {
    const [auditor, member] = [await api.addPerson('A', 'auditor'), await api.addPerson('M', 'member')];
    expect((await read(auditor.as)).status).toBe(200);
    expect((await read(member.as)).status).toBe(403);
    expect((await read({})).status).toBe(401);
  });
});

describe('a service whose database belongs to the role that it connects as', () => {
  it('warns of it', async () => {
    const own = await startTestApi();
    const config = { ...own.services.config, DATABASE_URL: own.database.ownerUrl };
    try {
      const { gatherFacts } = await import('@veogate/shared/safety/gather-facts');
      expect((await gatherFacts(config, { db: own.db })).database).toEqual({
        ownsTables: true,
        changesAudit: true,
      });
    } finally {
      await own.close();
    }
  });
});

describe('the refusal to start', () => {
  const needed = {
    DATABASE_URL: 'postgres://127.0.0.1/x',
    STORAGE_URL: 'file:///tmp/x',
    DATA_DIR: '/tmp/x',
    VAULT_PUBLIC_KEYS_FILE: '/tmp/x/ring',
  };
  const refusal = (env: Record<string, string>) => listUnsafe(readEnv(apiEnv, { ...needed, ...env }));

  it('names everything that is missing at once, with how to mend it', () => {
    const problems = refusal({ ACCESS_PROFILE: 'public' });
    expect(problems).toHaveLength(10);
    for (const name of [
      ...['PUBLIC_URL', 'TLS', 'OAUTH_GOOGLE_CLIENT_ID', 'ALERT_WEBHOOK_URL', 'ADMIN_EMAILS', 'REDIS_URL'],
      ...['CAPTCHA', 'TERMS_VERSION', 'BUDGET_USER_MONTHLY', 'BUDGET_TOTAL_MONTHLY'],
    ])
      expect(problems.filter((problem) => problem.includes(name)).length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/^Profile "public" requires: /);
  });

  it('lets a complete service start, and one with warnings too', () => {
    expect(refusal({})).toEqual([]);
    expect(
      refusal({
        ACCESS_PROFILE: 'invite',
        PUBLIC_URL: 'https://veogate.test',
        TRUSTED_PROXIES: '0.0.0.0/0',
        OAUTH_GITHUB_CLIENT_ID: 'id',
        OAUTH_GITHUB_CLIENT_SECRET: 'secret',
        ALERT_WEBHOOK_URL: 'https://chat.test/hook',
        CLAIM_CODE: 'a-code-of-enough-length',
      }),
    ).toEqual([]);
  });

  it('does not let profile "local" be reached by others', () => {
    expect(refusal({ HOST: '0.0.0.0' })[0]).toContain('HOST is 0.0.0.0');
  });
});
