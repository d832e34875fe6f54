import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

const deploy = join(import.meta.dirname, '../../deploy');

/** What the nginx.conf of Debian and that of the Docker image hold around it. */
const AROUND = `sendfile on; tcp_nopush on; types_hash_max_size 2048; server_tokens off; keepalive_timeout 65;
ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; access_log off; gzip on;`;

/**
 * nginx as it is deployed, with a certificate of the test's own, on loopback.
 *
 * @param options.program where nginx is
 * @param options.upstream the API's `host:port`
 * @param options.publicUrl what people type, with the port that it is to listen on
 */
export async function startNginx(options: {
  program: string;
  upstream: string;
  publicUrl: string;
  httpPort: number;
  uploadMaxBytes: number;
}) {
  const { hostname, port } = new URL(options.publicUrl);
  const folder = await mkdtemp(join(tmpdir(), 'veogate-nginx-'));
  await chmod(folder, 0o755); // started as root, it reads as a user of its own
  const acme = join(folder, 'acme/.well-known/acme-challenge');
  await mkdir(acme, { recursive: true });
  await writeFile(join(acme, 'token'), 'of the authority');
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
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
  const names = ['-subj', `/CN=${hostname}`, '-addext', `subjectAltName=DNS:${hostname}`];
  execFileSync('openssl', [...args, ...names, '-keyout', key, '-out', certificate], { stdio: 'ignore' });

  const site = execFileSync(process.execPath, [join(deploy, 'render-nginx.mjs')], {
    encoding: 'utf8',
    env: {
      PUBLIC_URL: options.publicUrl,
      UPLOAD_MAX_BYTES: String(options.uploadMaxBytes),
      VEOGATE_UPSTREAM: options.upstream,
      VEOGATE_HTTP_LISTEN: `127.0.0.1:${options.httpPort}`,
      VEOGATE_HTTPS_LISTEN: `127.0.0.1:${port}`,
      VEOGATE_TLS_CERTIFICATE: certificate,
      VEOGATE_TLS_KEY: key,
      VEOGATE_ACME_ROOT: join(folder, 'acme'),
      VEOGATE_ACCESS_LOG: join(folder, 'access.log'),
    },
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${join(folder, 'pid')}; error_log stderr warn;
events {}
http {
${temporary.join(' ')}
${AROUND}
${site}
}`,
  );
  const child = spawn(options.program, ['-e', 'stderr', '-p', folder, '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await waitFor('nginx to listen', () => {
    if (child.exitCode !== null) throw new Error(`nginx ended at its start:\n${output}`);
    return canConnect(Number(port));
  });

  return {
    /** What whoever trusts it must trust. */
    certificate: await readFile(certificate, 'utf8'),
    port: Number(port),
    output: () => output,
    accessLog: () => readFile(join(folder, 'access.log'), 'utf8'),
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
