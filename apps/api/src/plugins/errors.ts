import type { AppError, ErrorCode } from '@veogate/shared/domain/errors';
import { toRateLimitHeaders } from '@veogate/shared/domain/rate-limit';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { toAppError } from '../problems/to-app-error.ts';
import { toProblem, toRetryAfter } from '../problems/to-problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the error that it was answered with; null where it was answered as wanted. */
    problem: ErrorCode | null;
  }
}

/** Every error leaves through here, once, as `application/problem+json` (RFC 9457). */
export const errors = plugin(
  async (app: FastifyInstance) => {
    app.decorateRequest('problem', null);
    app.setErrorHandler((error: FastifyError, request, reply) =>
      sendProblem(reply, request, toAppError(error)),
    );
  },
  { name: 'errors' },
);

/** Answers what the framework refuses before any hook of ours runs, such as a path that cannot be decoded. */
export function sendFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, request, toAppError(error));
}

function sendProblem(reply: FastifyReply, request: FastifyRequest, error: AppError): FastifyReply {
  request.problem = error.code;
  const problem = toProblem(error, request.id);
  if (error.code === 'internal' || error.code === 'unavailable')
    request.log.error({ err: error }, 'request failed');
  else
    request.log.info({ code: error.code, fields: error.issues.map(({ field }) => field) }, 'request refused');
  const retryAfter = toRetryAfter(error);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (error.standing) reply.headers(toRateLimitHeaders(error.standing));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  // A route may have told of the file that it was about to send.
  for (const name of ['content-length', 'content-disposition', 'etag']) reply.removeHeader(name);
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .serializer(JSON.stringify)
    .send(problem);
}
