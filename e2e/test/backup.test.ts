import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOps } from '../support/run-ops.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSPHRASE = 'seventeen grey herons over Vilnius';

describe('a backup', () => {
  let before: Stack;
  let after: Stack;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'veogate-backup-'));
    before = await startStack({ simulator: { latencyMs: 200 } });
    after = await startStack();
    await Promise.all([after.api.stop(), after.worker.stop()]);
    await writeFile(join(folder, 'passphrase'), `${PASSPHRASE}\n`);
  });
  afterAll(async () => {
    await before?.close();
    await after?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ops = (stack: Stack, args: string[]) =>
    runOps(args, {
      DATABASE_URL: stack.database.ownerUrl,
      DATA_DIR: stack.folder,
      STORAGE_URL: pathToFileURL(stack.storage).href,
      VAULT_PUBLIC_KEYS_FILE: join(stack.folder, 'secrets/vault-public.json'),
      VAULT_PRIVATE_KEYS_FILE: join(stack.folder, 'secrets/vault-private.json'),
      FINGERPRINT_KEY_FILE: join(stack.folder, 'secrets/fingerprint.key'),
    });
  const target = () => join(folder, 'backups');
  const passphrase = () => ['--passphrase-file', join(folder, 'passphrase')];
  const download = async ({ client }: Stack, id: string) => {
    const answer = await fetch(`${client.url}/v1/generations/${id}/outputs/0`, {
      headers: { authorization: `Bearer ${client.token}` },
    });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it('is restored into an empty place: a video plays, erasures hold, nothing is submitted twice', async () => {
    const { client, simulator } = before;
    const [secret, gone] = [newSecret(), newSecret()];
    const key = await client.addKey(secret);
    const retired = await client.addKey(gone);
    const [kept, deleted] = [
      await client.generate(key.id, { prompt: 'kept' }),
      await client.generate(retired.id, { prompt: 'deleted afterwards' }),
    ];
    for (const { id } of [kept, deleted]) await client.waitForStatus(id, 'succeeded');
    const video = await download(before, kept.id);
    // Waits while the backup is made, and goes on after it.
    await client.call('PUT', '/v1/admin/mode', { mode: 'paused' });
    await before.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'open' } });
    await before.worker.kill();
    const waiting = await client.generate(key.id, { prompt: 'waited' });

    const made = await ops(before, ['backup', target(), ...passphrase()]);
    expect([made.code, made.err]).toEqual([0, '']);
    expect(made.out).toMatch(/\d+ tables, 2 files, of which 2 are new\.\n$/);

    // What happens until the disaster.
    before.worker = await before.startWorker();
    await client.waitForStatus(waiting.id, 'succeeded');
    expect((await client.call('DELETE', `/v1/keys/${retired.id}`)).status).toBe(204);
    expect((await client.call('DELETE', `/v1/generations/${deleted.id}`)).status).toBe(204);
    const journal = join(before.folder, 'erasures.jsonl');
    await waitFor('the journal', async () => {
      const text = await readFile(journal, 'utf8').catch(() => '');
      return text.includes(deleted.id) && text.includes(retired.id);
    });
    await Promise.all([before.api.kill(), before.worker.kill()]);
    const submits = simulator.ledger().length;

    const restored = await ops(after, ['restore', target(), ...passphrase(), '--erasures', journal]);
    expect([restored.code, restored.err]).toEqual([0, '']);
    expect(restored.out).toContain('1 generations that waited then may have been submitted since');
    const { username, password } = new URL(after.database.url);
    const migrated = await runOps(['migrate'], {
      DATABASE_URL: after.database.ownerUrl,
      DATA_DIR: after.folder,
      APP_DATABASE_USER: username,
      APP_DATABASE_PASSWORD: password,
    });
    expect(migrated.code, migrated.err).toBe(0);
    after.api = await after.startApi();
    after.worker = await after.startWorker({ GENAIPRO_BASE_URL: simulator.genaiproUrl });

    // Closed, but for its administrator.
    expect((await ops(after, ['mode'])).out).toMatch(/^closed: /);
    const again = await download(after, kept.id);
    expect([again.status, sha256(again.bytes)]).toEqual([200, sha256(video.bytes)]);
    expect((await after.client.call('GET', `/v1/generations/${deleted.id}`)).status).toBe(404);
    const back = await after.db.providerKey.findUniqueOrThrow({ where: { id: retired.id } });
    expect([back.state, back.sealed]).toEqual(['retired', null]);

    // What waited then was submitted before the disaster; the provider's history tells of it.
    expect((await ops(after, ['mode', 'open'])).code).toBe(0);
    await after.client.waitForStatus(waiting.id, 'succeeded');
    expect(simulator.ledger()).toHaveLength(submits);
    // The key opens with the ring that came back, and new ones are sealed beside it.
    const fresh = await after.client.generate(key.id, { prompt: 'made afterwards' });
    await after.client.waitForStatus(fresh.id, 'succeeded');
    await after.client.addKey(newSecret());
    // New entries come after all old ones, and the chain holds.
    await waitFor('the audit log to be sealed and whole', async () => {
      const { code, out } = await ops(after, ['audit', 'verify']);
      return code === 0 && /^\d+ entries in \d+ segments are as they were sealed/.test(out);
    });
  });

  it('copies the files that are new alone, and is not written over somebody’s work', async () => {
    const next = await ops(before, ['backup', target(), '--no-ring']);
    expect(next.out).toMatch(/files, of which 1 are new\.\n$/);
    expect(await readdir(target())).toHaveLength(3);
    const refuse = async (more: string[], why: string) => {
      const refused = await ops(after, ['restore', target(), '--no-ring', ...more]);
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(why)]);
    };
    await refuse(['--no-erasures'], 'somebody’s work in the database');
    await refuse(['--erasures', join(folder, 'nowhere'), '--replace'], 'Name it with --erasures');
  });

  it('holds no key in plain text, and its ring opens by the passphrase alone', async () => {
    const [first = ''] = (await readdir(target())).filter((name) => name.startsWith('20')).sort();
    const ring = await readFile(join(target(), first, 'ring.age'));
    expect(ring.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
    await writeFile(join(folder, 'wrong'), 'another one entirely, and long\n');
    const args = ['restore', join(target(), first), '--passphrase-file', join(folder, 'wrong'), '--replace'];
    const refused = await ops(after, args);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('does not open the ring')]);
    const weak = join(folder, 'weak');
    await writeFile(weak, 'password1\n');
    const again = await ops(before, ['backup', target(), '--passphrase-file', weak]);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('too easy to guess')]);
  });

  it('that was changed or broke off is refused before anything is touched', async () => {
    const names = (await readdir(target())).filter((name) => name.startsWith('20')).sort();
    const last = join(target(), names.at(-1) ?? '');
    const file = join(last, 'tables/users.copy.gz');
    const text = await readFile(file);
    await writeFile(file, Buffer.concat([text, Buffer.from('x')]));
    const refused = await ops(after, ['restore', last, '--replace', '--no-erasures']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('not as it was written')]);
    expect(await after.db.user.count()).toBeGreaterThan(0);
    const missing = await ops(after, ['restore', join(folder, 'nowhere')]);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('There is no backup')]);
  });
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
