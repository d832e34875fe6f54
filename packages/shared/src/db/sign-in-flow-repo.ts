import type { Transaction } from './client.ts';
import type { Prisma, SignInFlow } from './generated/client.ts';

/** How long somebody may take at their provider. Milliseconds. */
export const FLOW_LIFE_MS = 10 * 60_000;

export type NewFlow = Omit<Prisma.SignInFlowUncheckedCreateInput, 'createdAt' | 'expiresAt'>;

/** Writes down that a browser went to its provider. */
export async function beginFlow(tx: Transaction, flow: NewFlow): Promise<void> {
  await tx.signInFlow.create({ data: { ...flow, expiresAt: new Date(Date.now() + FLOW_LIFE_MS) } });
}

/** Takes a flow off the table, whatever comes of it: of any number that ask at once, one gets it. */
export async function takeFlow(
  tx: Transaction,
  stateHash: Uint8Array<ArrayBuffer>,
): Promise<Omit<SignInFlow, 'createdAt' | 'expiresAt' | 'stateHash'> | null> {
  const [flow] = await tx.$queryRaw<
    (Omit<SignInFlow, 'createdAt' | 'expiresAt' | 'stateHash'> & { isOver: boolean })[]
  >`
    delete from sign_in_flows where state_hash = ${stateHash}
    returning provider, browser_hash as "browserHash", verifier, nonce, purpose, user_id as "userId",
      session_id_hash as "sessionIdHash", return_to as "returnTo", invitation_hash as "invitationHash",
      expires_at <= now() as "isOver"`;
  return !flow || flow.isOver ? null : flow;
}
