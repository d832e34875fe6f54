import { append } from './audit-repo.ts';
import type { Database } from './client.ts';

/** No session lives longer, and no token is worth a row for ever. Days. */
const KEPT_DAYS = 31;

export interface OutputRead {
  generationId: string;
  index: number;
  /** The session or the token, in hex. */
  reader: string;
  userId: string;
  /** Whether somebody looks who is not of its project: an administrator. */
  asAdmin: boolean;
  isDownload: boolean;
  address: string;
}

/** Writes into the audit log that a file was sent to somebody: once for each file and session. */
export async function recordRead(db: Database, read: OutputRead): Promise<void> {
  const { generationId, index, reader, userId, asAdmin, isDownload, address } = read;
  await db.$transaction(async (tx) => {
    const first = await tx.$executeRaw`
      insert into output_reads (generation_id, index, reader) values (${generationId}::uuid, ${index}, ${reader})
      on conflict do nothing`;
    if (first === 0) return;
    await append(tx, {
      action: isDownload ? 'output.downloaded' : 'output.viewed',
      actorId: userId,
      subject: 'generation',
      subjectId: generationId,
      detail: { index, ...(asAdmin && { as_admin: true }) },
      address,
    });
  });
}

export async function forgetOldReads(db: Database): Promise<void> {
  await db.outputRead.deleteMany({ where: { at: { lt: new Date(Date.now() - KEPT_DAYS * 86_400_000) } } });
}
