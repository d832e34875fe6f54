import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../src/tls/certificate.ts';
import { startTestApi, type TestApi } from './support/api.ts';

const HOST = 'veogate.test';

describe('TLS=internal', () => {
  let api: TestApi;
  let folder: string;
  let ca: string;
  beforeAll(async () => {
    api = await startTestApi({
      ACCESS_PROFILE: 'invite',
      PUBLIC_URL: `https://${HOST}`,
      TLS: 'internal',
    });
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    folder = join(api.services.config.DATA_DIR, 'tls');
    ca = await readFile(join(folder, 'ca.crt'), 'utf8');
  });
  afterAll(() => api?.close());

  const get = (options: { ca?: string; servername?: string; maxVersion?: 'TLSv1.1' }) =>
    new Promise<number>((resolve, reject) => {
      const { port } = api.app.server.address() as AddressInfo;
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          path: '/v1/meta',
          headers: { host: HOST },
          servername: HOST,
          agent: false,
          ...options,
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      asked.on('error', reject).end();
    });

  it('is trusted by whoever trusts its CA, under the public name and this machine’s own', async () => {
    expect(await get({ ca })).toBe(200);
    expect(await get({ ca, servername: 'localhost' })).toBe(200);
  });

  it('is trusted by nobody else, and under no other name', async () => {
    await expect(get({})).rejects.toThrow(/self-signed|unable to verify/i);
    await expect(get({ ca, servername: 'evil.test' })).rejects.toThrow(/altnames/i);
  });

  it('speaks no outdated TLS', async () => {
    await expect(get({ ca, maxVersion: 'TLSv1.1' })).rejects.toThrow();
  });

  it('keeps its keys to itself', async () => {
    for (const name of ['ca.pem', 'server.pem']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(ca).not.toContain('PRIVATE');
  });

  it('keeps CA and certificate over a restart, and makes a certificate anew for another name', async () => {
    const { config } = api.services;
    const again = await readCertificate(config);
    expect(again).toEqual(api.services.certificate);
    const other = await readCertificate({ ...config, PUBLIC_URL: 'https://other.test' });
    expect(other?.key).not.toBe(again?.key);
    expect(new X509Certificate(other?.cert ?? '').checkHost('other.test')).toBe('other.test');
    expect(await readFile(join(folder, 'ca.crt'), 'utf8')).toBe(ca);
  });

  it('makes one CA where several start at once', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'veogate-ca-'));
    const settings = { ...api.services.config, DATA_DIR: dir };
    const made = await Promise.all(Array.from({ length: 5 }, () => readCertificate(settings)));
    const kept = new X509Certificate(await readFile(join(dir, 'tls/ca.crt'), 'utf8'));
    for (const certificate of made) {
      expect(new X509Certificate(certificate?.cert ?? '').verify(kept.publicKey)).toBe(true);
    }
    await rm(dir, { recursive: true });
  });
});

describe('TLS=files', () => {
  const made: string[] = [];
  afterEach(async () => {
    for (const dir of made.splice(0)) await rm(dir, { recursive: true });
  });

  async function files() {
    const dir = await mkdtemp(join(tmpdir(), 'veogate-tls-'));
    made.push(dir);
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=veogate.test'];
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return {
      dir,
      settings: {
        TLS: 'files' as const,
        TLS_CERT_FILE: cert,
        TLS_KEY_FILE: key,
        DATA_DIR: dir,
        HOST: '127.0.0.1',
      },
    };
  }

  it('shows the operator’s own certificate', async () => {
    const { settings } = await files();
    const certificate = await readCertificate(settings);
    expect(new X509Certificate(certificate?.cert ?? '').subject).toContain('veogate.test');
  });

  it('refuses a key of another certificate, and files that are not there, naming them', async () => {
    const [one, other] = [await files(), await files()];
    const mixed = { ...one.settings, TLS_KEY_FILE: other.settings.TLS_KEY_FILE };
    await expect(readCertificate(mixed)).rejects.toThrow(/TLS_KEY_FILE: .* is not the key/);
    await expect(readCertificate({ ...one.settings, TLS_CERT_FILE: '/none' })).rejects.toThrow(
      /TLS_CERT_FILE: \/none cannot be read/,
    );
    const { TLS_CERT_FILE: _left, ...without } = one.settings;
    await expect(readCertificate(without)).rejects.toThrow(/TLS_CERT_FILE: is missing/);
  });

  it('refuses what is no certificate', async () => {
    const { dir, settings } = await files();
    await writeFile(join(dir, 'cert.pem'), 'nothing');
    await expect(readCertificate(settings)).rejects.toThrow(/TLS_KEY_FILE/);
  });
});
