// @ts-check
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installFingerprint, outputFingerprint, sourceFingerprint } from './fingerprint.mjs';
import { BUILT, binOf, ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runCommand } from './run-command.mjs';
import { say } from './say.mjs';
import { withSetupLock } from './setup-lock.mjs';

const STAMPS = path.join(ROOT, 'node_modules/.veogate');

/**
 * Installs the packages and builds the code, each only when something that it depends on has changed.
 * @param {{ build?: boolean, signal?: AbortSignal }} [options]
 */
export async function ensureReady({ build = true, signal } = {}) {
  if (isInstalled() && (!build || isBuilt())) return;
  const onWait = () => say('Another command is installing or building this checkout; waiting for it …');
  await withSetupLock({ onWait, signal }, async () => {
    if (!isInstalled()) await install(signal);
    if (build && !isBuilt()) await buildAll(signal);
  });
}

function isInstalled() {
  const complete = existsSync(binOf('turbo')) && existsSync(path.join(ROOT, 'node_modules/.modules.yaml'));
  return complete && readStamp('install') === installFingerprint();
}

function isBuilt() {
  const complete = Object.values(BUILT).every((file) => existsSync(file));
  return complete && readStamp('build') === buildFingerprint();
}

/** @param {AbortSignal | undefined} signal */
async function install(signal) {
  const { packageManager } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  say('Installing packages (the first time this takes a minute or two) …');
  // The database's own user must be able to read its programs, whatever umask this user has.
  const umask = process.umask(0o022);
  const flags = ['--frozen-lockfile', '--config.confirm-modules-purge=false'];
  const { code, tail } = await runCommand('npx', ['--yes', packageManager, 'install', ...flags], {
    cwd: ROOT,
    env: toolEnv(),
    ...(signal && { signal }),
  }).finally(() => process.umask(umask));
  signal?.throwIfAborted();
  if (code !== 0) {
    throw new Problem(
      code === 127
        ? 'The command "npx" is missing. It comes with Node.js: install Node.js from https://nodejs.org and try again.'
        : 'Installing the packages failed; the lines above say why. Check that this machine reaches the npm registry, and try again.',
      { details: tail.slice(-20) },
    );
  }
  writeStamp('install', installFingerprint());
  say('Packages are installed.');
}

/** @param {AbortSignal | undefined} signal */
async function buildAll(signal) {
  say('Building …');
  rmSync(path.join(STAMPS, 'build'), { force: true });
  const before = sourceFingerprint();
  const { code, tail } = await runCommand(
    binOf('turbo'),
    ['run', 'build', '--output-logs=errors-only', '--env-mode=loose'],
    {
      cwd: ROOT,
      env: toolEnv(),
      ...(signal && { signal }),
    },
  );
  signal?.throwIfAborted();
  if (code !== 0) {
    throw new Problem('The build failed; the lines above say why. Nothing was started.', {
      details: tail.slice(-30),
    });
  }
  const missing = Object.values(BUILT).find((file) => !existsSync(file));
  if (missing)
    throw new Problem(`The build did not make ${path.relative(ROOT, missing)}. Nothing was started.`);
  // A file saved during the build may or may not be in it: leave no stamp then, and build again next time.
  if (sourceFingerprint() === before) writeStamp('build', buildFingerprint());
  say('Built.');
}

const buildFingerprint = () => `${sourceFingerprint()} ${outputFingerprint()}`;

/** The environment for pnpm and turbo: the user's, with this checkout's commands first and no NODE_ENV. */
export function toolEnv() {
  const { NODE_ENV: _unset, ...env } = process.env;
  return {
    ...env,
    PATH: [path.join(ROOT, 'node_modules/.bin'), path.dirname(process.execPath), env['PATH']].join(
      path.delimiter,
    ),
    // The pnpm that is called is the wanted one already; it need not look up the one that packageManager names.
    pnpm_config_pm_on_fail: 'ignore',
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  };
}

/** @param {string} name */
function readStamp(name) {
  try {
    return readFileSync(path.join(STAMPS, name), 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} name @param {string} value */
function writeStamp(name, value) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(path.join(STAMPS, name), value);
}
