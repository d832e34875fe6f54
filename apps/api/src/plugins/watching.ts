import { append } from '@veogate/shared/db/audit-repo';
import { toNetwork } from '@veogate/shared/domain/network';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { isHealthCheck } from '../health-addresses.ts';
import type { Services } from '../services.ts';
import { standsForMany } from '../stands-for-many.ts';

/** Upper bounds of how long an answer took; what took longer counts as the last. Milliseconds. */
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000, 60_000];
/** Somebody was not let in, or looks for what is not there. */
const REFUSALS = new Set([401, 403, 404]);
const DENIALS = new Set([401, 403]);
/** Denials that one process writes down within a minute; what a flood adds to them is counted alone. */
const DENIALS_PER_MINUTE = 300;

/**
 * Counts what red flags look at: requests, refusals by network, how long answers take. Writes into the audit log who was
 * denied what; the same again within a minute is the same entry.
 */
export const watching = plugin(
  async (app: FastifyInstance, services: Pick<Services, 'db' | 'log' | 'watch' | 'networks'>) => {
    const { db, log, watch } = services;
    const denials = createMinuteSet();

    app.addHook('onResponse', async (request, reply) => {
      const { schema, url = '' } = request.routeOptions;
      if (isHealthCheck(request) || schema?.hide === true) return;
      const { statusCode: status } = reply;
      watch.counts.add('requests', `${Math.floor(status / 100)}xx`);
      if (REFUSALS.has(status) && !standsForMany(services, request.ip))
        watch.counts.add('refused', toNetwork(request.ip));
      if (isAnswer(reply)) watch.counts.add('answer_ms', String(boundOf(reply.elapsedTime)));
      // Doors write down themselves whom they did not let in.
      if (DENIALS.has(status) && !url.startsWith('/auth/'))
        await noteDenial(request).catch((error: unknown) =>
          log.warn({ err: error }, 'a denial could not be written down'),
        );
    });

    async function noteDenial({ knownCaller, method, routeOptions, problem, ip }: FastifyRequest) {
      const code = problem ?? 'unknown';
      const route = routeOptions.url ?? 'unknown';
      const userId = knownCaller?.userId;
      if (!denials.add([userId ?? toNetwork(ip), method, route, code].join(' '))) return;
      await append(db, {
        action: 'access.denied',
        actorId: userId,
        outcome: 'denied',
        detail: { method, route, code },
        address: ip,
      });
    }
  },
  { name: 'watching', dependencies: ['errors', 'session'] },
);

/** Whether it took as long as the service did: files and streams take as long as their readers. */
function isAnswer(reply: FastifyReply): boolean {
  const type = String(reply.getHeader('content-type') ?? '');
  return reply.statusCode < 500 && (type === '' || /^application\/(problem\+)?json(;|$)/.test(type));
}

function boundOf(ms: number): number {
  return BOUNDS.find((bound) => ms <= bound) ?? (BOUNDS.at(-1) as number);
}

/** Remembers what was there within the current minute; takes no more once there is too much. */
function createMinuteSet() {
  let minute = 0;
  const seen = new Set<string>();
  return {
    /** Whether it is the first of its kind, and not one too many. */
    add(entry: string): boolean {
      const now = Math.floor(Date.now() / 60_000);
      if (now !== minute) seen.clear();
      minute = now;
      if (seen.has(entry) || seen.size >= DENIALS_PER_MINUTE) return false;
      seen.add(entry);
      return true;
    },
  };
}
