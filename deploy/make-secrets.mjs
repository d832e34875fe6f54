// `docker compose run --rm init`: makes what is missing of the secrets, and gives each file to the user that reads it.
// It never replaces one: without its key ring no saved key can be used, without its password no database opened.
//
// `docker compose run --rm -T init smtp-url < file`: puts what comes in over standard input into one of those that
// start empty.
//
// `docker compose run --rm init ring`: makes a new key ring where both files of the old one were deleted, as after a
// lockdown.
//
// Without Docker, as root: `node deploy/make-secrets.mjs --machine [name]`. The files stay root's, as systemd hands them
// to the services, and the database is the one of this machine.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [name, ...more] = process.argv.slice(2).filter((arg) => arg !== '--machine');
const isMachine = process.argv.includes('--machine');
const SECRETS = process.env.SECRETS_FOLDER || (isMachine ? '/etc/veogate/secrets' : '/secrets');
const OPS = process.env.OPS_COMMANDS || fileURLToPath(new URL('../ops/dist/main.js', import.meta.url));
const DATABASE = isMachine ? '127.0.0.1:5432' : 'postgres:5432';
/** What certbot writes and nginx reads, both as the user of the nginx image. */
const CERTIFICATE_FOLDERS = ['/certificates', '/acme'];

/** The users of the images: ours; Postgres and Redis; nginx and certbot. */
const APP = 1000;
const STORES = 999;
const NGINX = 101;

/** `ops init` makes these. */
const RING = ['vault-public.json', 'vault-private.json'];
const FROM_OPS = [...RING, 'fingerprint.key', 'claim-code'];
/** An operator fills what the service needs; an empty one counts for none. */
const EMPTY = [
  ...['smtp-url', 'alert-webhook-url'],
  ...['google', 'github', 'oidc'].map((provider) => `oauth-${provider}-client-secret`),
  // Without a Redis the queue is in Postgres.
  ...(isMachine ? ['team-password-hash', 'redis-url'] : []),
];
/** Hexadecimal, so that it is the same in an address and in a file of Redis. */
const MADE = {
  'database-owner-password': () => newPassword(),
  'database-app-password': () => newPassword(),
  'database-owner-url': () =>
    `postgres://veogate_owner:${read('database-owner-password')}@${DATABASE}/veogate`,
  'database-url': () => `postgres://veogate:${read('database-app-password')}@${DATABASE}/veogate`,
  ...(!isMachine && {
    'redis.conf': () => `requirepass ${newPassword()}`,
    'redis-url': () => `redis://:${read('redis.conf').split(' ')[1]}@redis:6379`,
  }),
};
const OWNERS = { 'database-owner-password': STORES, 'redis.conf': STORES };

if (name === undefined) {
  make();
} else if (name === 'ring' && more.length === 0) {
  execFileSync(process.execPath, [OPS, 'init', '--ring', SECRETS], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.stdout.write(`Made ${RING.join(', ')}.\n`);
  for (const each of RING) own(each);
} else if (EMPTY.includes(name) && more.length === 0) {
  write(name, readFileSync(0, 'utf8').trim());
  own(name);
} else {
  process.stderr.write(`Name one of ${EMPTY.join(', ')}, and send its content over standard input.\n`);
  process.exitCode = 2;
}

function make() {
  if (!FROM_OPS.some(isThere)) {
    execFileSync(process.execPath, [OPS, 'init', SECRETS], { stdio: ['ignore', 'ignore', 'inherit'] });
    process.stdout.write(`Made ${FROM_OPS.join(', ')}.\n`);
  }
  for (const [each, content] of Object.entries(MADE)) {
    if (isThere(each)) continue;
    write(each, content());
    process.stdout.write(`Made ${each}.\n`);
  }
  for (const each of EMPTY) if (!isThere(each)) write(each, '');
  for (const each of [...FROM_OPS, ...Object.keys(MADE), ...EMPTY]) own(each);
  for (const folder of isMachine ? [] : CERTIFICATE_FOLDERS.filter((each) => existsSync(each))) {
    chownSync(folder, NGINX, NGINX);
    chmodSync(folder, 0o700);
  }
  process.stdout.write(
    'Every secret is there. Keep a copy of vault-private.json and fingerprint.key elsewhere.\n',
  );
}

function own(each) {
  const file = fileOf(each);
  chmodSync(file, 0o600);
  const owner = OWNERS[each] ?? APP;
  if (!isMachine && process.getuid() === 0) chownSync(file, owner, owner);
}

/** In place: a container that runs has this very file. */
function write(each, content) {
  writeFileSync(fileOf(each), content === '' ? '' : `${content}\n`, { mode: 0o600 });
}

/** A folder is what Docker makes of a file that is not there. */
function isThere(each) {
  const file = fileOf(each);
  if (!existsSync(file)) return false;
  if (statSync(file).isFile()) return true;
  throw new Error(`${each} is a folder. Remove it: rmdir ${file}`);
}

function read(each) {
  return readFileSync(fileOf(each), 'utf8').trim();
}

function fileOf(each) {
  return path.join(SECRETS, each);
}

function newPassword() {
  return randomBytes(24).toString('hex');
}
