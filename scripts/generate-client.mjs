// Generates the Prisma client. `prisma generate` looks for a schema engine that it would download, yet never
// runs it; naming any existing executable keeps the build off the network.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const shared = join(root, 'packages/shared');
const prisma = createRequire(join(shared, 'package.json')).resolve('prisma/build/index.js');
const { status } = spawnSync(
  process.execPath,
  [prisma, 'generate', '--schema', join(root, 'prisma/schema.prisma')],
  {
    cwd: shared,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
);
process.exit(status ?? 1);
