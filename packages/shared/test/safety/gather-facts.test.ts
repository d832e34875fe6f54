import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherFacts } from '../../src/safety/gather-facts.ts';

let folder: string;

beforeEach(async () => {
  // A word that means something in the name of a file means nothing in that of its folder.
  folder = await mkdtemp(join(tmpdir(), 'veogate-keys-'));
  for (const name of ['secrets/worker', 'tls']) await mkdir(join(folder, name), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const gather = () =>
  gatherFacts(
    {
      ACCESS_PROFILE: 'password',
      HOST: '0.0.0.0',
      TLS: 'internal',
      TRUSTED_PROXIES: [],
      ALLOWED_NETWORKS: [],
      ADMIN_EMAILS: [],
      ALERT_EMAILS: [],
      CAPTCHA: 'off',
      BUDGET_USER_MONTHLY: [],
      BUDGET_TOTAL_MONTHLY: [],
      RETENTION_HOURS: 0,
      DATA_DIR: folder,
    },
    {},
  );

describe('the private half of the key ring', () => {
  it('is not judged before the first start, when there is none', async () => {
    expect(await gather()).not.toHaveProperty('readableRing');
  });

  it('is found where this user can read it', async () => {
    const ring = join(folder, 'secrets/worker/vault-private.json');
    await writeFile(ring, '{}', { mode: 0o600 });
    expect((await gather()).readableRing).toBe(ring);
  });
});

describe('secrets that others can read', () => {
  it('include the key of its own authority, and nothing that is public', async () => {
    for (const name of ['tls/ca.pem', 'tls/ca.crt', 'secrets/vault-public.json'])
      await writeFile(join(folder, name), '', { mode: 0o644 });
    expect((await gather()).openFiles).toEqual([join(folder, 'tls/ca.pem')]);
  });
});
