import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, appendAll } from '@veogate/shared/db/audit-repo';
import { openDatabase } from '@veogate/shared/db/client';
import type { Erasure } from '@veogate/shared/db/erasure-repo';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.ts';
import { createErasureJournal } from '../src/erasure-journal.ts';

async function open() {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, max: 2 });
  const folder = await mkdtemp(join(tmpdir(), 'veogate-erasures-'));
  onTestFinished(async () => {
    await db.$disconnect();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'erasures.jsonl');
  const keep = createErasureJournal({ db, config: { DATA_DIR: folder } });
  const read = async () => {
    await keep();
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    return lines.flatMap((line): Erasure[] => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  };
  return { db, file, read };
}

it('keeps what was taken away, once, and nothing else', async () => {
  const { db, read } = await open();
  const id = crypto.randomUUID();
  await append(db, { action: 'key.added', subject: 'key', subjectId: id });
  await append(db, { action: 'key.retired', subject: 'key', subjectId: id });
  await append(db, { action: 'user.role_changed', subject: 'user', subjectId: id, detail: { to: 'member' } });
  const kept = await vi.waitUntil(
    async () => {
      const found = await read();
      return found.length >= 2 && found;
    },
    { timeout: 20_000 },
  );
  expect(kept.map(({ action, subjectId, role }) => [action, subjectId, role])).toEqual([
    ['key.retired', id, null],
    ['user.role_changed', id, 'member'],
  ]);
  expect(await read()).toHaveLength(2);
});

it('goes on after a line that broke off, and takes what one transaction did as a whole', async () => {
  const { db, file, read } = await open();
  await append(db, { action: 'token.revoked', subject: 'token', subjectId: crypto.randomUUID() });
  await vi.waitUntil(async () => (await read()).length === 1, { timeout: 20_000 });
  await appendFile(file, '{"ticket":"9');
  const many = Array.from({ length: 2_500 }, () => ({
    ...{ action: 'key.erased', subject: 'key', subjectId: crypto.randomUUID() },
  }));
  await db.$transaction((tx) => appendAll(tx, many));
  await vi.waitUntil(async () => (await read()).length === 2_501, { timeout: 20_000 });
});
