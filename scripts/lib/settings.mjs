// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { ROOT } from './paths.mjs';
import { codeOf, Problem } from './problem.mjs';

/**
 * @typedef {object} Settings
 * @property {NodeJS.ProcessEnv} env the environment over the `.env` file, without npm's own variables
 * @property {string} host
 * @property {number} port
 * @property {string} profile
 * @property {boolean} isLocal whether one person has it on this machine
 * @property {string} dataDir absolute
 * @property {string} publicUrl what people open
 * @property {boolean} isPublicUrlSet whether it was said, and not made up
 * @property {'off' | 'files' | 'internal'} tls
 * @property {string} probeUrl where this machine reaches the API of profile `local`
 * @property {string | undefined} databaseUrl set when the user brings their own Postgres
 */

/**
 * What `npm start` and `npm run demo` are told by the environment and by `.env`, with defaults.
 * @param {NodeJS.ProcessEnv} [processEnv]
 * @returns {Settings}
 */
export function readSettings(processEnv = process.env) {
  const env = withAbsoluteFiles(withoutNpm({ ...readEnvFile(envFileOf(processEnv)), ...processEnv }));
  const host = env['HOST'] || '127.0.0.1';
  const port = toPort(env['PORT'] || '8080');
  const tls = env['TLS'] === 'files' || env['TLS'] === 'internal' ? env['TLS'] : 'off';
  const profile = env['ACCESS_PROFILE'] || 'local';
  const scheme = tls === 'off' ? 'http' : 'https';
  return {
    env,
    host,
    port,
    profile,
    isLocal: profile === 'local',
    dataDir: path.resolve(ROOT, env['DATA_DIR'] || '.data'),
    publicUrl: (
      env['PUBLIC_URL'] || `${scheme}://${isLoopback(host) ? 'localhost' : inUrl(host)}:${port}`
    ).replace(/\/$/, ''),
    isPublicUrlSet: Boolean(env['PUBLIC_URL']),
    tls,
    probeUrl: `${scheme}://${inUrl(host)}:${port}`,
    databaseUrl: secretFrom(env, 'DATABASE_URL'),
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name read from `NAME`, or from the file that `NAME_FILE` names
 * @returns {string | undefined}
 */
export function secretFrom(env, name) {
  const file = env[`${name}_FILE`];
  if (env[name] || !file) return env[name] || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Problem(`${name}_FILE names ${file}, which cannot be read (${codeOf(error)}).`);
  }
}

/** Where the settings stand: ENV_FILE, or `.env` in the checkout. @param {NodeJS.ProcessEnv} env */
export const envFileOf = (env) => path.resolve(ROOT, env['ENV_FILE'] || '.env');

/** @param {string} file @returns {NodeJS.ProcessEnv} */
function readEnvFile(file) {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {};
    throw new Problem(`The settings file ${file} cannot be read (${codeOf(error)}).`);
  }
}

/** @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
function withoutNpm(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$)/i.test(name)));
}

/**
 * The programs run in folders of their own: files are named from the checkout.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withAbsoluteFiles(env) {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      name.endsWith('_FILE') && value ? path.resolve(ROOT, value) : value,
    ]),
  );
}

/** @param {string} text */
function toPort(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Problem(
    `PORT is "${text}", which is no port. Give a whole number from 1 to 65535, such as PORT=8080.`,
  );
}

/** @param {string} host also true for "every address", which includes the loopback one */
const isLoopback = (host) => ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::'].includes(host);

/** @param {string} host as it stands in a URL of this machine */
function inUrl(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
