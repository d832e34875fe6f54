// `node deploy/render-nginx.mjs > /etc/nginx/conf.d/veogate.conf`: fills in nginx/veogate.conf.template from the
// environment, for a machine without Docker. PUBLIC_URL is needed; all else has a default.
import { readFileSync } from 'node:fs';

/** What multipart puts around a file. Bytes. */
const ENVELOPE = 64 * 1024;

const env = process.env;
if (!env.PUBLIC_URL?.startsWith('https://')) {
  process.stderr.write('Set PUBLIC_URL to the address that people type, such as https://veogate.example.\n');
  process.exit(2);
}
const { hostname, origin } = new URL(env.PUBLIC_URL);
const certificates = `/etc/letsencrypt/live/${hostname}`;
const values = {
  VEOGATE_PUBLIC_URL: origin,
  VEOGATE_SERVER_NAME: hostname,
  VEOGATE_UPSTREAM: `127.0.0.1:${env.PORT || 8080}`,
  VEOGATE_HTTP_LISTEN: '80',
  VEOGATE_HTTPS_LISTEN: '443',
  VEOGATE_TLS_CERTIFICATE: `${certificates}/fullchain.pem`,
  VEOGATE_TLS_KEY: `${certificates}/privkey.pem`,
  VEOGATE_ACME_ROOT: '/var/www/acme',
  VEOGATE_ACCESS_LOG: '/var/log/nginx/access.log',
  VEOGATE_UPLOAD_LIMIT: String(Number(env.UPLOAD_MAX_BYTES || 20 * 1024 * 1024) + ENVELOPE),
};
const template = readFileSync(new URL('nginx/veogate.conf.template', import.meta.url), 'utf8');
// nginx's own variables have no braces.
process.stdout.write(
  template.replace(/\$\{(VEOGATE_\w+)\}/g, (whole, name) => env[name] || (values[name] ?? whole)),
);
