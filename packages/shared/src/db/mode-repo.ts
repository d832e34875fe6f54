import { AppError } from '../domain/errors.ts';
import type { Mode } from '../domain/modes.ts';
import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import { type LockedDown, lockDown } from './lockdown-repo.ts';

/** The position of the off switch. */
export async function readMode(db: Transaction): Promise<Mode> {
  const { mode } = await db.serviceMode.findUniqueOrThrow({ where: { id: 1 } });
  return mode;
}

/** The off switch as it stands: who set it, when and why. */
export interface ModeState {
  mode: Mode;
  reason: string | null;
  changedAt: Date;
  /** Null where an operator did, or nobody yet. */
  changedBy: { id: string; name: string | null } | null;
  /** The ring keys that the last lockdown took out of use. */
  lostRings: string[];
}

export async function readModeState(db: Transaction): Promise<ModeState> {
  const row = await db.serviceMode.findUniqueOrThrow({ where: { id: 1 } });
  const { changedBy: id, mode, reason, changedAt, lostRings } = row;
  const user = id === null ? null : await db.user.findUnique({ where: { id } });
  const changedBy = id === null ? null : { id, name: user?.displayName ?? null };
  return { mode, reason, changedAt, changedBy, lostRings };
}

/**
 * Keeps the off switch where it is until the end of the transaction. Whatever makes something that a lockdown has to find,
 * such as a session, calls it first of all: it is there before the lockdown, or begun after it.
 */
export async function holdMode(tx: Transaction): Promise<Mode> {
  const [row] = await tx.$queryRaw<{ mode: Mode }[]>`select mode from service_mode for share`;
  if (!row) throw new Error('There is no off switch: the database was not migrated.');
  return row.mode;
}

/**
 * The same for what is made in the name of somebody who was let in before. Throws in a lockdown, which revoked that.
 */
export async function holdUnlocked(tx: Transaction): Promise<void> {
  if ((await holdMode(tx)) === 'lockdown') throw new AppError('service_closed');
}

/** Throws where a lockdown took this ring key out of use: whoever took the ring must not be handed the next keys too. */
export async function checkRing(tx: Transaction, { ringId }: { ringId: string }): Promise<void> {
  const lost = await tx.serviceMode.count({ where: { lostRings: { has: ringId } } });
  if (lost > 0) throw new AppError('ring_lost');
}

export interface ModeChange {
  mode: Mode;
  /** A sentence for other administrators and for the log. */
  reason: string | null;
  /** The administrator; null for an operator. */
  by: string | null;
  address?: string;
  /** Says that keys are sealed to another ring from now on, without which nothing leads out of a lockdown. */
  hasNewRing?: boolean;
  /** Of the present ring; a lockdown takes them out of use, whether or not anything was sealed to them. */
  ringIds?: readonly string[];
}

/** What became of a change. `locked`: the service is in lockdown, and its ring was not replaced. */
export type ModeChanged = { locked: true } | { from: Mode; lockedDown: LockedDown | null };

/**
 * Moves the off switch. Every gate reads it in its own statement, so it holds with the commit: everywhere, and across
 * restarts. Tell with `serviceChanged` after it.
 */
export async function changeMode(tx: Transaction, change: ModeChange): Promise<ModeChanged> {
  const { mode, reason, by, address, hasNewRing = false, ringIds = [] } = change;
  await tx.$executeRaw`select 1 from service_mode for update`;
  const { mode: from } = await tx.serviceMode.findUniqueOrThrow({ where: { id: 1 } });
  if (from === 'lockdown' && mode !== 'lockdown' && !hasNewRing) return { locked: true };
  await tx.serviceMode.update({
    where: { id: 1 },
    data: { mode, reason, changedBy: by, changedAt: new Date() },
  });
  const lockedDown = mode === 'lockdown' ? await lockDown(tx, ringIds) : null;
  await append(tx, {
    action: 'mode.changed',
    actorId: by ?? undefined,
    subject: 'service',
    detail: { from, to: mode, reason, ...(by === null && { by: 'operator' }) },
    address,
  });
  return { from, lockedDown };
}
