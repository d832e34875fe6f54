import type { Problem } from '@veogate/shared/contracts/common';
import type { FieldIssue } from '@veogate/shared/domain/check-request';
import { AppError, describeError, type ErrorCode } from '@veogate/shared/domain/errors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';

/** Fastify's own codes, and Prisma's where the database does not answer, in our words. */
const TRANSLATIONS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_LIMIT: 'not_found',
  P1001: 'unavailable',
  P1002: 'unavailable',
  P1008: 'unavailable',
  P1017: 'unavailable',
  P2024: 'unavailable',
  P2028: 'unavailable',
  ECONNREFUSED: 'unavailable',
};

/** Every error leaves through here, once, as `application/problem+json` (RFC 9457). */
export const errors = plugin(
  async (app: FastifyInstance) => {
    const routes: { methods: string[]; pattern: RegExp }[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      const pattern = new RegExp(
        `^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+').replace('*', '.*')}$`,
      );
      routes.push({ methods: [method].flat(), pattern });
    });

    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
    });

    app.setErrorHandler((error: FastifyError, request, reply) => {
      const known = toAppError(error);
      if (known.code === 'internal' || known.code === 'unavailable')
        request.log.error({ err: error }, 'request failed');
      return sendProblem(reply, request, known);
    });

    app.setNotFoundHandler((request, reply) => {
      const [path = ''] = request.url.split('?');
      const allowed = routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
      if (allowed.length === 0)
        return sendProblem(reply, request, new AppError('not_found', `There is no ${path}.`));
      const list = [...new Set(allowed)].join(', ');
      reply.header('allow', list);
      return sendProblem(reply, request, new AppError('method_not_allowed', `${path} takes ${list}.`));
    });
  },
  { name: 'errors' },
);

function sendProblem(reply: FastifyReply, request: FastifyRequest, error: AppError): FastifyReply {
  const { status, title, advice, billing } = describeError(error.code);
  const retryAfter = error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1000);
  const problem: Problem = {
    type: `/docs/errors#${error.code}`,
    title,
    status,
    ...(error.message !== title && { detail: error.message }),
    code: error.code,
    request_id: request.id,
    advice,
    ...(billing && { billing }),
    ...(retryAfter !== undefined && { retry_after_seconds: retryAfter }),
    ...(error.issues.length > 0 && { errors: error.issues.map(toIssue) }),
  };
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  reply.removeHeader('content-length');
  return reply
    .code(status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(problem);
}

function toIssue({ field, message, allowed }: FieldIssue) {
  return { field, message, ...(allowed && { allowed: [...allowed] }) };
}

function toAppError(error: FastifyError): AppError {
  if (error instanceof AppError) return error;
  if (error.validation) return new AppError('invalid_request', '', { issues: toIssues(error) });
  const code = TRANSLATIONS[error.code] ?? (isConnectionLoss(error) ? 'unavailable' : undefined);
  if (code)
    return new AppError(code, code === 'invalid_request' ? 'The body is not valid JSON.' : '', {
      cause: error,
    });
  // What the framework refuses is the client's fault; its words are not written for people.
  if (error.statusCode && error.statusCode < 500)
    return new AppError('invalid_request', '', { cause: error });
  return new AppError('internal', '', { cause: error });
}

/** Prisma wraps what the driver says in several ways. */
function isConnectionLoss(error: Error): boolean {
  return /ECONNREFUSED|ECONNRESET|Connection terminated|Can't reach database|timeout exceeded when trying to connect|DatabaseNotReachable|ConnectionClosed/.test(
    `${error.message} ${String(error.cause)}`,
  );
}

/** What Ajv found, in words: the field as a dotted path, and the rule. Never the value. */
function toIssues({ validation = [], validationContext }: FastifyError): FieldIssue[] {
  return validation.map(({ instancePath, keyword, params, message }) => {
    const path = instancePath.split('/').slice(1);
    const where = validationContext === 'body' ? [] : [validationContext ?? 'request'];
    if (keyword === 'required')
      return issue([...where, ...path, String(params['missingProperty'])], 'is missing');
    if (keyword === 'additionalProperties') {
      return issue([...where, ...path, String(params['additionalProperty'])], 'is not known here');
    }
    const allowed = Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String) : undefined;
    const found = issue(
      [...where, ...path],
      allowed ? `must be one of: ${allowed.join(', ')}` : (message ?? 'is wrong'),
    );
    return { ...found, ...(allowed && { allowed }) };
  });
}

function issue(path: readonly string[], rule: string): FieldIssue {
  const field = path.join('.') || 'body';
  return { field, message: `${field} ${rule}.` };
}
