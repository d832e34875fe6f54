import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Workspace packages resolve to their TypeScript source, so a test run needs no build of them.
const source = {
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
};

const project = (name: string, dir: string) => ({
  ...source,
  test: {
    name,
    include: [`${dir}/test/**/*.test.ts`],
    globalSetup: ['./test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/@veogate\//] } },
  },
});

export default defineConfig({
  test: {
    // Most of the time a test waits for something: one file a core, where the default leaves a core out.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      project('shared', 'packages/shared'),
      {
        ...source,
        test: { name: 'simulator', include: ['packages/simulator/test/**/*.test.ts'], testTimeout: 60_000 },
      },
      { ...source, test: { name: 'web', include: ['apps/web/test/**/*.test.ts'] } },
      project('api', 'apps/api'),
      project('worker', 'apps/worker'),
      {
        ...project('e2e', 'e2e'),
        test: {
          ...project('e2e', 'e2e').test,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Each file starts a service of several processes, and often a browser: on two cores, two files at once take
          // longer than one after the other.
          maxWorkers: Math.max(1, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
