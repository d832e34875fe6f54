/** The walls of the house: who may use whom. `npm run check` walks into each. */

/** One app, package or feature may not reach into another of its kind. */
const apart = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-stay-apart',
      comment: 'What two apps share lives in packages/shared.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    apart('shared-knows-no-app', 'Packages are below the apps.', '^packages/', '^(apps|ops)/'),
    apart('ops-knows-no-app', 'The operator reaches the stores, and no service.', '^ops/', '^apps/'),
    apart('apps-know-no-ops', 'A service runs without its operator.', '^apps/', '^ops/'),
    {
      name: 'features-stay-apart',
      comment: 'A feature that needs another wants something in shared.',
      severity: 'error',
      from: { path: '^apps/api/src/features/([^/]+)/' },
      to: { path: '^apps/api/src/features/', pathNot: '^apps/api/src/features/$1/' },
    },
    {
      name: 'web-knows-contracts-and-domain',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^packages/', pathNot: '^packages/shared/src/(contracts|domain)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules that need nothing can be read, tested and trusted alone.',
      severity: 'error',
      from: { path: '^packages/shared/src/domain/' },
      to: { pathNot: '^packages/shared/src/domain/' },
    },
    {
      name: 'contracts-are-light',
      severity: 'error',
      from: { path: '^packages/shared/src/contracts/' },
      to: { pathNot: ['^packages/shared/src/(contracts|domain)/', 'node_modules/typebox'] },
    },
    {
      name: 'sql-lives-in-db',
      comment:
        'Prisma and SQL have one home. (The queue and the hints speak to Postgres in their own tongue.)',
      severity: 'error',
      from: {
        path: '^((apps|packages)/[^/]+|ops)/src/',
        pathNot: '^packages/shared/src/(db|jobs|events)/',
      },
      to: { path: ['node_modules/(@prisma|pg|prisma)/', '^packages/shared/src/db/generated/'] },
    },
    {
      name: 'no-fastify-below-routes',
      severity: 'error',
      from: { path: '^(packages/shared/src|apps/worker/src)/' },
      to: { path: 'node_modules/(fastify|@fastify)/' },
    },
    {
      name: 'services-do-not-know-http',
      severity: 'error',
      from: { path: '^apps/api/src/features/[^/]+/service\\.ts$' },
      to: { path: 'node_modules/(fastify|@fastify)/' },
    },
    {
      name: 'only-the-worker-opens-keys',
      comment: 'The API holds no private key, and no code that could use one.',
      severity: 'error',
      from: {
        path: '^((apps|packages)/[^/]+|ops)/src/',
        pathNot: '^apps/worker/src/|^packages/shared/src/vault/open\\.ts$',
      },
      to: { path: '^packages/shared/src/vault/open\\.ts$' },
    },
    {
      name: 'the-api-cannot-reach-the-opener',
      severity: 'error',
      from: { path: '^apps/api/src/' },
      to: { path: '^packages/shared/src/vault/open\\.ts$', reachable: true },
    },
    {
      name: 'config-is-read-at-the-door',
      severity: 'error',
      from: {
        path: '^(apps|packages)/[^/]+/src/',
        pathNot: '(main|services)\\.ts$|^packages/shared/src/config/',
      },
      to: {
        path: '^packages/shared/src/config/(fragments|read-env)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-what-ships',
      severity: 'error',
      from: { path: '^((apps|packages)/[^/]+|ops)/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|generated/(internal|models))/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
