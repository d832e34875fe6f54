import type { Transaction } from './client.ts';
import type { Mode } from './generated/client.ts';

/** The position of the off switch. */
export async function readMode(db: Transaction): Promise<Mode> {
  const { mode } = await db.serviceMode.findUniqueOrThrow({ where: { id: 1 } });
  return mode;
}
