import { once } from 'node:events';
import { connect } from 'node:net';
import type { Database } from '@veogate/shared/db/client';

/** Loses every job, as a Redis without its disk does. The schedules go too, until a worker starts. */
export async function wipeQueue(db: Database, redisUrl?: string): Promise<void> {
  if (!redisUrl) {
    const tables = await db.$queryRaw<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname = 'bullmq' and tablename not like '%migration%'`;
    await db.$executeRawUnsafe(`truncate ${tables.map(({ name }) => name).join(', ')}`);
    return;
  }
  const { hostname, port, pathname } = new URL(redisUrl);
  const socket = connect(Number(port || 6379), hostname);
  await once(socket, 'connect');
  socket.write(`SELECT ${pathname.slice(1)}\r\nFLUSHDB\r\n`);
  let said = '';
  while ((said.match(/\+OK/g) ?? []).length < 2) said += String((await once(socket, 'data'))[0]);
  socket.destroy();
}
