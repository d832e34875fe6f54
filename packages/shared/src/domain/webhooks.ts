import type { GenerationState } from './generation-state.ts';

/** What a webhook may be told of. */
export const webhookEvents = [
  'generation.running',
  'generation.succeeded',
  'generation.failed',
  'generation.canceled',
  'generation.expired',
  'generation.outcome_unknown',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Sent where its owner asks for it, whatever else the webhook is told of. */
export const TEST_EVENT = 'webhook.test';

/** Webhooks of one user. The look-up at every change of state stays as small as this. */
export const MAX_WEBHOOKS = 10;

/**
 * Why a webhook is off: its owner wanted it, its address answered 410, nothing arrived there for days, or a lockdown erased
 * its secret.
 */
export const disabledReasons = ['owner', 'gone', 'failing', 'lockdown'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** Where nothing arrives for so long, a webhook is switched off. Days. */
export const FAILING_DAYS = 5;
/** How long the secret before the last one goes on signing. Hours. */
export const OLD_SECRET_HOURS = 24;
/** How long messages can be looked at and sent again. Days. */
export const DELIVERIES_KEPT_DAYS = 30;

/** Waits between attempts in units of the base: of 5 s that is 5 s, 5 min, 30 min, 2 h, 5 h, 10 h. */
const WAITS = [1, 60, 360, 1_440, 3_600, 7_200];
/** So that what failed together does not come back together. */
const JITTER = 0.1;

/** What a generation that enters this state is told as; null for states that nobody is told of. */
export function eventOf(state: GenerationState): WebhookEvent | null {
  return webhookEvents.find((event) => event === `generation.${state}`) ?? null;
}

/**
 * How long to wait before the next attempt; null once it is enough. A test is sent once: somebody is looking.
 *
 * @param attempts how many there were
 * @param baseMs the first wait. Milliseconds
 * @param retryAfterMs what the receiver asked for; never shortens the wait
 * @param random between 0 and 1
 */
export function nextWaitMs(
  message: { type: string; attempts: number },
  baseMs: number,
  retryAfterMs = 0,
  random = Math.random(),
): number | null {
  const factor = WAITS[message.attempts - 1];
  if (factor === undefined || message.type === TEST_EVENT) return null;
  return Math.round(Math.max(factor * baseMs * (1 + JITTER * random), retryAfterMs));
}
