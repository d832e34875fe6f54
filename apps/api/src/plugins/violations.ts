import { append } from '@veogate/shared/db/audit-repo';
import { setCaptchaDue } from '@veogate/shared/db/clearance-repo';
import { suspendUser } from '@veogate/shared/db/user-admin-repo';
import {
  blockNetwork,
  forgetViolations,
  noteViolation,
  type Offender,
} from '@veogate/shared/db/violation-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { toNetwork } from '@veogate/shared/domain/network';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { isHealthCheck } from '../health-addresses.ts';
import type { Services } from '../services.ts';
import { standsForMany } from '../stands-for-many.ts';

/** Whoever was told to wait may try so often in a minute before it counts as ignoring that. */
const TOLERATED = 10;
const REASON = 'Too many requests were refused within a short time.';

/**
 * Whoever goes on asking after being told to wait has violated a limit in that minute; enough of such minutes within
 * an hour suspend an account for a while, or turn a network away. People who are signed in are let in from such a
 * network all the same: an office may stand behind one address.
 */
export const violations = plugin(
  async (app: FastifyInstance, services: Services) => {
    const { db, events, config, limits, blockedNetworks, log } = services;
    const allowed = limits.violations;
    if (allowed === null) return;
    const refusals = createMinuteCount();
    /** From a network that is turned away, with something that looks like a session or a token. */
    const doubtful = new WeakMap<FastifyRequest, number>();

    app.addHook('onRequest', async (request) => {
      if (isHealthCheck(request) || request.routeOptions.schema?.hide === true) return;
      const retryAfterMs = await blockedNetworks.remainingMs(toNetwork(request.ip));
      if (retryAfterMs === 0) return;
      if (!request.hasCredentials) throw new AppError('network_blocked', '', { retryAfterMs });
      doubtful.set(request, retryAfterMs);
    });

    // Once it was counted: whoever makes sessions up must not make the database work for it without a limit.
    app.addHook('preParsing', async (request) => {
      const retryAfterMs = doubtful.get(request);
      if (retryAfterMs === undefined || (await request.isKnown())) return;
      throw new AppError('network_blocked', '', { retryAfterMs });
    });

    // After the answer, so that a refusal stays cheap.
    app.addHook('onResponse', async (request, reply) => {
      // What is refused for another reason, such as one event stream too many, came with no word of waiting.
      if (reply.statusCode !== 429 || !reply.hasHeader('retry-after')) return;
      const offender = findOffender(request);
      if (!offender || refusals.add(JSON.stringify(offender)) !== TOLERATED) return;
      const { method, routeOptions, ip } = request;
      await punish(offender, `${method} ${routeOptions.url ?? 'unknown'}`, ip).catch((error: unknown) =>
        log.warn({ err: error }, 'a violation could not be noted'),
      );
    });

    function findOffender({ knownCaller, ip }: FastifyRequest): Offender | null {
      if (knownCaller) return { userId: knownCaller.userId };
      if (standsForMany(services, ip)) return null;
      return { network: toNetwork(ip) };
    }

    async function punish(offender: Offender, kind: string, address: string): Promise<void> {
      const until = new Date(Date.now() + config.SUSPEND_MINUTES * 60_000);
      await db.$transaction(async (tx) => {
        const minutes = await noteViolation(tx, offender, kind);
        if ('userId' in offender) await setCaptchaDue(tx, offender.userId, true);
        if (minutes < (allowed ?? Number.POSITIVE_INFINITY)) return;
        await forgetViolations(tx, offender);
        if ('network' in offender) {
          await blockNetwork(tx, { network: offender.network, until, reason: REASON }, address);
          return;
        }
        const { userId } = offender;
        const about = { actorId: userId, subject: 'user', subjectId: userId, address };
        await append(tx, {
          action: 'limits.violated',
          ...about,
          outcome: 'denied',
          detail: { minutes, kind },
        });
        const user = await tx.user.findUnique({ where: { id: userId }, select: { role: true } });
        // Somebody must be able to look into it.
        if (user?.role !== 'admin') await suspendUser(tx, userId, { until, reason: REASON, by: null });
      });
      if ('userId' in offender) events.accountChanged(offender.userId);
      else blockedNetworks.refresh();
    }
  },
  { name: 'violations', dependencies: ['errors', 'session'] },
);

/** Counts things within the current minute. A flood of different ones must not fill the memory. */
function createMinuteCount(most = 50_000) {
  let minute = 0;
  const counts = new Map<string, number>();
  return {
    add(key: string): number {
      const now = Math.floor(Date.now() / 60_000);
      if (now !== minute || counts.size >= most) counts.clear();
      minute = now;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
  };
}
