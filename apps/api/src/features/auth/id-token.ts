import { AppError } from '@veogate/shared/domain/errors';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { BROKEN } from '../../broken-text.ts';
import type { ProvenPerson } from './identity-provider.ts';

/** Signed with a private key: `none` and a key that both sides know prove nothing. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** How far two clocks may be apart. Seconds. */
const TOLERANCE = 30;
/** Of how many groups, and how long ones, somebody is believed to be. */
const GROUPS_MAX = 500;

export interface IdTokenRules {
  issuer: string;
  clientId: string;
  keys: JWTVerifyGetKey;
}

/** The claims of an ID token that is signed by its issuer, for us, now, and for this very sign-in. */
export async function checkIdToken(
  token: string,
  nonce: string,
  { issuer, clientId, keys }: IdTokenRules,
): Promise<JWTPayload & { sub: string }> {
  const options = {
    issuer,
    audience: clientId,
    algorithms: ALGORITHMS,
    clockTolerance: TOLERANCE,
    requiredClaims: ['sub', 'exp', 'iat'],
  };
  const { payload } = await jwtVerify(token, keys, options).catch((error: unknown) => {
    throw new AppError(isKeysAway(error) ? 'sign_in_unavailable' : 'identity_unverified');
  });
  const { sub, aud, azp } = payload;
  const isForUs = azp === undefined ? !Array.isArray(aud) || aud.length === 1 : azp === clientId;
  if (!isText(sub) || !sub || !isForUs || payload['nonce'] !== nonce)
    throw new AppError('identity_unverified');
  return { ...payload, sub };
}

/** Whether the provider's keys could not be fetched, which is nobody's forgery. */
function isKeysAway(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error.code === 'ERR_JOSE_GENERIC'
  );
}

/** Who the claims tell of. An address counts as verified where that is said outright. */
export function toPerson(claims: JWTPayload & { sub: string }): ProvenPerson {
  const { sub, email, email_verified: verified, name, groups } = claims;
  return {
    subject: sub,
    email: isText(email) && email.includes('@') ? email : null,
    emailVerified: verified === true,
    name: isText(name) ? name : null,
    groups: Array.isArray(groups) ? groups.filter(isText).slice(0, GROUPS_MAX) : [],
  };
}

/** A provider may let its people write anything. */
function isText(claim: unknown): claim is string {
  return typeof claim === 'string' && !BROKEN.test(claim);
}
