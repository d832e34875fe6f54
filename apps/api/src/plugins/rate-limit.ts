import rateLimit from '@fastify/rate-limit';
import { AppError } from '@veogate/shared/domain/errors';
import { toNetwork } from '@veogate/shared/domain/network';
import {
  type RateStanding,
  tighter,
  toRateLimitHeaders,
  toWaitSentence,
} from '@veogate/shared/domain/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { isHealthCheck } from '../health-addresses.ts';
import type { Services } from '../services.ts';

const WINDOW_SECONDS = 60;
/** How many addresses and users a process keeps count of by itself. */
const KEPT = 50_000;

type Tier = 'address' | 'anonymous' | 'user' | 'uploads';
type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Counts requests: those of an address before the database is asked who it is, those of a user after that. The page
 * and its files are not counted.
 */
export const rateLimits = plugin(
  async (app: FastifyInstance, { limits, rateCounters }: Pick<Services, 'limits' | 'rateCounters'>) => {
    const { redis } = rateCounters;
    const alone = await openLimiters({ cache: KEPT });
    const together = redis ? await openLimiters({ redis, nameSpace: 'veogate:rate:' }) : alone;
    const tightest = new WeakMap<FastifyRequest, RateStanding>();

    app.addHook('onRequest', async (request, reply) => {
      const { config, schema, url = '' } = request.routeOptions;
      if (isHealthCheck(request) || schema?.hide === true) return;
      await count('address', request, reply);
      const isOpen = request.is404 || config.access?.who === 'anyone';
      if (isOpen || !request.hasCredentials) {
        // Whoever is signed in also reads what is open to anyone.
        if (request.method !== 'GET' || !(await isSurelyKnown(request)))
          await count('anonymous', request, reply);
        return;
      }
      if (limits.user === null && limits.anonymous === null && limits.uploads === null) return;
      if (!(await request.isKnown())) return count('anonymous', request, reply);
      await count('user', request, reply);
      if (url === '/v1/uploads' && request.method === 'POST') await count('uploads', request, reply);
    });

    /** What is open to anyone does not wait for a database that is away. */
    async function isSurelyKnown(request: FastifyRequest): Promise<boolean> {
      return limits.anonymous === null || request.isKnown().catch(() => false);
    }

    async function count(tier: Tier, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const limit = limits[tier];
      if (limit === null) return;
      const counted = await rateCounters.count(
        () => together[tier](request),
        () => alone[tier](request),
      );
      if (counted.isAllowed) return;
      const { remaining, ttl: resetMs } = counted;
      const own = { policy: tier, limit, windowSeconds: WINDOW_SECONDS, remaining, resetMs };
      if (counted.isExceeded)
        throw new AppError('rate_limited', toWaitSentence(resetMs), { retryAfterMs: resetMs, standing: own });
      const known = tightest.get(request);
      const standing = known ? tighter(known, own) : own;
      tightest.set(request, standing);
      reply.headers(toRateLimitHeaders(standing));
    }

    /** In a scope of its own, as the package keeps one store for each. */
    async function openLimiters(store: object): Promise<Record<Tier, Limiter>> {
      const opened: { limiters?: Record<Tier, Limiter> } = {};
      await app.register(async (scope) => {
        await scope.register(rateLimit, { global: false, timeWindow: WINDOW_SECONDS * 1_000, ...store });
        const create = (tier: Tier, keyOf: (request: FastifyRequest) => string) =>
          // In Redis all tiers share one name space.
          scope.createRateLimit({
            max: limits[tier] ?? 0,
            keyGenerator: (request) => `${tier}:${keyOf(request)}`,
          });
        const network = ({ ip }: FastifyRequest) => toNetwork(ip);
        const user = ({ caller }: FastifyRequest) => caller.userId;
        opened.limiters = {
          address: create('address', network),
          anonymous: create('anonymous', network),
          user: create('user', user),
          uploads: create('uploads', user),
        };
      });
      if (!opened.limiters) throw new Error('The rate limiter did not start.');
      return opened.limiters;
    }
  },
  { name: 'rate-limit', dependencies: ['errors', 'network', 'session'] },
);
