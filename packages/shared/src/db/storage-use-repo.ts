import type { Transaction } from './client.ts';

/** What the files of a person take: those of all that they generated, wherever, and their uploads. Bytes. */
export async function sumStored(tx: Transaction, userId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ bytes: number }[]>`
    select (
      (select coalesce(sum(o.byte_size), 0) from generations g join outputs o on o.generation_id = g.id
        where g.user_id = ${userId}::uuid and o.deleted_at is null) +
      (select coalesce(sum(u.byte_size), 0) from uploads u
        where u.owner_id = ${userId}::uuid and u.deleted_at is null))::float8 as bytes`;
  return row?.bytes ?? 0;
}
