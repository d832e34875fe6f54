import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../scripts/lib/ports.mjs';
import { waitFor } from '../support/wait-for.ts';

const script = join(import.meta.dirname, '../../deploy/docker/prepare.envsh');
const program = process.env['TEST_NGINX'];
let folder = '';
let child: ChildProcess | undefined;

afterEach(async () => {
  // The script's own loop too.
  if (child?.pid) process.kill(-child.pid, 'SIGTERM');
  await new Promise((resolve) => child?.once('close', resolve));
  await rm(folder, { recursive: true, force: true });
});

it.skipIf(!program && process.env['CI'] !== 'true')(
  'nginx starts with a stand-in, and shows each new certificate by itself',
  async () => {
    if (!program) throw new Error('There is no TEST_NGINX. Run the tests with: npm test');
    folder = await mkdtemp(join(tmpdir(), 'veogate-renewal-'));
    await chmod(folder, 0o755);
    const port = await freePort();
    const config = join(folder, 'nginx.conf');
    const links = {
      VEOGATE_TLS_CERTIFICATE: join(folder, 'run/cert'),
      VEOGATE_TLS_KEY: join(folder, 'run/key'),
    };
    await writeFile(
      config,
      `daemon off; pid ${folder}/pid; error_log stderr; events {}
http { server { access_log off; listen 127.0.0.1:${port} ssl;
ssl_certificate ${links.VEOGATE_TLS_CERTIFICATE}; ssl_certificate_key ${links.VEOGATE_TLS_KEY}; } }`,
    );
    // In a container nginx needs to be told neither where its configuration is nor where it logs.
    await mkdir(join(folder, 'bin'));
    await writeFile(
      join(folder, 'bin/nginx'),
      // Without this folder, so that a program without a path is not this very script.
      `#!/bin/sh\nPATH='${process.env['PATH']}'\nexec '${program}' -e stderr -c '${config}' "$@"\n`,
      {
        mode: 0o755,
      },
    );
    const certificates = join(folder, 'live');
    child = spawn('sh', ['-ec', `. '${script}'; echo "takes $VEOGATE_UPLOAD_LIMIT"; exec nginx`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
        ...links,
        VEOGATE_SERVER_NAME: 'stand-in.test',
        CERTIFICATE_FOLDER: certificates,
        CERTIFICATE_CHECK_SECONDS: '0.05',
        UPLOAD_MAX_BYTES: '1000000',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const shown = (name: string) =>
      waitFor(`the certificate of ${name}`, async () => (await certificateAt(port)) === name).catch(
        (error) => {
          throw new Error(`${error}\n${output}`);
        },
      );

    await shown('stand-in.test');
    expect(output).toContain('takes 1065536');
    for (const name of ['first.test', 'renewed.test']) {
      // As certbot puts both there in one step, behind a link.
      const made = join(folder, name);
      await mkdir(made);
      await makeCertificate(made, name);
      await rm(certificates, { recursive: true, force: true });
      await rename(made, certificates);
      await shown(name);
    }
    // One that does not fit its key: nginx keeps what it has, and takes the next that does.
    await makeCertificate(folder, 'broken.test');
    await rename(join(folder, 'privkey.pem'), join(certificates, 'privkey.pem'));
    await waitFor('the refusal', () => output.includes('keeps the old one'));
    // A worker of before may answer once more while it ends.
    await shown('renewed.test');
    await makeCertificate(certificates, 'mended.test');
    await shown('mended.test');
  },
);

async function makeCertificate(into: string, name: string): Promise<void> {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const files = ['-keyout', join(into, 'privkey.pem'), '-out', join(into, 'fullchain.pem')];
  execFileSync('openssl', [...args, '-subj', `/CN=${name}`, ...files], { stdio: 'ignore' });
  await chmod(join(into, 'privkey.pem'), 0o644);
}

/** Whose certificate is shown on a port of loopback; undefined where nobody answers. */
function certificateAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    // What it is, not whether it is trusted, is asked here.
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.once('error', () => resolve(undefined));
    socket.once('secureConnect', () => {
      const { CN } = socket.getPeerCertificate().subject;
      resolve(Array.isArray(CN) ? CN[0] : CN);
      socket.destroy();
    });
  });
}
