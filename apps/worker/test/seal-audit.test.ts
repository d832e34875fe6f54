import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditSeal } from '@veogate/shared/audit/chain';
import { verifyAudit } from '@veogate/shared/db/audit-chain-repo';
import { append } from '@veogate/shared/db/audit-repo';
import { openDatabase } from '@veogate/shared/db/client';
import { createLogger } from '@veogate/shared/logging/create-logger';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.ts';
import { createSealAudit } from '../src/processors/seal-audit.ts';

it('seals what was written with the rights of the service', async () => {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, max: 2 });
  onTestFinished(async () => {
    await db.$disconnect();
    await database.drop();
  });
  const auditSeal = createAuditSeal(Buffer.alloc(32, 1));
  const log = createLogger({ level: 'silent', name: 'worker' });
  const folder = await mkdtemp(join(tmpdir(), 'veogate-seal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = createSealAudit({ db, auditSeal, log, config: { AUDIT_MONTHS: 13, DATA_DIR: folder } });
  for (let n = 0; n < 3; n += 1) await append(db, { action: 'key.added', address: '192.0.2.7' });
  await vi.waitUntil(
    async () => {
      await run();
      return (await verifyAudit(db, auditSeal)).unsealed === 0;
    },
    { timeout: 20_000 },
  );
  expect(await verifyAudit(db, auditSeal)).toMatchObject({ entries: 3, broken: null });
});
