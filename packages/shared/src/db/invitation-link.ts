import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A link that invites whoever opens it; the database knows the hash of its token alone. */
export interface InvitationLink {
  url: string;
  tokenHash: Uint8Array<ArrayBuffer>;
}

/**
 * Makes a link with a token that cannot be guessed. It stands behind the #, which browsers keep to themselves, so that
 * it is in nobody's log.
 *
 * @param origin where the service is reached
 */
export function createInvitationLink(origin: string): InvitationLink {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const url = new URL('/invitation', origin);
  url.hash = `token=${token}`;
  return { url: url.href, tokenHash: new Uint8Array(createHash('sha256').update(token).digest()) };
}
