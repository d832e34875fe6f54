// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {string} name a command that the root package installs, such as `turbo` */
export const binOf = (name) => path.join(ROOT, 'node_modules/.bin', name);

/** What a build makes and `npm start` runs. */
export const BUILT = {
  api: path.join(ROOT, 'apps/api/dist/main.js'),
  worker: path.join(ROOT, 'apps/worker/dist/main.js'),
  web: path.join(ROOT, 'apps/web/dist/index.html'),
  simulator: path.join(ROOT, 'packages/simulator/dist/main.js'),
  safety: path.join(ROOT, 'apps/api/dist/refuse-unsafe.js'),
  ops: path.join(ROOT, 'ops/dist/main.js'),
  claimCode: path.join(ROOT, 'ops/dist/claim-code.js'),
  readEnv: path.join(ROOT, 'packages/shared/dist/config/read-env.js'),
  fragments: path.join(ROOT, 'packages/shared/dist/config/fragments.js'),
  database: path.join(ROOT, 'packages/shared/dist/db/client.js'),
  claims: path.join(ROOT, 'packages/shared/dist/db/claim-repo.js'),
  migrate: path.join(ROOT, 'packages/shared/dist/db/migrate.js'),
  ring: path.join(ROOT, 'packages/shared/dist/vault/ring.js'),
};
