import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { runSql } from '../../scripts/lib/postgres.mjs';
import type {} from './global-setup.ts';

/** A database of one's own, with every table and no row. */
export interface TestDatabase {
  /** As the services connect: a role that owns no table. */
  url: string;
  /** As the superuser, for what only an operator may do. */
  ownerUrl: string;
  /** Removes it, also under open connections. */
  drop(): Promise<void>;
}

/** Copies the migrated template, which takes a fraction of a second. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { ownerUrl, appUser, template } = inject('testServer');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const own = new URL(ownerUrl);
  own.pathname = `/${name}`;
  const app = new URL(own);
  app.username = appUser.name;
  app.password = appUser.password;
  return {
    url: app.href,
    ownerUrl: own.href,
    drop: async () => {
      await runSql(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
