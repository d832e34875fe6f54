import type { Person } from '@veogate/shared/db/identity-repo';
import type { OAuthProvider } from '@veogate/shared/domain/profiles';
import type { Outbound } from './oauth-client.ts';

/** What a provider told of a person, verified. */
export type ProvenPerson = Omit<Person, 'provider'> & { groups: readonly string[] };

/** What the browser brought back, and what its flow remembers. */
interface Inbound {
  code: string;
  /** Who answers, as the answer itself says (RFC 9207). */
  iss: string | undefined;
  verifier: string;
  nonce: string;
}

/** Somebody who knows people. Both throw `sign_in_unavailable` while they do not answer. */
export interface IdentityProvider {
  /** Where the browser goes. */
  authorizeUrl(outbound: Outbound): Promise<string>;
  /** Who came back. Throws `identity_unverified` where that cannot be proven. */
  identify(inbound: Inbound): Promise<ProvenPerson>;
}

export interface ProviderSettings {
  provider: OAuthProvider;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}
