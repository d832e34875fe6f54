import { type DisabledReason, FAILING_DAYS } from '../domain/webhooks.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import type { WebhookDelivery, WebhookEndpoint } from './generated/client.ts';
import { toCost } from './generation-view.ts';

/** An attempt that this worker alone makes, until `claimedUntil`. */
export interface Attempt extends WebhookDelivery {
  claimedUntil: Date;
  endpoint: WebhookEndpoint;
}

/**
 * Takes a message for an attempt. One statement, so that of two workers one gets it; a claim whose worker is gone runs
 * out.
 *
 * @returns null where it is not due, somebody is at it, or its webhook is off
 */
export async function claimAttempt(db: Database, id: string, leaseMs: number): Promise<Attempt | null> {
  const claimed = await db.$executeRaw`
    update webhook_deliveries d
    set attempts = attempts + 1, claimed_until = now() + make_interval(secs => ${leaseMs / 1000}::float8)
    where d.id = ${id}::uuid and d.state = 'pending' and d.next_attempt_at <= now()
      and (d.claimed_until is null or d.claimed_until < now())
      and exists (select 1 from webhook_endpoints e where e.id = d.endpoint_id and e.state = 'active')`;
  if (claimed === 0) return null;
  const attempt = await db.webhookDelivery.findUnique({ where: { id }, include: { endpoint: true } });
  return attempt?.claimedUntil ? { ...attempt, claimedUntil: attempt.claimedUntil } : null;
}

/** How long until a message can be taken; null where nobody waits for it any more. Milliseconds. */
export async function timeUntilDue(db: Database, id: string): Promise<number | null> {
  const [row] = await db.$queryRaw<{ ms: number }[]>`
    select extract(epoch from greatest(d.next_attempt_at, d.claimed_until) - now())::float8 * 1000 as ms
    from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
    where d.id = ${id}::uuid and d.state = 'pending' and e.state = 'active'`;
  return row ? Math.max(0, row.ms) : null;
}

/**
 * What is sent: fixed by whoever writes it first, and the same from then on.
 *
 * @param write makes it of what was settled for the generation by now
 */
export async function fixBody(
  db: Database,
  attempt: Attempt,
  write: (cost: ReturnType<typeof toCost>) => string,
): Promise<string> {
  if (attempt.body !== null) return attempt.body;
  const { id, generationId } = attempt;
  const settled = generationId
    ? await db.generation.findUnique({ where: { id: generationId }, select: { ledger: true } })
    : null;
  const body = write(settled && toCost(settled));
  await db.webhookDelivery.updateMany({ where: { id, body: null }, data: { body } });
  return (await db.webhookDelivery.findUnique({ where: { id }, select: { body: true } }))?.body ?? body;
}

/** How an attempt went. */
export interface AttemptResult {
  delivered: boolean;
  /** Null where no answer came. */
  status: number | null;
  /** A sentence; null where it was delivered. */
  error: string | null;
  /** Before the next; null where there is none. Milliseconds. */
  waitMs: number | null;
}

/**
 * Keeps how an attempt went, and what that says of its webhook: one whose address is gone, or where nothing has arrived
 * for days, is switched off.
 *
 * @returns whether it counted; false where the claim had run out and somebody else took the message
 */
export function recordAttempt(db: Database, attempt: Attempt, result: AttemptResult): Promise<boolean> {
  const { delivered, status, error, waitMs } = result;
  const now = new Date();
  return db.$transaction(async (tx) => {
    // Locked in the order in which it is deleted.
    await tx.$executeRaw`select 1 from webhook_endpoints where id = ${attempt.endpointId}::uuid for no key update`;
    const { count } = await tx.webhookDelivery.updateMany({
      where: { id: attempt.id, state: 'pending', claimedUntil: attempt.claimedUntil },
      data: {
        claimedUntil: null,
        lastStatus: status,
        lastError: error,
        ...(delivered
          ? { state: 'delivered', deliveredAt: now }
          : waitMs === null
            ? { state: 'failed' }
            : { nextAttemptAt: new Date(now.getTime() + waitMs) }),
      },
    });
    if (count === 1) await judge(tx, attempt.endpointId, delivered, status);
    return count === 1;
  });
}

async function judge(tx: Transaction, id: string, delivered: boolean, status: number | null): Promise<void> {
  const endpoint = await tx.webhookEndpoint.findUnique({ where: { id } });
  if (!endpoint) return;
  if (delivered) {
    if (endpoint.failingSince)
      await tx.webhookEndpoint.update({ where: { id }, data: { failingSince: null } });
    return;
  }
  const failingSince = endpoint.failingSince ?? new Date();
  const isLong = failingSince.getTime() < Date.now() - FAILING_DAYS * 86_400_000;
  const reason: DisabledReason | null = status === 410 ? 'gone' : isLong ? 'failing' : null;
  const off = reason && endpoint.state === 'active' && { state: 'disabled' as const, disabledReason: reason };
  await tx.webhookEndpoint.update({ where: { id }, data: { failingSince, ...off } });
  if (off)
    await append(tx, { action: 'webhook.disabled', subject: 'webhook', subjectId: id, detail: { reason } });
}
