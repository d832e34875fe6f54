import type { FastifyRequest } from 'fastify';

/** Asked every few seconds by whatever watches over this process. */
const ADDRESSES = new Set(['/healthz', '/readyz']);

/** Whether a request only asks how the process is. */
export function isHealthCheck({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean {
  return ADDRESSES.has(routeOptions.url ?? '');
}
