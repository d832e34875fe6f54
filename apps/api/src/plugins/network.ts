import { isIn } from '@veogate/shared/config/networks';
import { AppError } from '@veogate/shared/domain/errors';
import { isLoopback } from '@veogate/shared/domain/loopback';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { isHealthCheck } from '../health-addresses.ts';
import type { Services } from '../services.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a browser says of a request that a page of somebody else made. */
const FOREIGN = new Set(['cross-site', 'same-site']);

/**
 * Who may talk to us at all. `Host` must name this machine, or a page that points its own name here could read us
 * (DNS rebinding). What changes something must come from our own pages: another port of localhost is same-site, and
 * its requests carry our cookie. A foreign page may lead people here, and that is all: whatever else it has their
 * browsers ask for would be counted against them.
 */
export const network = plugin(
  async (app: FastifyInstance, { config, networks }: Services) => {
    const publicUrl = config.PUBLIC_URL ? new URL(config.PUBLIC_URL) : null;
    const isLocal = config.ACCESS_PROFILE === 'local';

    const isNarrowed = config.ALLOWED_NETWORKS.length > 0;

    app.addHook('onRequest', async (request) => {
      if (isNarrowed && !isFromAllowed(request)) throw new AppError('network_refused');
      if (!isOwnHost(request)) throw new AppError('host_refused');
      const { origin } = request.headers;
      const site = request.headers['sec-fetch-site'];
      if (SAFE_METHODS.has(request.method)) {
        if (site !== undefined && FOREIGN.has(String(site)) && !isVisit(request))
          throw new AppError('origin_refused');
        return;
      }
      // Programs that are not browsers send neither; they carry no cookie of a browser's.
      if (origin !== undefined && !isOwnOrigin(origin, request)) throw new AppError('origin_refused');
      if (site !== undefined && site !== 'same-origin') throw new AppError('origin_refused');
      if (origin === undefined && request.headers.cookie !== undefined) throw new AppError('origin_refused');
    });

    function isFromAllowed(request: FastifyRequest): boolean {
      if (isIn(networks.ALLOWED_NETWORKS, request.ip)) return true;
      return isHealthCheck(request) && isLoopback(request.socket.remoteAddress ?? '');
    }

    function isOwnOrigin(origin: string, request: FastifyRequest): boolean {
      return origin === publicUrl?.origin || (isLocal && origin === `http://${request.headers.host}`);
    }

    function isOwnHost(request: FastifyRequest): boolean {
      const { host = '' } = request.headers;
      if (host === publicUrl?.host && !isLocal) return true;
      // Whoever watches over this process asks it directly.
      const asksDirectly = isLocal || isHealthCheck(request);
      return asksDirectly && isLoopback(host.replace(/:\d+$/, ''));
    }
  },
  { name: 'network', dependencies: ['errors'] },
);

/** Whether a browser comes here to show a page, as by a link. */
function isVisit({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && (headers['sec-fetch-dest'] ?? 'document') === 'document';
}
