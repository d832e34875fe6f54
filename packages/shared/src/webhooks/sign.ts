import { createHmac, randomBytes } from 'node:crypto';
import type { SealContext } from '../vault/ring.ts';

/** Standard Webhooks wants 24 to 64. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** A new secret, as Standard Webhooks writes one. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** What the secret of a webhook is bound to: it opens for no other webhook or owner, nor in the place of another. */
export function toSealContext(webhook: { id: string; userId: string }, version: number): SealContext {
  return { keyId: `${webhook.id}/${version}`, ownerId: webhook.userId, provider: 'webhook' };
}

/**
 * The headers of a message (Standard Webhooks, HMAC-SHA256), with one signature for each secret.
 *
 * @param message.timestamp when it is sent: receivers refuse what is old
 */
export function signMessage(
  message: { id: string; timestamp: Date; body: string },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = Math.floor(message.timestamp.getTime() / 1000);
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
