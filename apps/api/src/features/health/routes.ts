import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Readiness } from '@veogate/shared/contracts/meta';
import { readMode } from '@veogate/shared/db/mode-repo';
import { Type } from 'typebox';
import { anyone } from '../../access.ts';
import type { Services } from '../../services.ts';

const STORAGE_TIMEOUT_MS = 1_000;

/** `/healthz` and `/readyz`. */
export function healthRoutes({
  db,
  queues,
  store,
  rateCounters,
  stopping,
}: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['service'];
    app.get(
      '/healthz',
      {
        schema: {
          tags,
          summary: 'Whether the process lives',
          security: [],
          response: { 200: Type.Object({ status: Type.Literal('ok') }) },
        },
        config: { access: anyone },
      },
      async () => ({ status: 'ok' as const }),
    );

    app.get(
      '/readyz',
      {
        schema: {
          tags,
          summary: 'Whether this process can serve',
          security: [],
          response: { 200: Readiness, 503: Readiness },
        },
        config: { access: anyone },
      },
      async (_, reply) => {
        const [mode, reachable, storage] = await Promise.all([
          readMode(db).catch(() => null),
          queues.isReachable(),
          // A network disk that hangs must not make this hang.
          Promise.race([store.isThere(), sleep(STORAGE_TIMEOUT_MS, false, { ref: false })]),
        ]);
        // Without a queue, requests are still served, and the sweep finds what they began.
        const database = mode !== null;
        const ready = database && !stopping.signal.aborted;
        return reply.code(ready ? 200 : 503).send({
          status: ready ? 'ready' : stopping.signal.aborted ? 'stopping' : 'not_ready',
          database,
          queue: { backend: queues.backend, reachable },
          storage,
          rate_limits: rateCounters.counts(),
          mode,
        });
      },
    );
  };
}
