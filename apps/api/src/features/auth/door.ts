import { createHash } from 'node:crypto';
import { type Attempt, countAttempt, forgetAttempts, returnAttempt } from '@veogate/shared/db/throttle-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { toNetwork } from '@veogate/shared/domain/network';
import type { FastifyRequest } from 'fastify';
import type { Services } from '../../services.ts';
import { createSignIn } from './sign-in.ts';

/** Tries are counted in windows of so long. Seconds. */
const WINDOW_SECONDS = 15 * 60;

/** A try that may go on. */
export interface Knock {
  /**
   * Who they say they are, where that can be guessed at. Throws `rate_limited` where it was tried too often.
   * Nobody may be locked out by strangers: it is asked of those alone who have shown something already.
   */
  countName(name: string): Promise<void>;
  /** It was rightful: it does not count against its network, and the name begins anew. */
  welcome(): Promise<void>;
}

/** Counts who knocks, exactly and in the database, before anything expensive is done for them. */
export function createDoor(services: Pick<Services, 'db' | 'events' | 'config'>) {
  const { db, config } = services;
  const signIn = createSignIn(services);

  return {
    /**
     * Throws `rate_limited` where too many tries came from the network.
     *
     * @param via the way in, for the audit log
     */
    async guardDoor(request: FastifyRequest, via: string): Promise<Knock> {
      const network = await count(request, via, `network:${toNetwork(request.ip)}`);
      let named: Attempt | null = null;
      return {
        async countName(name) {
          // Names are nobody's business who reads the table.
          named = await count(request, via, `name:${via}:${digest(name)}`);
        },
        async welcome() {
          await returnAttempt(db, network);
          if (named) await forgetAttempts(db, named.bucket);
        },
      };
    },
  };

  async function count(request: FastifyRequest, via: string, bucket: string): Promise<Attempt> {
    const attempt = await countAttempt(db, bucket, config.LIMIT_SIGN_INS, WINDOW_SECONDS);
    if (attempt.allowed) return attempt;
    const { retryAfterMs } = attempt;
    await signIn.refuse(request, { via, reason: 'too_many' });
    const minutes = Math.ceil(retryAfterMs / 60_000);
    const wait = `Please wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
    throw new AppError('rate_limited', `Rate limit exceeded. ${wait}`, { retryAfterMs });
  }
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}
