import { finalStates, type GenerationState, mayBecome, sourcesOf } from '../domain/generation-state.ts';
import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';
import { recordEvent } from './webhook-outbox.ts';

/** What the audit log tells of by itself; somebody who cancels is named there by whoever asks. */
const ENDS: readonly GenerationState[] = ['succeeded', 'failed', 'expired', 'outcome_unknown'];

export interface Change {
  id: string;
  to: GenerationState;
  /** Narrows where it may come from; by default every state that the table allows. */
  from?: readonly GenerationState[];
  /** Where given, the change is refused once anybody else changed the state. */
  fence?: number;
  data?: Prisma.GenerationUncheckedUpdateManyInput;
}

/**
 * The one place that changes a generation's state. Legal moves come from the table in domain/generation-state.ts.
 *
 * @returns whether this call made the change; false where the generation was no longer in a fitting state
 */
export async function transition(tx: Transaction, { id, to, from, fence, data }: Change): Promise<boolean> {
  const sources = from ? from.filter((state) => mayBecome(state, to)) : sourcesOf(to);
  const { count } = await tx.generation.updateMany({
    where: { id, state: { in: sources }, ...(fence !== undefined && { fence }) },
    data: { ...stamps(to), ...data, state: to },
  });
  if (count === 0) return false;
  await recordEvent(tx, id, to);
  if (ENDS.includes(to)) {
    const { errorCode: code } = data ?? {};
    const detail = typeof code === 'string' ? { code } : {};
    await append(tx, { action: `generation.${to}`, subject: 'generation', subjectId: id, detail });
  }
  return true;
}

/** What every change of state writes beside the state itself. */
export function stamps(to: GenerationState): Prisma.GenerationUncheckedUpdateManyInput {
  const now = new Date();
  return {
    fence: { increment: 1 },
    updatedAt: now,
    touchedAt: now,
    leaseOwner: null,
    leaseExpiresAt: null,
    finishedAt: finalStates.includes(to) ? now : null,
  };
}
