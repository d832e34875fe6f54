import { readSeats } from '@veogate/shared/db/checklist-repo';
import { linkIdentity, type Person } from '@veogate/shared/db/identity-repo';
import { admit, type DoorRules } from '@veogate/shared/db/newcomer-repo';
import { renewSession } from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { OAuthProvider } from '@veogate/shared/domain/profiles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkMode, checkState } from '../../access.ts';
import { newSessionId } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import type { ProvenPerson } from './identity-provider.ts';
import type { ReturnedFlow } from './oauth-flow.ts';
import { createSignIn } from './sign-in.ts';

/** Somebody came back from a provider, which vouches for them. */
interface Arrival {
  provider: OAuthProvider;
  person: ProvenPerson;
  flow: ReturnedFlow;
}

/** What becomes of people whom a provider vouches for. */
export function createOAuthSignIn(services: Pick<Services, 'db' | 'events' | 'config'>) {
  const { db, events, config } = services;
  const signIn = createSignIn(services);
  const rules: Omit<DoorRules, 'seats'> = {
    isOpen: config.ACCESS_PROFILE === 'public',
    adminEmails: config.ADMIN_EMAILS,
    captchaDue: config.CAPTCHA !== 'off',
  };

  async function enter(request: FastifyRequest, reply: FastifyReply, arrival: Arrival): Promise<void> {
    const { provider, person, flow } = arrival;
    const { invitationHash } = flow;
    const { userId, becameAdmin, session } = await db.$transaction(async (tx) => {
      const seats = await readSeats(tx, config.ACCESS_PROFILE, config.SEATS);
      const visitor = { ...person, provider, invitationHash: copy(invitationHash) };
      const admission = await admit(tx, visitor, { ...rules, seats });
      if ('refused' in admission) throw new AppError(admission.refused);
      const { userId } = admission;
      return { ...admission, session: await signIn.begin(tx, request, { userId, via: provider }) };
    });
    session.hand(reply);
    if (becameAdmin) events.accountChanged(userId);
  }

  /** To the account of the very session that asked for it. */
  async function link(request: FastifyRequest, reply: FastifyReply, arrival: Arrival): Promise<void> {
    const { flow, provider } = arrival;
    const caller = await request.identify();
    checkMode(caller);
    checkState(caller);
    const { session, userId } = caller;
    const isSame = session && flow.sessionIdHash && Buffer.compare(session.idHash, flow.sessionIdHash) === 0;
    if (!isSame || userId !== flow.userId) throw new AppError('sign_in_state');
    const { groups: _, ...person } = arrival.person;
    const known: Person = { ...person, provider };
    const renewed = newSessionId();
    const expires = await db.$transaction(async (tx) => {
      if ((await linkIdentity(tx, userId, known)) === 'taken') throw new AppError('identity_taken');
      return renewSession(tx, session.idHash, renewed.idHash);
    });
    if (!expires) throw new AppError('unauthenticated');
    reply.setSession(renewed.id, expires);
  }

  return {
    refuse: signIn.refuse,
    arrive: (request: FastifyRequest, reply: FastifyReply, arrival: Arrival): Promise<void> =>
      (arrival.flow.purpose === 'link' ? link : enter)(request, reply, arrival),
  };
}

/** Bytes as Prisma takes them. */
function copy(bytes: Uint8Array | null): Uint8Array<ArrayBuffer> | null {
  return bytes && new Uint8Array(bytes);
}
