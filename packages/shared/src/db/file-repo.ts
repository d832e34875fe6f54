import { finalStates, generationStates } from '../domain/generation-state.ts';
import type { Database } from './client.ts';

/** Files that are claimed in one statement. */
const BATCH = 500;

/** An output that nobody will be shown any more, and whose file is to be deleted. */
export interface ClaimedOutput {
  generationId: string;
  storageKey: string;
}

/**
 * Marks outputs whose time of keeping is over as gone, some of them at a time; empty where there are none any more.
 * Only then is a file deleted: whoever wants to keep it meanwhile finds the mark, or was first and is not claimed. A
 * file whose deletion fails is an orphan from then on.
 *
 * The generation is locked before its outputs, as by whoever pins it; what somebody holds waits for the next sweep.
 */
export function claimExpiredOutputs(db: Database): Promise<ClaimedOutput[]> {
  const now = new Date();
  return db.$queryRaw<ClaimedOutput[]>`
    with due as (
      select id from generations where id in (
        select generation_id from outputs where expires_at < ${now} and deleted_at is null limit ${BATCH})
      order by id for update skip locked
    ), claimed as (
      update outputs o set deleted_at = ${now} from due
      where o.generation_id = due.id and o.expires_at < ${now} and o.deleted_at is null
      returning o.generation_id, o.storage_key
    ), shown as (
      update generations set updated_at = ${now} where id in (select generation_id from claimed)
    )
    select generation_id as "generationId", storage_key as "storageKey" from claimed`;
}

/** As `claimExpiredOutputs`, for uploads whose time is over since their last use and that no unfinished work needs. */
export async function claimExpiredUploads(db: Database): Promise<string[]> {
  const now = new Date();
  const unfinished = generationStates.filter((state) => !finalStates.includes(state));
  const rows = await db.$queryRaw<{ storageKey: string }[]>`
    update uploads set deleted_at = ${now} where id in (
      select u.id from uploads u where u.expires_at < ${now} and u.deleted_at is null and not exists (
        select 1 from generation_inputs i join generations g on g.id = i.generation_id
        where i.upload_id = u.id and g.state = any(${unfinished}::generation_state[]))
      order by u.id limit ${BATCH} for update of u skip locked)
      and expires_at < ${now} and deleted_at is null
    returning storage_key as "storageKey"`;
  return rows.map(({ storageKey }) => storageKey);
}

/** Of these files, those that nobody is shown. */
export async function findOrphans(db: Database, storageKeys: readonly string[]): Promise<string[]> {
  const where = { storageKey: { in: [...storageKeys] }, deletedAt: null };
  const [outputs, uploads] = await Promise.all([
    db.output.findMany({ where, select: { storageKey: true } }),
    db.upload.findMany({ where, select: { storageKey: true } }),
  ]);
  const known = new Set([...outputs, ...uploads].map(({ storageKey }) => storageKey));
  return storageKeys.filter((key) => !known.has(key));
}

/** Whether the storage should hold any file at all. */
export async function knowsFiles(db: Database): Promise<boolean> {
  const where = { where: { deletedAt: null }, select: { storageKey: true } };
  return (await db.output.findFirst(where)) !== null || (await db.upload.findFirst(where)) !== null;
}

/** Every file that somebody is shown. */
export async function listStoredFiles(db: Database): Promise<string[]> {
  const where = { where: { deletedAt: null }, select: { storageKey: true } };
  const rows = [...(await db.output.findMany(where)), ...(await db.upload.findMany(where))];
  return rows.map(({ storageKey }) => storageKey);
}
