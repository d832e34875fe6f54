import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runMigrations as migrateQueue } from 'bullmq';
import pg from 'pg';
import { noFilters, openSchemaEngine } from './schema-engine.ts';

/** A login role that the services connect as. It owns no table, so it can neither alter nor truncate one. */
export interface AppUser {
  name: string;
  password: string;
}

/**
 * Brings a database up to date: Prisma's migrations, the queue's own tables, and what the app's role may do.
 * Safe to run at every start and from several processes at once.
 *
 * @param options.url the database, as the role that owns it
 * @param options.only these migrations alone, for a backup that was made before the others
 * @param options.appUser created (or given this password) where set; without it the owner is the app
 * @returns the names of the migrations applied by this call
 */
export async function migrate(options: {
  url: string;
  appUser?: AppUser;
  only?: readonly string[];
}): Promise<string[]> {
  const client = new pg.Client({ connectionString: options.url });
  await client.connect();
  try {
    // One migrator at a time: the engine's own lock does not cover what follows it.
    await client.query(`select pg_advisory_lock(hashtext('veogate migrate'))`);
    const applied = await applyMigrations(options.url, options.only);
    await migrateQueue(client, 'bullmq');
    if (options.appUser) await grantTo(client, options.appUser);
    return applied;
  } finally {
    await client.end();
  }
}

/** Reads prisma/migrations as the engine wants it. */
export async function readMigrations() {
  const baseDir = join(findUp('prisma/schema.prisma'), 'prisma/migrations');
  const names = (await readdir(baseDir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const migrationDirectories = await Promise.all(
    names
      .map((entry) => entry.name)
      .sort()
      .map(async (path) => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(join(baseDir, path, 'migration.sql'), 'utf8'),
          },
        },
      })),
  );
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };
  return { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories };
}

async function applyMigrations(url: string, only?: readonly string[]): Promise<string[]> {
  const { engine, close } = await openSchemaEngine(url);
  try {
    const all = await readMigrations();
    const migrationDirectories = all.migrationDirectories.filter(({ path }) => only?.includes(path) ?? true);
    const migrationsList = { ...all, migrationDirectories };
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilters });
    return appliedMigrationNames;
  } finally {
    await close();
  }
}

async function grantTo(client: pg.Client, { name, password }: AppUser): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const secret = pg.escapeLiteral(password);
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  await client.query(`${rowCount ? 'alter' : 'create'} role ${role} login password ${secret}`);
  for (const schema of ['public', 'bullmq']) {
    await client.query(`
      grant usage on schema ${schema} to ${role};
      grant select, insert, update, delete on all tables in schema ${schema} to ${role};
      grant usage, select on all sequences in schema ${schema} to ${role};
      grant execute on all functions in schema ${schema} to ${role};`);
  }
  // The queue makes a sequence for each of its queues; what it holds can be lost without harm.
  await client.query(`grant create on schema bullmq to ${role}`);
  // The audit log is append-only for the services, also past its parent table; personal data in it can be erased.
  const { rows: parts } = await client.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_events'::regclass",
  );
  await client.query(`
    revoke update, delete on audit_events, audit_segments from ${role};
    revoke update on audit_people from ${role};
    revoke insert, update, delete on audit_clock from ${role};
    ${parts.map(({ name }) => `revoke all on ${name} from ${role};`).join('\n')}
    revoke all on _prisma_migrations from ${role};`);
}

/** The first folder above this file that holds `path`: the same from src, from dist and in an image. */
function findUp(path: string): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, path))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${path} is not in any folder above ${import.meta.dirname}`);
    folder = parent;
  }
  return folder;
}
