// `node scripts/create-migration.mjs <name>`: writes the SQL that takes the committed schema.prisma to the edited
// one. It compares the two files; DATABASE_URL may name any running Postgres, since the engine insists on one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '../..');
const [name] = process.argv.slice(2);
const url = process.env['DATABASE_URL'];
if (!name || !url) {
  console.error('Usage: DATABASE_URL=postgres://… node scripts/create-migration.mjs <name>');
  process.exit(2);
}
const { openSchemaEngine, noFilters } = await import(join(root, 'packages/shared/dist/db/schema-engine.js'));
const path = join(root, 'prisma/schema.prisma');
const committed = spawnSync('git', ['show', 'HEAD:prisma/schema.prisma'], { cwd: root, encoding: 'utf8' });
const edited = { path, content: readFileSync(path, 'utf8') };
const { engine, close } = await openSchemaEngine(url, edited);
const diff = await engine.diff({
  from:
    committed.status === 0
      ? { tag: 'schemaDatamodel', files: [{ path, content: committed.stdout }] }
      : { tag: 'empty' },
  to: { tag: 'schemaDatamodel', files: [edited] },
  script: true,
  exitCode: null,
  filters: noFilters,
});
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = join(root, 'prisma/migrations', `${stamp}_${name}`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'migration.sql'), diff.stdout);
console.log(`Wrote ${folder}/migration.sql. Read it before you commit it.`);
await close();
