import { randomBytes } from 'node:crypto';
import type { Transaction } from './client.ts';

const BYTES = 32;

/** A random key that every process of the service shares. Of those who ask first at once, one makes it for all. */
export async function findOrMakeSecret(db: Transaction, name: string): Promise<Uint8Array> {
  const data = [{ name, value: new Uint8Array(randomBytes(BYTES)) }];
  await db.serviceSecret.createMany({ data, skipDuplicates: true });
  return (await db.serviceSecret.findUniqueOrThrow({ where: { name } })).value;
}
